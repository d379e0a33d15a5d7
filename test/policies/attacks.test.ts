import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  LockSnapshotCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { IAM_PATH, QUARANTINE_PROFILE_NAME, SESSION_DENY_TAG_KEYS, TAGS } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { aftermathOf, sessionDenyArn, snapshotOnItsWay, type Aftermath } from './attacks/aftermath.ts';
import { SAYING } from './attacks/attack.ts';
import { castOf, handsOf, incidentOf, readerArn, type Hands, type Who } from './attacks/cast.ts';
import { attacksOfEvidence } from './attacks/of-evidence.ts';
import { attacksOfMember } from './attacks/of-member.ts';
import { attacksOfOthers, readOrders, workloadBucket, WORKLOAD_KEY } from './attacks/of-others.ts';
import { whatStands } from './attacks/what-stands.ts';

const staged: { on?: Aftermath; cast?: Readonly<Record<Who, Hands>> } = {};

const stage = (): { readonly on: Aftermath; readonly cast: Readonly<Record<Who, Hands>> } => {
  const { on, cast } = staged;
  if (on === undefined || cast === undefined) throw new Error('the incident was not handled: see beforeAll');
  return { on, cast };
};

/** What a call came to: the error's code and message, or that it went through. */
const outcomeOf = async (on: Pick<Aftermath, 'organization'>, call: () => Promise<unknown>) => {
  try {
    // A call that fails before it is sent must not leave the clock waiting for it.
    await on.organization.during(async () => call());
    return { code: 'went through' };
  } catch (error) {
    return error instanceof Error
      ? { code: error.name, message: error.message }
      : { code: 'no error', message: String(error) };
  }
};

beforeAll(async () => {
  const on = await aftermathOf();
  const cast = await castOf(on);
  on.organization.deploy(
    { Resources: { Orders: { Type: 'AWS::S3::Bucket', Properties: { BucketName: workloadBucket(on) } } } },
    { account: on.suspect.account, region: on.homeRegion, stackName: 'workload' },
  );
  await on.organization.during(() =>
    cast['the administrator of the member'].s3.send(
      new PutObjectCommand({ Bucket: workloadBucket(on), Key: WORKLOAD_KEY, Body: 'a,b,c' }),
    ),
  );
  Object.assign(staged, { on, cast });
});
afterAll(() => staged.on?.organization.close());

describe('what the attacks are made upon', () => {
  it('is a contained instance, with its sessions denied', () => {
    const { on } = stage();
    const { instances, interfaces, isolationGroup, profiles, roles } = whatStands(on).member;
    const [contained] = instances;
    expect(contained).toMatchObject({ state: 'running', disableApiTermination: true });
    expect(contained?.tags).toHaveProperty([TAGS.incident]);
    expect(interfaces.map(({ groups }) => groups)).toEqual(interfaces.map(() => [on.isolationGroupId]));
    expect(interfaces.length).toBeGreaterThan(1);
    expect(isolationGroup.permissions).toEqual([]);
    expect(profiles.find(({ instanceId }) => instanceId === on.suspect.instanceId)).toMatchObject({
      associationId: on.associationId,
      state: 'associated',
      profileArn: `arn:aws:iam::${on.suspect.account}:instance-profile${IAM_PATH}${QUARANTINE_PROFILE_NAME}`,
    });
    expect(roles.find(({ arn }) => arn === on.suspect.roleArn)).toMatchObject({
      attached: [sessionDenyArn(on.suspect.account)],
      tags: { [SESSION_DENY_TAG_KEYS[0]]: on.suspect.instanceId },
    });
  });

  it('is evidence: a locked copy of each disk and of the results, objects that are held, keys that work', () => {
    const { on } = stage();
    const { copies, objects, keys, policy } = whatStands(on).evidence;
    expect(copies.map(({ holds, lock, isPublic }) => [holds, lock.mode, isPublic])).toEqual([
      ...on.suspect.volumes.map(() => ['disk', 'governance', false]),
      ['results', 'governance', false],
    ]);
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.filter(({ kind, retention }) => kind !== 'object' || retention === undefined)).toEqual([]);
    expect(policy).toContain('NobodyEnds');
    expect(keys.map(({ arn }) => arn)).toEqual(expect.arrayContaining([on.custodyKeyArn, on.evidenceKeyArn]));
    expect(keys.filter(({ is }) => is !== 'Enabled')).toEqual([]);
  });
});

describe.each([
  ["in the suspect's account", attacksOfMember],
  ['in the evidence account', attacksOfEvidence],
  ['from everywhere else', attacksOfOthers],
])('after an incident, %s', (_where, attacks) => {
  it.each(attacks)('AWS refuses it when $as $does', async ({ as, call, code, saying }) => {
    const { on, cast } = stage();
    const before = whatStands(on);
    expect(await outcomeOf(on, () => call(cast[as], on))).toEqual({
      code,
      message: expect.stringMatching(saying),
    });
    expect(whatStands(on)).toEqual(before);
  });
});

