import { readFileSync, renameSync } from 'node:fs';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { KMSClient, UpdateAliasCommand } from '@aws-sdk/client-kms';
import {
  AddPermissionCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import {
  functionRoleArn,
  INCIDENT_TABLE_NAME,
  RECORDER_FUNCTION_NAME,
  toolsBucketName,
} from '@cordon/incident';
import {
  addObject,
  addRole,
  attachControlPolicy,
  dynamodbState,
  kmsState,
  lambdaState,
  s3State,
} from '@cordon/local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { holdingsOf } from './holdings.ts';
import { MEMBER, servedOrganization, UNIT } from './served-organization.ts';

/** A statement of a function's policy. */
interface Statement {
  readonly Sid: string;
  readonly Principal: { readonly AWS?: string };
}

/** Six stacks by AWS's own tool, and StackSets behind one of them. */
const WHOLE_REMOVAL_MS = 900_000;
const { homeRegion, accounts } = config;

let on: Awaited<ReturnType<typeof servedOrganization>>;
/** What there was before the product came. */
let before: ReadonlySet<string>;
/** What there was with it. */
let deployed: ReadonlySet<string>;
/** Whom the recorder's policy names, by statement. */
let callers: ReadonlyMap<string, string>;

/** What the organization has beside the product, and break-glass, which the product wants to be there. */
const foreign = (): void => {
  const { world, ids, timeline } = on.organization;
  const trust = { Version: '2012-10-17', Statement: [] };
  const making = { ids, now: timeline.now() };
  addRole(world, { account: MEMBER, name: 'theirs', trust }, making);
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  for (const account of [accounts.security, accounts.evidence, accounts.forensics])
    addRole(world, { account, name: 'break-glass', trust, inline: { everything } }, making);
  attachControlPolicy(world, {
    kind: 'SCP',
    name: 'theirs',
    target: { kind: 'root' },
    document: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'account:CloseAccount', Resource: '*' }],
    },
  });
};

beforeAll(async () => {
  on = await servedOrganization();
  foreign();
  before = holdingsOf(on.organization);
  const whole = await on.cordon(['deploy', '--yes', '--parameter', `CordonRollout:TargetUnits=${UNIT}`]);
  if (whole.code !== 0) throw new Error(whole.err);
  // Until the StackSets have gone through all Regions.
  await on.organization.run();
  deployed = holdingsOf(on.organization);
  const { functions } = on.organization.world.of(lambdaState, accounts.evidence, homeRegion);
  const { permissions } = functions.get(RECORDER_FUNCTION_NAME) ?? {};
  callers = new Map([...(permissions ?? [])].map(([sid, { principal }]) => [sid, principal]));
}, WHOLE_REMOVAL_MS);
afterAll(() => on.close());

const clientFor = (account: string) => ({
  region: homeRegion,
  credentials: on.organization.credentialsFor(account, 'administrator'),
  requestHandler: on.organization.requestHandler,
});

const stacksOf = async (account: string): Promise<readonly string[]> => {
  const client = new CloudFormationClient(clientFor(account));
  const { Stacks: stacks = [] } = await on.organization.during(() =>
    client.send(new DescribeStacksCommand({})),
  );
  return stacks.map(({ StackName, StackStatus }) => `${StackName} ${StackStatus}`).toSorted();
};

/** The lines that one has and the other has not. */
const beyond = (one: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] =>
  [...one].filter((line) => !other.has(line));

const done = (): readonly string[] => {
  const read = JSON.parse(readFileSync(on.state, 'utf8')) as { done: object };
  return Object.keys(read.done);
};

/** A row as `incident-table` writes it for an instance that an incident holds. */
const HELD_ROW = { pk: { S: 'held' }, sk: { S: `${MEMBER}#${homeRegion}#i-0123456789abcdef0` } };
const REF = {
  incidentId: 'inc-0123456789abcdef0123',
  account: MEMBER,
  region: homeRegion,
  instanceId: 'i-0123456789abcdef0',
  findingId: 'b'.repeat(32),
  findingType: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  arrivedAt: '2026-11-22T00:00:00.000Z',
  openedAt: '2026-11-22T00:00:01.000Z',
  revision: 0,
};

