import type {
  DescribeKeyCommandOutput,
  ListAliasesCommandOutput,
  ScheduleKeyDeletionCommandOutput,
} from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, START } from '../testing.ts';
import { addKey } from './build.ts';
import { kmsService } from './service.ts';
import { kmsState } from './state.ts';

const setUp = () => {
  const kms = bench(kmsService);
  const making = { ids: kms.ids, now: START };
  const own = addKey(kms.world, { account: ACCOUNT, region: REGION, alias: 'alias/own' }, making);
  const foreign = addKey(
    kms.world,
    { account: OTHER_ACCOUNT, region: REGION, alias: 'alias/theirs' },
    making,
  );
  const far = addKey(kms.world, { account: ACCOUNT, region: 'us-east-1' }, making);
  const signing = addKey(kms.world, { account: ACCOUNT, region: REGION, spec: 'ECC_NIST_P256' }, making);
  return { kms, own, foreign, far, signing };
};

const aliasArn = (account: string, name: string): string => `arn:aws:kms:${REGION}:${account}:alias/${name}`;

// https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html (KeyId)
describe('DescribeKey', () => {
  it.each([
    ['key id', (w: ReturnType<typeof setUp>) => w.own.keyId, 'own'],
    ['key ARN', (w: ReturnType<typeof setUp>) => w.own.arn, 'own'],
    ['alias', () => 'alias/own', 'own'],
    ['alias ARN', () => aliasArn(ACCOUNT, 'own'), 'own'],
    ['ARN of a key of another account', (w: ReturnType<typeof setUp>) => w.foreign.arn, 'foreign'],
    ['ARN of an alias of another account', () => aliasArn(OTHER_ACCOUNT, 'theirs'), 'foreign'],
  ] as const)('finds a key by %s', async (_name, reference, expected) => {
    const world = setUp();
    const { KeyMetadata } = await world.kms.perform<DescribeKeyCommandOutput>('DescribeKey', {
      KeyId: reference(world),
    });
    expect(KeyMetadata?.Arn).toBe(world[expected].arn);
    expect(KeyMetadata?.AWSAccountId).toBe(expected === 'own' ? ACCOUNT : OTHER_ACCOUNT);
  });

  it.each([
    ['bare id of a key of another account', (w: ReturnType<typeof setUp>) => w.foreign.keyId],
    ['bare alias of another account', () => 'alias/theirs'],
    ['ARN of a key in another Region', (w: ReturnType<typeof setUp>) => w.far.arn],
    ['id that no key has', () => '00000000-0000-4000-a000-000000000000'],
  ])('does not find a key by the %s', async (_name, reference) => {
    const world = setUp();
    await expect(world.kms.perform('DescribeKey', { KeyId: reference(world) })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });

  it('asks for the key by its ARN, with the aliases and how it was named', () => {
    const { kms, own } = setUp();
    const [check] = kms.checksOf('DescribeKey', { KeyId: 'alias/own' });
    expect(check).toMatchObject({
      action: 'kms:DescribeKey',
      resource: own.arn,
      account: ACCOUNT,
      context: {
        'kms:RequestAlias': 'alias/own',
        'kms:ResourceAliases': ['alias/own'],
        'kms:CallerAccount': ACCOUNT,
      },
    });
    expect(check?.context).not.toHaveProperty('kms:ViaService');
  });

  it('makes the AWS managed key of a predefined alias when it is first named', async () => {
    const { kms } = setUp();
    const first = await kms.perform<DescribeKeyCommandOutput>('DescribeKey', { KeyId: 'alias/aws/ebs' });
    const second = await kms.perform<DescribeKeyCommandOutput>('DescribeKey', { KeyId: 'alias/aws/ebs' });
    expect(first.KeyMetadata?.KeyManager).toBe('AWS');
    expect(second.KeyMetadata?.Arn).toBe(first.KeyMetadata?.Arn);
  });

  it('refuses a member that is not implemented', async () => {
    const { kms, own } = setUp();
    const asked = kms.perform('DescribeKey', { KeyId: own.keyId, Surprise: 1 });
    await expect(asked).rejects.toMatchObject({ code: 'UnsupportedOperation', status: 501 });
  });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
describe('key states', () => {
  const uses = [
    ['Encrypt', 'own', { Plaintext: Buffer.from('x') }],
    ['GenerateDataKey', 'own', { KeySpec: 'AES_256' }],
    ['GenerateDataKeyWithoutPlaintext', 'own', { KeySpec: 'AES_256' }],
    ['CreateGrant', 'own', { GranteePrincipal: `arn:aws:iam::${ACCOUNT}:role/r`, Operations: ['Decrypt'] }],
    ['Sign', 'signing', { Message: Buffer.from('x'), SigningAlgorithm: 'ECDSA_SHA_256' }],
    ['GetPublicKey', 'signing', {}],
  ] as const;

  it.each(uses)('%s needs an enabled key', async (operation, which, input) => {
    const world = setUp();
    const asked = () => world.kms.perform(operation, { KeyId: world[which].keyId, ...input });
    await expect(asked()).resolves.toBeDefined();
    await world.kms.perform('DisableKey', { KeyId: world[which].keyId });
    await expect(asked()).rejects.toMatchObject({ code: 'DisabledException' });
    await world.kms.perform('EnableKey', { KeyId: world[which].keyId });
    await expect(asked()).resolves.toBeDefined();
    await world.kms.perform('ScheduleKeyDeletion', { KeyId: world[which].keyId });
    await expect(asked()).rejects.toMatchObject({ code: 'KMSInvalidStateException' });
  });

  it.each(['EnableKey', 'DisableKey', 'ScheduleKeyDeletion'])(
    '%s fails while deletion is pending',
    async (operation) => {
      const { kms, own } = setUp();
      await kms.perform('ScheduleKeyDeletion', { KeyId: own.keyId });
      await expect(kms.perform(operation, { KeyId: own.keyId })).rejects.toMatchObject({
        code: 'KMSInvalidStateException',
      });
    },
  );

  it.each(['DescribeKey', 'GetKeyPolicy', 'ListGrants'])('%s works in every state', async (operation) => {
    const { kms, own } = setUp();
    await kms.perform('ScheduleKeyDeletion', { KeyId: own.keyId });
    await expect(kms.perform(operation, { KeyId: own.keyId })).resolves.toBeDefined();
  });

  // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
  it.each(['EnableKey', 'DisableKey', 'ScheduleKeyDeletion', 'GetKeyPolicy'])(
    '%s has no effect on a key of another account',
    async (operation) => {
      const { kms, foreign } = setUp();
      await expect(kms.perform(operation, { KeyId: foreign.arn })).rejects.toMatchObject({
        code: 'AccessDeniedException',
      });
      expect(foreign.state).toBe('Enabled');
    },
  );

  it.each(['EnableKey', 'DisableKey', 'ScheduleKeyDeletion', 'ListGrants'])(
    '%s takes no alias',
    async (operation) => {
      const { kms } = setUp();
      await expect(kms.perform(operation, { KeyId: 'alias/own' })).rejects.toMatchObject({
        code: 'NotFoundException',
      });
    },
  );
});

// https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
describe('ScheduleKeyDeletion', () => {
  it('removes the key and its aliases when the waiting period ends, 30 days when not given', async () => {
    const { kms, own } = setUp();
    const planned = await kms.perform<ScheduleKeyDeletionCommandOutput>('ScheduleKeyDeletion', {
      KeyId: own.keyId,
    });
    expect(planned.DeletionDate?.getTime()).toBe(START + 30 * 86_400_000);
    await kms.pass(30 * 86_400_000 - 1);
    await expect(kms.perform('DescribeKey', { KeyId: own.keyId })).resolves.toBeDefined();
    await kms.pass(2);
    await expect(kms.perform('DescribeKey', { KeyId: own.keyId })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
    await expect(kms.perform('DescribeKey', { KeyId: 'alias/own' })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });

  it.each([6, 31])('refuses %i days', async (days) => {
    const { kms, own } = setUp();
    const asked = kms.perform('ScheduleKeyDeletion', { KeyId: own.keyId, PendingWindowInDays: days });
    await expect(asked).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

describe('ListAliases', () => {
  it('lists the caller’s aliases in the Region page by page', async () => {
    const { kms, own } = setUp();
    await kms.perform('DescribeKey', { KeyId: 'alias/aws/ebs' });
    const first = await kms.perform<ListAliasesCommandOutput>('ListAliases', { Limit: 1 });
    expect(first.Aliases).toEqual([
      { AliasName: 'alias/own', AliasArn: aliasArn(ACCOUNT, 'own'), TargetKeyId: own.keyId },
    ]);
    expect(first.Truncated).toBe(true);
    const second = await kms.perform<ListAliasesCommandOutput>('ListAliases', {
      Limit: 1,
      Marker: first.NextMarker,
    });
    expect(second.Aliases?.map(({ AliasName }) => AliasName)).toEqual(['alias/aws/ebs']);
    expect(second.Truncated).toBe(false);
  });

  it('shows another account nothing of them', async () => {
    const { kms } = setUp();
    const seen = await kms.perform<ListAliasesCommandOutput>(
      'ListAliases',
      {},
      { caller: rootOf(OTHER_ACCOUNT) },
    );
    expect(seen.Aliases?.map(({ AliasName }) => AliasName)).toEqual(['alias/theirs']);
  });
});

// https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
describe('UpdateAlias', () => {
  it('moves an alias to another key, and asks for alias and both keys', async () => {
    const { kms, own } = setUp();
    const other = addKey(kms.world, { account: ACCOUNT, region: REGION }, { ids: kms.ids, now: START });
    const input = { AliasName: 'alias/own', TargetKeyId: other.keyId };
    expect(kms.checksOf('UpdateAlias', input)).toMatchObject([
      { action: 'kms:UpdateAlias', resource: aliasArn(ACCOUNT, 'own') },
      { action: 'kms:UpdateAlias', resource: own.arn },
      { action: 'kms:UpdateAlias', resource: other.arn },
    ]);
    await kms.perform('UpdateAlias', input);
    const { KeyMetadata } = await kms.perform<DescribeKeyCommandOutput>('DescribeKey', {
      KeyId: 'alias/own',
    });
    expect(KeyMetadata?.Arn).toBe(other.arn);
  });

  it.each([
    ['of another kind', (w: ReturnType<typeof setUp>) => w.signing.keyId, 'ValidationException'],
    ['of another account', (w: ReturnType<typeof setUp>) => w.foreign.arn, 'AccessDeniedException'],
  ])('moves none to a key %s', async (_name, target, code) => {
    const world = setUp();
    await expect(
      world.kms.perform('UpdateAlias', { AliasName: 'alias/own', TargetKeyId: target(world) }),
    ).rejects.toMatchObject({ code });
    expect(world.kms.world.of(kmsState, ACCOUNT, REGION).aliases.get('alias/own')).toBe(world.own.keyId);
  });

  it('needs an alias that is there', async () => {
    const { kms, own } = setUp();
    await expect(
      kms.perform('UpdateAlias', { AliasName: 'alias/none', TargetKeyId: own.keyId }),
    ).rejects.toMatchObject({ code: 'NotFoundException' });
  });
});