describe('what goes on as before', () => {
  it('is the work of the healthy instance of the same role', async () => {
    const { on, cast } = stage();
    const { Body } = await on.organization.during(() => readOrders(cast['its sibling'], on));
    expect(await Body?.transformToString()).toBe('a,b,c');
  });

  it('is the work of the administrator, where it is about nothing of ours', async () => {
    const { on, cast } = stage();
    const by = cast['the administrator of the member'];
    const tag = { Key: 'Owner', Value: 'shop' };
    await on.organization.during(() =>
      by.ec2.send(new CreateTagsCommand({ Resources: [on.siblingId], Tags: [tag] })),
    );
    const [, sibling] = whatStands(on).member.instances;
    expect(sibling?.tags).toMatchObject({ Owner: 'shop' });
  });

  it('is that the desk opens one incident for a person whom it names', async () => {
    const { on, cast } = stage();
    const { AssumedRoleUser, SourceIdentity } = await on.organization.during(() =>
      cast['the evidence desk'].sts.send(
        new AssumeRoleCommand({
          RoleArn: readerArn(on),
          RoleSessionName: 'reading',
          SourceIdentity: 'b.analyst',
          Tags: [{ Key: 'incident', Value: incidentOf(on) }],
        }),
      ),
    );
    expect(SourceIdentity).toBe('b.analyst');
    expect(AssumedRoleUser?.Arn).toMatch(/:assumed-role\/cordon-evidence-reader\/reading$/);
  });

  it('is all that the reader is for: to list, to read, and to check a signature', async () => {
    const { on, cast } = stage();
    const { s3, kmsAtHome } = cast['the evidence reader'];
    const [listed, read, key] = await on.organization.during(() =>
      Promise.all([
        s3.send(new ListObjectsV2Command({ Bucket: on.vault, Prefix: `incidents/${incidentOf(on)}/` })),
        s3.send(new GetObjectCommand({ Bucket: on.vault, Key: on.held.key })),
        kmsAtHome.send(new GetPublicKeyCommand({ KeyId: on.custodyKeyArn })),
      ]),
    );
    expect(listed.Contents?.map(({ Key }) => Key)).toContain(on.held.key);
    expect((await read.Body?.transformToByteArray())?.length).toBeGreaterThan(0);
    expect(key).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  });
});

describe('while the disks are on their way', () => {
  const frozen: { on?: Awaited<ReturnType<typeof snapshotOnItsWay>> } = {};
  beforeAll(async () => {
    frozen.on = await snapshotOnItsWay();
  });
  afterAll(() => frozen.on?.organization.close());

  it.each<readonly [does: string, call: (by: Hands, SnapshotId: string) => Promise<unknown>]>([
    ['delete a frozen disk', ({ ec2 }, SnapshotId) => ec2.send(new DeleteSnapshotCommand({ SnapshotId }))],
    [
      'take it back from the evidence account',
      ({ ec2 }, SnapshotId) =>
        ec2.send(
          new ModifySnapshotAttributeCommand({
            SnapshotId,
            CreateVolumePermission: { Remove: [{ UserId: config.accounts.evidence }] },
          }),
        ),
    ],
    [
      'share it with a stranger',
      ({ ec2 }, SnapshotId) =>
        ec2.send(
          new ModifySnapshotAttributeCommand({
            SnapshotId,
            OperationType: 'add',
            UserIds: ['999900001111'],
          }),
        ),
    ],
    [
      'lock it, so that nobody can clean it up',
      ({ ec2 }, SnapshotId) =>
        ec2.send(new LockSnapshotCommand({ SnapshotId, LockMode: 'compliance', LockDuration: 36_500 })),
    ],
    [
      'take its mark off',
      ({ ec2 }, SnapshotId) => ec2.send(new DeleteTagsCommand({ Resources: [SnapshotId] })),
    ],
  ])('the administrator of the member cannot %s', async (_does, call) => {
    if (frozen.on === undefined) throw new Error('nothing was frozen: see beforeAll');
    const { organization, suspect, snapshot } = frozen.on;
    const by = handsOf(organization, organization.credentialsFor(suspect.account, 'administrator'), {
      region: suspect.region,
      homeRegion: config.homeRegion,
    });
    const { snapshots } = organization.world.of(ec2State, suspect.account, suspect.region);
    const tags = [...snapshot.tags];
    expect(await outcomeOf({ organization }, () => call(by, snapshot.snapshotId))).toEqual({
      code: 'UnauthorizedOperation',
      message: expect.stringMatching(SAYING.serviceControl),
    });
    // Time passed meanwhile, and our own roles may have shared it with the evidence account by now.
    expect(snapshots.get(snapshot.snapshotId)).toBe(snapshot);
    expect([snapshot.lock, snapshot.isPublic, [...snapshot.tags]]).toEqual([undefined, false, tags]);
    expect(snapshot.sharedWith.has('999900001111')).toBe(false);
  });
});
