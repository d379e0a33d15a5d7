import type { CopySnapshotCommandOutput } from '@aws-sdk/client-ec2';
import { compile } from '@cordon/iam';
import { describe, expect, it } from 'vitest';
import { decide } from '../../core/authorize.ts';
import type { Check } from '../../core/operation.ts';
import { iamState } from '../iam/state.ts';
import { awsManagedKey } from '../kms/aws-managed-key.ts';
import { addKey } from '../kms/build.ts';
import { kmsService } from '../kms/service.ts';
import { kmsState } from '../kms/state.ts';
import { ACCOUNT, OTHER_ACCOUNT, REGION, sessionOf, START, testWorld } from '../testing.ts';
import { ebsBench, type EbsBench } from './ebs-bench.ts';
import { ebsDurations } from './ebs-durations.ts';
import { ec2State, type Snapshot } from './state.ts';

const KMS = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const MESSAGE = 'Given key ID is not accessible';

const keyPolicy = (...statements: readonly object[]): object => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({
    Effect: 'Allow',
    Action: 'kms:*',
    Resource: '*',
    ...statement,
  })),
});
const accountRoot = (account: string): object => ({ Principal: { AWS: `arn:aws:iam::${account}:root` } });

interface Setting {
  /** KMS actions that the copier's own policy allows. */
  readonly allows?: readonly string[];
  /** Whether the source key's policy lets the copier's account in. */
  readonly admits?: boolean;
}

/**
 * ACCOUNT (evidence) copies what OTHER_ACCOUNT (member) shares with it, as role `copier`; the real engine decides KMS with
 * the real key policies, the EC2 checks are allowed.
 */
const setUp = ({ allows = KMS, admits = true }: Setting = {}) => {
  const world = testWorld();
  const caller = sessionOf(ACCOUNT, 'copier', 'incident');
  const statement = { Effect: 'Allow', Action: allows, Resource: '*' };
  world.of(iamState, ACCOUNT, '').roles.set('copier', {
    arn: `arn:aws:iam::${ACCOUNT}:role/copier`,
    name: 'copier',
    path: '/',
    roleId: 'AROATESTTESTCOPIER',
    createdAt: START,
    trust: compile({ Version: '2012-10-17', Statement: [] }, 'trust'),
    maxSessionSeconds: 3600,
    inline: new Map([['kms', compile({ Version: '2012-10-17', Statement: [statement] }, 'kms')]]),
    attached: [],
    tags: new Map(),
  });
  const judge = (check: Check) =>
    check.action.startsWith('ec2:')
      ? 'allow'
      : decide({ world, services: [kmsService], caller, region: REGION, now: START }, check).verdict;
  const ebs = ebsBench({ decide: judge, caller }, world);
  const making = { ids: ebs.ids, now: START };
  const sourcePolicy = keyPolicy(accountRoot(OTHER_ACCOUNT), ...(admits ? [accountRoot(ACCOUNT)] : []));
  const sourceKey = addKey(
    world,
    { account: OTHER_ACCOUNT, region: REGION, alias: 'alias/app', policy: sourcePolicy },
    making,
  );
  const evidenceKey = addKey(world, { account: ACCOUNT, region: REGION, alias: 'alias/evidence' }, making);
  const source = ebs.snapshot({
    ownerId: OTHER_ACCOUNT,
    encrypted: true,
    kmsKeyArn: sourceKey.arn,
    sharedWith: new Set([ACCOUNT]),
    tags: new Map([['theirs', 'x']]),
  });
  return { world, ebs, making, sourceKey, evidenceKey, source };
};

const copy = async (ebs: EbsBench, source: Snapshot, more: object = {}): Promise<Snapshot> => {
  const input = { SourceRegion: REGION, SourceSnapshotId: source.snapshotId, ...more };
  const { SnapshotId } = await ebs.perform<CopySnapshotCommandOutput>('CopySnapshot', input);
  const made = ebs.state.snapshots.get(SnapshotId ?? '');
  if (made === undefined) throw new Error(`CopySnapshot answered ${SnapshotId}, which is not there`);
  return made;
};

