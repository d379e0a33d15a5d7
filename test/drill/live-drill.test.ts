import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SFNClient } from '@aws-sdk/client-sfn';
import { askAs, furnishDecoyImage, openWorld, runDecoy } from '@cordon/drill';
import type { OperatorReply, OperatorRequest } from '@cordon/incident';
import { DECOY } from '@cordon/incident/live-drill';
import { ec2State, iamState, type Organization } from '@cordon/local-aws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { end } from '../../apps/cli/src/live-drill/end.ts';
import { release } from '../../apps/cli/src/live-drill/release.ts';
import type { LiveDrillRuntime } from '../../apps/cli/src/live-drill/settings.ts';
import { start } from '../../apps/cli/src/live-drill/start.ts';
import { watch } from '../../apps/cli/src/live-drill/watch.ts';
import { config } from '../../cordon.config.ts';
import { inProcess } from './run.ts';

const ROOT = join(import.meta.dirname, '../..');
const MEMBER = '602011170000';
const at = { account: MEMBER, region: config.homeRegion };
const shared = { ...at, profile: {} };
const HOUR = 3_600_000;
const PATIENCE_MS = 600_000;

let organization: Organization;
beforeAll(async () => {
  ({ organization } = await openWorld({
    config,
    scenario: 'richest',
    seed: '1',
    deliveries: [],
    ...inProcess(),
  }));
  furnishDecoyImage(organization, at);
}, PATIENCE_MS);
afterAll(() => organization.close());

/** Somebody at a terminal, of whom the organization's clock knows when they wait. */
const terminal = () => {
  const { timeline, requestHandler } = organization;
  let waits = 0;
  const waiting = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    waits += 1;
    timeline.touch();
    try {
      return await work();
    } finally {
      waits -= 1;
    }
  };
  const settings = (account: string, region: string) => ({
    region,
    credentials: organization.credentialsFor(account, 'administrator'),
    requestHandler: {
      handle: (request: never, options: never) => waiting(() => requestHandler.handle(request, options)),
    },
  });
  const pause = (ms: number): Promise<void> =>
    waiting(() => new Promise((resolve) => void timeline.at(timeline.now() + ms, () => resolve())));
  const until = async (client: CloudFormationClient, wanted: string): Promise<boolean> => {
    for (;;) {
      const { Stacks: [stack] = [] } = await client
        .send(new DescribeStacksCommand({ StackName: DECOY.stack }))
        .catch(() => ({ Stacks: [] }));
      if (stack === undefined || stack.StackStatus?.endsWith('IN_PROGRESS') !== true)
        return (stack?.StackStatus ?? 'DELETE_COMPLETE') === wanted;
      await pause(5_000);
    }
  };
  const { security } = config.accounts;
  const cloudFormation = (region: string) => new CloudFormationClient(settings(MEMBER, region) as never);
  const runtime: LiveDrillRuntime = {
    pause,
    now: () => new Date(timeline.now()).toISOString(),
    clients: {
      cloudFormation,
      dynamodb: (region) => new DynamoDBClient(settings(security, region) as never),
      guardDuty: (region) => new GuardDutyClient(settings(security, region) as never),
      organizations: () => new OrganizationsClient(settings(security, 'us-east-1') as never),
      states: (region) => new SFNClient(settings(security, region) as never),
    },
    deployer: {
      whoAmI: () => Promise.resolve({ account: MEMBER, arn: 'administrator' }),
      deploy: async ({ region, stack, app }) => {
        const TemplateBody = readFileSync(join(ROOT, app, `cdk.out/${stack}.template.json`), 'utf8');
        const client = cloudFormation(region);
        await client.send(
          new CreateStackCommand({ StackName: stack, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }),
        );
        return { ok: await until(client, 'CREATE_COMPLETE'), log: '' };
      },
      remove: async ({ region, stack }) => {
        const client = cloudFormation(region);
        await client.send(new DeleteStackCommand({ StackName: stack }));
        return { ok: await until(client, 'DELETE_COMPLETE'), log: 'DELETE_FAILED' };
      },
    },
  };
  /** Runs a command to its end while time passes. */
  const run = async (
    command: (output: { out: (text: string) => void; err: (text: string) => void }) => Promise<number>,
  ) => {
    let out = '';
    let err = '';
    let isOver = false;
    const forget = timeline.add({ name: 'a person', blocked: () => isOver || waits > 0 });
    const ended = command({ out: (text) => void (out += text), err: (text) => void (err += text) }).finally(
      () => {
        isOver = true;
        forget();
      },
    );
    ended.catch(() => undefined);
    await timeline.run(() => isOver);
    return { code: await ended, out, err };
  };
  return { runtime, run, waiting };
};

/** What recurs keeps no time going by itself: something must be waited for. */
const pass = async (ms: number): Promise<void> => {
  const { timeline } = organization;
  const target = timeline.now() + ms;
  timeline.at(target, () => undefined);
  await organization.run(() => false, target);
};
const stackIs = async (on: ReturnType<typeof terminal>, output: { out: (text: string) => void }) => {
  const { Stacks: [stack] = [] } = await on.runtime.clients
    .cloudFormation(at.region)
    .send(new DescribeStacksCommand({ StackName: DECOY.stack }));
  output.out(stack?.Outputs?.[0]?.OutputValue ?? '');
  return 0;
};