describe("cordon destroy, by AWS's own CDK CLI", () => {
  it('begins nothing while an incident holds an instance', { timeout: WHOLE_REMOVAL_MS }, async () => {
    const stands = holdingsOf(on.organization);
    // Guardrails let nobody else write there.
    const breakGlass = { arn: `arn:aws:iam::${accounts.security}:role/break-glass` };
    const table = new DynamoDBClient({
      ...clientFor(accounts.security),
      credentials: on.organization.credentialsFor(accounts.security, breakGlass),
    });
    await on.organization.during(() =>
      table.send(
        new PutItemCommand({
          TableName: INCIDENT_TABLE_NAME,
          Item: { ...HELD_ROW, incidentId: { S: REF.incidentId }, body: { S: JSON.stringify(REF) } },
        }),
      ),
    );
    const refused = await on.cordon(['destroy', '--yes']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`${REF.incidentId} (open, ${REF.instanceId} in ${MEMBER}, ${homeRegion})`);
    expect([...holdingsOf(on.organization)]).toEqual([...stands]);
    await on.organization.during(() =>
      table.send(new DeleteItemCommand({ TableName: INCIDENT_TABLE_NAME, Key: HELD_ROW })),
    );
  });

  it('removes nothing where its state file is not there', { timeout: WHOLE_REMOVAL_MS }, async () => {
    const stands = holdingsOf(on.organization);
    renameSync(on.state, `${on.state}.away`);
    const lost = await on.cordon(['destroy', '--yes']);
    renameSync(`${on.state}.away`, on.state);
    expect(lost.code).toBe(2);
    expect(lost.err).toContain('nothing is known of what stands');
    expect([...holdingsOf(on.organization)]).toEqual([...stands]);
  });

  it(
    'takes guardrails off first, stops at a bucket that still holds something, and says so',
    { timeout: WHOLE_REMOVAL_MS },
    async () => {
      const { world, ids, timeline } = on.organization;
      const bucket = toolsBucketName(accounts.security, homeRegion);
      addObject(world, { bucket, key: 'a'.repeat(64), body: 'a tool' }, { ids, now: timeline.now() });
      const stopped = await on.cordon(['destroy', '--yes']);
      expect(stopped.code).toBe(3);
      expect(stopped.err).toMatch(/\[1\/6\] remove CordonGuardrails/);
      expect(stopped.err).toContain('a bucket of CordonSecurityRegion still holds something');
      expect(done()).not.toContain(`CordonGuardrails@${homeRegion}`);
      expect(done()).toContain(`CordonSecurityRegion@${homeRegion}`);
      // Nothing that comes after it was touched.
      expect(await stacksOf(accounts.security)).toEqual([
        'CDKToolkit CREATE_COMPLETE',
        'CordonRollout CREATE_COMPLETE',
        'CordonSecurityHome CREATE_COMPLETE',
        'CordonSecurityRegion DELETE_FAILED',
      ]);
      const again = await on.cordon(['destroy', '--yes']);
      expect(again.err).toContain('did not see it end');
      world.of(s3State, '', '').buckets.get(bucket)?.versions.clear();
    },
  );

  it(
    'goes on with --resume, and leaves evidence and what its docs name, and nothing else',
    { timeout: WHOLE_REMOVAL_MS },
    async () => {
      const evidence = [...holdingsOf(on.organization)].filter((line) => line.startsWith(accounts.evidence));
      const whole = await on.cordon(['destroy', '--yes', '--resume']);
      expect(/stopped at[^]*/.exec(whole.err)?.[0]).toBeUndefined();
      expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('evidence stays') });
      expect(whole.err).not.toContain('does not exist');
      expect(done().toSorted()).toEqual([
        `CordonEvidenceHome@${homeRegion}`,
        `CordonEvidenceRegion@${homeRegion}`,
      ]);

      const after = holdingsOf(on.organization);
      const isEvidence = (line: string): boolean => line.startsWith(accounts.evidence);
      expect([...after].filter(isEvidence)).toEqual(evidence);
      expect(await stacksOf(accounts.evidence)).toEqual([
        'CDKToolkit CREATE_COMPLETE',
        'CordonEvidenceHome CREATE_COMPLETE',
        'CordonEvidenceRegion CREATE_COMPLETE',
      ]);
      for (const account of [accounts.security, accounts.forensics])
        expect(await stacksOf(account)).toEqual(['CDKToolkit CREATE_COMPLETE']);

      // docs/deployment.md#remove
      const stays = beyond(after, before).filter((line) => !isEvidence(line));
      const unlogged = stays.filter(
        (line) => !/ log group \/aws\/(lambda|vendedlogs\/states)\/cordon-/.test(line),
      );
      const at = (account: string) => `${account} ${homeRegion}`;
      // The service's own role, which AWS makes in a member and no StackSet takes away.
      expect(unlogged.filter((line) => !line.includes(' role stacksets-exec-'))).toEqual([
        `${at(accounts.security)} table cordon-approvals`,
        `${at(accounts.security)} table cordon-incidents`,
        `${at(accounts.forensics)} alias alias/cordon-forensics`,
        `${at(accounts.forensics)} alias alias/cordon-sessions`,
        `${at(accounts.forensics)} key Enabled Cordon: sessions on forensic machines, on their way and as recorded`,
        `${at(accounts.forensics)} key Enabled Cordon: working volumes of the forensic machine`,
        `${at(accounts.forensics)} log group /cordon/sessions`,
      ]);
      expect(stays.length).toBeGreaterThan(unlogged.length);
      expect(stays.filter((line) => line.startsWith(MEMBER)).map((line) => line.split('-')[0])).toEqual([
        `${MEMBER} role stacksets`,
      ]);
      // Nothing that was there before is gone.
      expect(beyond(before, after)).toEqual([]);
    },
  );

  it('does nothing a second time', { timeout: WHOLE_REMOVAL_MS }, async () => {
    const left = holdingsOf(on.organization);
    const again = await on.cordon(['destroy', '--yes']);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('0 stack(s) removed') });
    expect([...holdingsOf(on.organization)]).toEqual([...left]);
  });
});

