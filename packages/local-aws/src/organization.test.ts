import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { chain, organizationWith, REGION, SECURITY, START } from './organization-testing.ts';
import { createOrganization, type Organization } from './organization.ts';
import type { InProcessConnection, InProcessHandler } from './services/lambda/in-process-runtime.ts';

const settingsOf = ({ region, credentials, requestHandler }: InProcessConnection) => ({
  region,
  credentials,
  requestHandler,
});

const intake: InProcessHandler = async (event, connection) => {
  const { Records } = event as { readonly Records: readonly { readonly body: string }[] };
  const states = new SFNClient(settingsOf(connection));
  for (const { body } of Records) {
    const { id, detail } = JSON.parse(body) as { readonly id: string; readonly detail: object };
    await states.send(
      new StartExecutionCommand({
        stateMachineArn: `arn:aws:states:${REGION}:${SECURITY}:stateMachine:respond`,
        name: id,
        input: JSON.stringify(detail),
      }),
    );
  }
  return { batchItemFailures: [] };
};

const step: InProcessHandler = async (event, connection) => {
  const sts = new STSClient(settingsOf(connection));
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  return { saw: event, as: Arn };
};

const operator = (organization: Organization, account = SECURITY) => ({
  region: REGION,
  credentials: organization.credentialsFor(account, 'administrator'),
  requestHandler: organization.requestHandler,
});

const detect = (organization: Organization, detail: object = { n: 1 }) =>
  organization.during(() =>
    new EventBridgeClient(operator(organization)).send(
      new PutEventsCommand({
        Entries: [{ Source: 'my.detector', DetailType: 'Finding', Detail: JSON.stringify(detail) }],
      }),
    ),
  );

const deployed = async (
  template: object,
  handlers: Readonly<Record<string, InProcessHandler>> = { intake, step },
  seed?: string,
) => {
  const organization = await organizationWith(handlers, seed);
  organization.deploy(template, { account: SECURITY, region: REGION, stackName: 'security' });
  return organization;
};