it(
  'is begun, watched to its seal, released by two people, and ended, with evidence left',
  { timeout: PATIENCE_MS },
  async () => {
    const on = terminal();
    const plan = await on.run((output) => start(shared, output, on.runtime));
    expect(plan).toMatchObject({ code: 0, err: expect.stringContaining('nothing was changed') });
    expect(plan.out).toContain('mode contain: the instance is cut off at once');
    expect(plan.out).toContain('tell whoever is on call');
    expect(await on.run((output) => start({ ...shared, yes: true }, output, on.runtime))).toMatchObject({
      code: 0,
    });
    await expect(on.run((output) => start({ ...shared, yes: true }, output, on.runtime))).rejects.toThrow(
      'a decoy stands already',
    );
    const { out: instanceId } = await on.run((output) => stackIs(on, output));

    // Before the machine has run what it runs, there is nothing to see, and a look is bounded.
    const early = await on.run((output) => watch({ ...shared, minutes: 1 }, output, on.runtime));
    expect(early).toMatchObject({ code: 1, out: expect.stringContaining('finding made was not reached') });

    await runDecoy(organization, { ...at, instanceId });
    const seen = await on.run((output) => watch({ ...shared, minutes: 120, json: true }, output, on.runtime));
    const told = JSON.parse(seen.out) as {
      readonly status: string;
      readonly incident: string;
      readonly reached: readonly { readonly phase: string; readonly afterFindingSeconds: number }[];
    };
    expect(told).toMatchObject({ status: 'reached', instanceId });
    expect(seen.code).toBe(0);
    expect(told.reached.map(({ phase }) => phase)).toEqual([
      'decoy-stands',
      'finding-made',
      'incident-opened',
      'disks-frozen',
      'interfaces-isolated',
      'contained',
      'evidence-secured',
      'incident-sealed',
    ]);
    const contained = told.reached.find(({ phase }) => phase === 'contained');
    expect(contained?.afterFindingSeconds).toBeGreaterThan(20);
    expect(contained?.afterFindingSeconds).toBeLessThan(60);

    const ending = (yes: boolean) =>
      on.run((output) => end(yes ? { ...shared, yes } : shared, output, on.runtime));
    await expect(ending(true)).rejects.toThrow(`${told.incident} holds the decoy (sealed)`);

    const asks = async (person: string, request: object): Promise<OperatorReply> => {
      const answered = await on.waiting(() =>
        askAs(organization, config, { person, request: request as OperatorRequest }),
      );
      if (answered.status !== 'answered') throw new Error(`HTTP ${answered.code}`);
      return answered.reply;
    };
    const asked = async (hash?: string): Promise<OperatorReply> => {
      let reply: OperatorReply | undefined;
      await on.run((output) =>
        release(
          {
            ...shared,
            reason: 'the drill is over',
            giveUp: ['restore-profile'],
            ...(hash === undefined ? {} : { hash }),
          },
          output,
          {
            clients: on.runtime.clients,
            ask: async (request) => {
              reply = await asks('alice@example.org', JSON.parse(JSON.stringify(request)) as object);
              return 0;
            },
          },
        ),
      );
      if (reply === undefined) throw new Error('nobody was asked');
      return reply;
    };
    const shown = await asked();
    if (shown.status !== 'shown') throw new Error(`wanted what a release does, got ${JSON.stringify(shown)}`);
    const waits = await asked(shown.planHash);
    if (waits.status !== 'waits-for-second-person') throw new Error(`got ${JSON.stringify(waits)}`);
    const { subject, planHash } = waits.waits;
    await on.run(async () => {
      const reason = 'seen';
      await asks('bob@example.org', { action: 'approve', subject, planHash, decision: 'approve', reason });
      return 0;
    });
    await pass(60_000);

    // The deny of its old sessions is on its role until they have expired.
    await expect(ending(true)).rejects.toThrow("the deny of the decoy's old sessions stays until");
    await pass(16 * HOUR);
    expect(await ending(false)).toMatchObject({ code: 0, err: expect.stringContaining('--yes') });
    expect(await ending(true)).toMatchObject({ code: 0, out: expect.stringContaining('is gone') });
    const left = organization.world.of(ec2State, MEMBER, at.region);
    expect([left.vpcs.size, left.instances.get(instanceId)?.state ?? 'terminated']).toEqual([
      0,
      'terminated',
    ]);
    const roles = [...organization.world.of(iamState, MEMBER, '').roles.keys()];
    expect(roles.filter((name) => name.startsWith(DECOY.stack))).toEqual([]);
    const copies = organization.world.of(ec2State, config.accounts.evidence, at.region).snapshots;
    expect(copies.size).toBeGreaterThan(0);
    expect(await ending(true)).toMatchObject({ code: 0, out: expect.stringContaining('no decoy stands') });
  },
);