// The page does not say whether KmsKeyId may be another account's key: a world holds one reading or the other.
describe('CopySnapshot under a key of another account', () => {
  it.each([
    [false, 'completed'],
    [true, 'error'],
  ] as const)('where such keys are refused: %s, ends in %s', async (refuses, state) => {
    const { world, ebs, making } = setUp();
    const theirs = addKey(
      world,
      {
        account: OTHER_ACCOUNT,
        region: REGION,
        policy: keyPolicy(accountRoot(OTHER_ACCOUNT), accountRoot(ACCOUNT)),
      },
      making,
    );
    ebs.state.refusesForeignKeysInCopies = refuses;
    const made = await copy(ebs, ebs.snapshot({ ownerId: ACCOUNT }), {
      Encrypted: true,
      KmsKeyId: theirs.arn,
    });
    expect(made.state).toBe('pending');
    await ebs.pass(86_400_000);
    expect(made.state).toBe(state);
  });
});

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html
describe('CopySnapshot of a snapshot that another account shares', () => {
  it.each([
    ['key ARN', (w: ReturnType<typeof setUp>) => w.evidenceKey.arn],
    ['key id', (w: ReturnType<typeof setUp>) => w.evidenceKey.keyId],
    ['alias', () => 'alias/evidence'],
    ['alias ARN', () => `arn:aws:kms:${REGION}:${ACCOUNT}:alias/evidence`],
  ])('gives a pending copy, then a completed one under the key named by %s', async (_name, reference) => {
    const world = setUp();
    const made = await copy(world.ebs, world.source, {
      KmsKeyId: reference(world),
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'incident', Value: '42' }] }],
    });
    expect(made).toMatchObject({
      state: 'pending',
      ownerId: ACCOUNT,
      volumeId: 'vol-ffffffff',
      encrypted: true,
      kmsKeyArn: world.evidenceKey.arn,
    });
    await world.ebs.pass(ebsDurations.copy(world.source.sizeGiB));
    expect(made).toMatchObject({
      state: 'completed',
      progress: 100,
      content: world.source.content,
      tags: new Map([['incident', '42']]),
    });
    expect(made.sharedWith.size).toBe(0);
  });

  it('does not find one that is not shared with the caller, nor one that does not exist', async () => {
    const { ebs, source } = setUp();
    source.sharedWith.clear();
    await expect(copy(ebs, source)).rejects.toMatchObject({ code: 'InvalidSnapshot.NotFound' });
    await expect(copy(ebs, { ...source, snapshotId: 'snap-0123456789abcdef0' })).rejects.toMatchObject({
      code: 'InvalidSnapshot.NotFound',
    });
  });

  it.each(['pending', 'error'] as const)('refuses a source that is %s', async (state) => {
    const { ebs, source } = setUp();
    source.state = state;
    await expect(copy(ebs, source)).rejects.toMatchObject({ code: 'IncorrectState' });
  });

  it('refuses to decrypt', async () => {
    const { ebs, source } = setUp();
    await expect(copy(ebs, source, { Encrypted: false })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html
  it('takes the caller’s aws/ebs key when none is named', async () => {
    const { world, ebs, source } = setUp();
    const made = await copy(ebs, source);
    const managed = world.of(kmsState, ACCOUNT, REGION).aliases.get('alias/aws/ebs');
    expect(made.kmsKeyArn?.endsWith(managed ?? 'no key')).toBe(true);
    await ebs.pass(3_600_000);
    expect(made.state).toBe('completed');
  });
});

// "fails silently": the call succeeds. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html
describe('trouble with keys shows late', () => {
  const late = async (world: ReturnType<typeof setUp>, KmsKeyId: string = world.evidenceKey.arn) => {
    const made = await copy(world.ebs, world.source, { KmsKeyId });
    expect(made.state).toBe('pending');
    await world.ebs.pass(3_600_000);
    return made;
  };

  it.each(KMS)('when the copier’s policy lacks %s', async (missing) => {
    const world = setUp({ allows: KMS.filter((action) => action !== missing) });
    expect(await late(world)).toMatchObject({ state: 'error', stateMessage: MESSAGE });
  });

  it('when the source key’s policy does not admit the copier’s account', async () => {
    expect(await late(setUp({ admits: false }))).toMatchObject({ state: 'error', stateMessage: MESSAGE });
  });

  it.each([
    ['does not exist', '00000000-0000-4000-a000-000000000000'],
    ['is an alias that does not exist', 'alias/none'],
    ['is an alias of the other account', 'alias/app'],
  ])('when the key that is named %s', async (_name, KmsKeyId) => {
    expect(await late(setUp(), KmsKeyId)).toMatchObject({ state: 'error', stateMessage: MESSAGE });
  });

  it.each([
    ['sourceKey', 'Disabled'],
    ['sourceKey', 'PendingDeletion'],
    ['evidenceKey', 'Disabled'],
    ['evidenceKey', 'PendingDeletion'],
  ] as const)('when the %s is %s', async (which, state) => {
    const world = setUp();
    world[which].state = state;
    expect(await late(world)).toMatchObject({ state: 'error', stateMessage: MESSAGE });
  });

  it('when the key is a signing key', async () => {
    const world = setUp();
    const signing = addKey(
      world.world,
      { account: ACCOUNT, region: REGION, spec: 'ECC_NIST_P256' },
      world.making,
    );
    expect(await late(world, signing.arn)).toMatchObject({ state: 'error', stateMessage: MESSAGE });
  });

  it('when the source key is disabled while the copy runs', async () => {
    const world = setUp();
    const made = await copy(world.ebs, world.source, { KmsKeyId: world.evidenceKey.arn });
    await world.ebs.pass(ebsDurations.keyCheck + 1000);
    expect(made.state).toBe('pending');
    world.sourceKey.state = 'Disabled';
    await world.ebs.pass(3_600_000);
    expect(made.state).toBe('error');
  });

  it('when the source is under the other account’s aws/ebs key, which admits nobody else', async () => {
    const world = setUp();
    const managed = awsManagedKey(
      world.world,
      { account: OTHER_ACCOUNT, region: REGION, service: 'ebs' },
      world.making,
    );
    const source = world.ebs.snapshot({
      ownerId: OTHER_ACCOUNT,
      encrypted: true,
      kmsKeyArn: managed.arn,
      sharedWith: new Set([ACCOUNT]),
    });
    expect(await late({ ...world, source })).toMatchObject({ state: 'error', stateMessage: MESSAGE });
  });
});

describe('CopySnapshot otherwise', () => {
  it('leaves an unencrypted source unencrypted, unless asked or by default', async () => {
    const { ebs, evidenceKey } = setUp();
    const plain = ebs.snapshot();
    expect(await copy(ebs, plain)).toMatchObject({ encrypted: false });
    expect(await copy(ebs, plain, { Encrypted: true, KmsKeyId: evidenceKey.arn })).toMatchObject({
      encrypted: true,
      kmsKeyArn: evidenceKey.arn,
    });
    await expect(copy(ebs, plain, { KmsKeyId: evidenceKey.arn })).rejects.toMatchObject({
      code: 'InvalidParameterDependency',
    });
    ebs.state.ebsEncryptionByDefault = true;
    expect(await copy(ebs, plain)).toMatchObject({ encrypted: true });
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html
  it('refuses the twenty-first copy at a time to a Region', async () => {
    const { ebs } = setUp();
    const plain = ebs.snapshot();
    for (let count = 0; count < 20; count += 1) await copy(ebs, plain);
    await expect(copy(ebs, plain)).rejects.toMatchObject({ code: 'ResourceLimitExceeded' });
    await ebs.pass(ebsDurations.copy(plain.sizeGiB));
    await expect(copy(ebs, plain)).resolves.toMatchObject({ state: 'pending' });
  });

  it('asks for source and new snapshot without an account, and for the tags', () => {
    const { ebs, source } = setUp();
    const TagSpecifications = [{ ResourceType: 'snapshot', Tags: [{ Key: 'incident', Value: '42' }] }];
    const checks = ebs.checksOf('CopySnapshot', {
      SourceRegion: REGION,
      SourceSnapshotId: source.snapshotId,
      TagSpecifications,
    });
    expect(checks.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `ec2:CopySnapshot arn:aws:ec2:${REGION}::snapshot/${source.snapshotId}`,
      `ec2:CopySnapshot arn:aws:ec2:${REGION}::snapshot/*`,
      `ec2:CreateTags arn:aws:ec2:${REGION}::snapshot/*`,
    ]);
    expect(checks[0]?.context).not.toHaveProperty('aws:RequestTag/incident');
    expect(checks[0]?.context).not.toHaveProperty('aws:ResourceTag/theirs');
    expect(checks[1]?.context).toMatchObject({ 'aws:RequestTag/incident': '42' });
  });

  it('refuses what is not implemented', async () => {
    const { ebs, source } = setUp();
    await expect(
      copy(ebs, source, { DestinationOutpostArn: 'arn:aws:outposts:eu-west-1:1:outpost/op-1' }),
    ).rejects.toMatchObject({ status: 501 });
  });
});

describe('CopySnapshot from another Region', () => {
  const presigned = (id: string, region: string): string =>
    `https://ec2.${region}.amazonaws.com/?Action=CopySnapshot&SourceSnapshotId=${id}&X-Amz-Credential=AKIA%2F20260101%2F${region}%2Fec2%2Faws4_request`;

  const far = () => {
    const world = setUp();
    const key = addKey(world.world, { account: ACCOUNT, region: 'us-east-1' }, world.making);
    const own = world.ebs.snapshot({ encrypted: true, kmsKeyArn: key.arn });
    const from = (url: string | undefined) =>
      world.ebs.perform<CopySnapshotCommandOutput>(
        'CopySnapshot',
        { SourceRegion: REGION, SourceSnapshotId: own.snapshotId, PresignedUrl: url },
        { region: 'us-east-1' },
      );
    return { ...world, own, from };
  };

  it('asks for CopySnapshot at both Regions', () => {
    const { ebs, own } = far();
    const checks = ebs.checksOf(
      'CopySnapshot',
      { SourceRegion: REGION, SourceSnapshotId: own.snapshotId },
      { region: 'us-east-1' },
    );
    expect(
      checks
        .filter(({ resource }) => resource.endsWith(own.snapshotId))
        .map(({ context }) => context?.['aws:RequestedRegion']),
    ).toEqual([undefined, REGION]);
  });

  it.each([
    ['none', () => undefined],
    ['one for another snapshot', () => presigned('snap-0123456789abcdef0', REGION)],
    ['one signed for the wrong Region', (id: string) => presigned(id, 'us-east-1')],
    ['no URL at all', () => 'nonsense'],
  ])('ends in error with %s as presigned URL', async (_name, url) => {
    const { world, ebs, own, from } = far();
    const { SnapshotId } = await from(url(own.snapshotId));
    await ebs.pass(3_600_000);
    expect(world.of(ec2State, ACCOUNT, 'us-east-1').snapshots.get(SnapshotId ?? '')?.state).toBe('error');
  });

  it('does not pretend to know whether another account’s snapshot can be copied in one step', async () => {
    const { ebs, source } = far();
    const asked = ebs.perform(
      'CopySnapshot',
      { SourceRegion: REGION, SourceSnapshotId: source.snapshotId },
      { region: 'us-east-1' },
    );
    await expect(asked).rejects.toMatchObject({ status: 501 });
  });
});