describe('an organization', () => {
  it('carries an event through rule, queue, function and state machine to a function', async () => {
    const organization = await deployed(chain);
    await detect(organization);
    await organization.run();
    const [execution] = organization.executions();
    expect(execution?.status).toBe('SUCCEEDED');
    expect(JSON.parse(execution?.output ?? '')).toEqual({
      saw: { n: 1 },
      as: `arn:aws:sts::${SECURITY}:assumed-role/step/step`,
    });
    expect(organization.journal.deliveries.map(({ outcome }) => outcome)).toEqual(['delivered']);
    // call 100 + hop 50 + poll 20 + cold start 600 = 770 until the intake's call; its reply 100 later; then 50 for the state and 600 cold.
    const sent = organization.journal.calls.map(({ operation, sentAt }) => [
      operation,
      sentAt - Date.parse(START),
    ]);
    expect(sent).toEqual([
      ['PutEvents', 0],
      ['StartExecution', 670],
      ['GetCallerIdentity', 1_320],
    ]);
  });

  it('is the same to the last journal entry for the same seed, and has other ids for another', async () => {
    const journals = [];
    for (const seed of ['a', 'a', 'b']) {
      const organization = await deployed(chain, undefined, seed);
      await detect(organization);
      await organization.run();
      journals.push(JSON.stringify(organization.journal));
    }
    expect(journals[1]).toBe(journals[0]);
    expect(journals[2]).not.toBe(journals[0]);
  });

  it('denies what no policy of the template allows', async () => {
    const denied: InProcessHandler = async (_event, connection) => {
      const sqs = new SQSClient({ ...settingsOf(connection), useQueueUrlAsEndpoint: false });
      return sqs.send(
        new ReceiveMessageCommand({ QueueUrl: `https://sqs.${REGION}.amazonaws.com/${SECURITY}/findings` }),
      );
    };
    const organization = await deployed(chain, { intake, step: denied });
    await detect(organization);
    await organization.run();
    const [execution] = organization.executions();
    expect(execution?.status).toBe('FAILED');
    const refused = organization.journal.calls.find(({ operation }) => operation === 'ReceiveMessage');
    expect(refused?.outcome).toMatchObject({
      code: expect.stringMatching(/^AccessDenied/),
      message: expect.stringContaining('sqs:ReceiveMessage'),
    });
    expect(refused?.checks).toMatchObject([{ verdict: 'deny' }]);
  });

  it('sends parallel calls at one time and a serial one at the time of the reply', async () => {
    const both: InProcessHandler = async (_event, connection) => {
      const sts = new STSClient(settingsOf(connection));
      await Promise.all([
        sts.send(new GetCallerIdentityCommand({})),
        sts.send(new GetCallerIdentityCommand({})),
      ]);
      return sts.send(new GetCallerIdentityCommand({}));
    };
    const organization = await deployed(chain, { intake, step: both });
    await detect(organization);
    await organization.run();
    const [first, second, third] = organization.journal.calls.filter(({ service }) => service === 'sts');
    expect(second?.sentAt).toBe(first?.sentAt);
    expect(third?.sentAt).toBe(first?.repliedAt);
    expect(third?.sentAt).toBe((first?.sentAt ?? 0) + 100);
  });

  it('leaves in the queue what the function reports as failed, and gives it again', async () => {
    let rounds = 0;
    const flaky: InProcessHandler = async (event) => {
      rounds += 1;
      const { Records } = event as { readonly Records: readonly { readonly messageId: string }[] };
      return {
        batchItemFailures:
          rounds === 1 ? Records.map(({ messageId }) => ({ itemIdentifier: messageId })) : [],
      };
    };
    const organization = await deployed(chain, { intake: flaky, step });
    await detect(organization);
    await organization.run();
    expect(rounds).toBe(2);
    const { Attributes } = await organization.during(() =>
      new SQSClient({ ...operator(organization), useQueueUrlAsEndpoint: false }).send(
        new GetQueueAttributesCommand({
          QueueUrl: `https://sqs.${REGION}.amazonaws.com/${SECURITY}/findings`,
          AttributeNames: ['All'],
        }),
      ),
    );
    expect(Attributes?.['ApproximateNumberOfMessages']).toBe('0');
  });

  it('ends an invocation that outlives its timeout', async () => {
    const organization = await deployed(chain, { intake, step: async (_event, { sleep }) => sleep(31_000) });
    await detect(organization);
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({ status: 'FAILED', error: 'Sandbox.Timedout' });
  });

  it('gives a function error to the state machine by its type', async () => {
    const organization = await deployed(chain, {
      intake,
      step: () => Promise.reject(Object.assign(new Error('no such instance'), { name: 'InstanceGone' })),
    });
    await detect(organization);
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({
      status: 'FAILED',
      error: 'InstanceGone',
      cause: expect.stringContaining('no such instance'),
    });
  });

  it('stops an execution when told to', async () => {
    const organization = await deployed(chain, { intake, step: async (_event, { sleep }) => sleep(20_000) });
    await detect(organization);
    await organization.run(() => organization.executions().length > 0);
    const executionArn = organization.executions()[0]?.arn;
    await organization.during(() =>
      new SFNClient(operator(organization)).send(new StopExecutionCommand({ executionArn, cause: 'enough' })),
    );
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({ status: 'ABORTED', cause: 'enough' });
    expect(organization.journal.events.at(-1)?.event).toMatchObject({
      source: 'aws.states',
      detail: { status: 'ABORTED' },
    });
  });

  it('refuses a caller whose secret key is wrong', async () => {
    const organization = await organizationWith({});
    const { accessKeyId, sessionToken } = organization.credentialsFor(SECURITY, 'administrator');
    const sts = new STSClient({
      ...operator(organization),
      credentials: { accessKeyId, sessionToken, secretAccessKey: 'guessed' },
    });
    await expect(organization.during(() => sts.send(new GetCallerIdentityCommand({})))).rejects.toMatchObject(
      { name: 'SignatureDoesNotMatch' },
    );
  });

  it('retries a throttled call at a later time', async () => {
    let throttled = false;
    const organization = await createOrganization({
      seed: 'test',
      startAt: START,
      organizationId: 'o-test000000',
      managementAccount: SECURITY,
      accounts: [{ id: SECURITY, name: 'security' }],
      regions: [REGION],
      delegatedAdministrators: [],
      runtime: { inProcess: {} },
      faults: () => {
        if (throttled) return undefined;
        throttled = true;
        return { kind: 'throttled' };
      },
    });
    await organization.during(() =>
      new STSClient(operator(organization)).send(new GetCallerIdentityCommand({})),
    );
    expect(
      organization.journal.calls.map(({ outcome }) => (typeof outcome === 'string' ? outcome : outcome.code)),
    ).toEqual(['ThrottlingException', 'ok']);
  });
});