describe('cordon deploy --import-retained, after a removal', () => {
  it('takes in what stayed by name, and makes the rest anew', { timeout: WHOLE_REMOVAL_MS }, async () => {
    const { world } = on.organization;
    const rows = world.of(dynamodbState, accounts.security, homeRegion).tables.get(INCIDENT_TABLE_NAME);
    rows?.items.set('kept', new Map());
    const { aliases, keys } = world.of(kmsState, accounts.forensics, homeRegion);
    const old = new Map(aliases);
    const madeFor = (): readonly string[] =>
      [...keys.values()].flatMap(({ manager, description }) => (manager === 'CUSTOMER' ? description : []));
    const stayed = madeFor();
    expect(stayed).toHaveLength(2);
    const evidence = [...holdingsOf(on.organization)].filter((line) => line.startsWith(accounts.evidence));

    const whole = await on.cordon([
      'deploy',
      '--yes',
      '--import-retained',
      '--parameter',
      `CordonRollout:TargetUnits=${UNIT}`,
    ]);
    expect(/stopped at[^]*/.exec(whole.err)?.[0]).toBeUndefined();
    expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('6 stage(s) deployed') });
    expect(whole.err).toContain('no incident can write custody yet');
    expect(done()).toHaveLength(8);
    await on.organization.run();

    // All stands that stood, by its names.
    const stands = holdingsOf(on.organization);
    // But for what has only an id; names that CloudFormation gives end in twelve characters of their own.
    const named = (lines: ReadonlySet<string>): ReadonlySet<string> =>
      new Set(
        [...lines].flatMap((line) =>
          / (event source|vpc|subnet|group|route table|interface|endpoint|launch template) /.test(line)
            ? []
            : [line.replace(/-[A-Z0-9]{12}$/, '')],
        ),
      );
    expect(beyond(named(deployed), named(stands))).toEqual([]);
    expect(beyond(named(stands), named(deployed))).toEqual([]);
    expect([...stands].filter((line) => line.startsWith(accounts.evidence))).toEqual(evidence);
    // With what was in it.
    const { tables } = world.of(dynamodbState, accounts.security, homeRegion);
    expect(tables.get(INCIDENT_TABLE_NAME)?.items.has('kept')).toBe(true);
    // A key is made anew, and its name stays with the old one until break-glass moves it.
    expect(madeFor()).toEqual([...stayed, ...stayed]);
    expect(new Map(aliases)).toEqual(old);
  });

  // docs/deployment.md#remove
  it('lets the workflow ask the recorder again once break-glass did what the docs say', async () => {
    const { world } = on.organization;
    const asBreakGlass = (account: string) => ({
      ...clientFor(account),
      credentials: on.organization.credentialsFor(account, {
        arn: `arn:aws:iam::${account}:role/break-glass`,
      }),
    });
    const FunctionName = RECORDER_FUNCTION_NAME;
    const recorder = new LambdaClient(asBreakGlass(accounts.evidence));
    const readPermissions = async () => {
      const { Policy = '{}' } = await recorder.send(new GetPolicyCommand({ FunctionName }));
      return (JSON.parse(Policy) as { Statement: readonly Statement[] }).Statement;
    };
    const asked = functionRoleArn('aws', accounts.security, 'seal');
    const askRecorder = () =>
      on.organization.during(() =>
        new LambdaClient({
          ...clientFor(accounts.security),
          credentials: on.organization.credentialsFor(accounts.security, { arn: asked }),
        }).send(
          new InvokeCommand({
            FunctionName: `arn:aws:lambda:${homeRegion}:${accounts.evidence}:function:${FunctionName}`,
            Payload: '{}',
          }),
        ),
      );

    await expect(askRecorder()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await on.organization.during(async () => {
      const stale = (await readPermissions()).filter(({ Principal: { AWS = '' } }) => AWS.startsWith('AROA'));
      expect(stale).toHaveLength(callers.size);
      for (const { Sid: StatementId } of stale)
        await recorder.send(new RemovePermissionCommand({ FunctionName, StatementId }));
      for (const { Sid: StatementId } of stale)
        await recorder.send(
          new AddPermissionCommand({
            FunctionName,
            StatementId,
            Action: 'lambda:InvokeFunction',
            Principal: callers.get(StatementId),
            PrincipalOrgID: config.organizationId,
          }),
        );
    });
    expect((await askRecorder()).StatusCode).toBe(200);

    const { aliases, keys } = world.of(kmsState, accounts.forensics, homeRegion);
    const old = new Map(aliases);
    const kms = new KMSClient(asBreakGlass(accounts.forensics));
    for (const [AliasName, keyId] of old) {
      const { description = '', manager } = keys.get(keyId) ?? {};
      if (manager !== 'CUSTOMER') continue;
      const [TargetKeyId] = [...keys].flatMap(([id, key]) =>
        key.description === description && id !== keyId ? id : [],
      );
      await on.organization.during(() => kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId })));
      expect(aliases.get(AliasName)).toBe(TargetKeyId);
      expect(TargetKeyId).not.toBe(old.get(AliasName));
    }
  });
});
