import type { CreateGrantCommandOutput, ListGrantsCommandOutput } from '@aws-sdk/client-kms';
import { compile } from '@cordon/iam';
import { describe, expect, it } from 'vitest';
import { decide } from '../../core/authorize.ts';
import { operation, type Call } from '../../core/operation.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, sessionOf, START, testWorld } from '../testing.ts';
import { iamState } from '../iam/state.ts';
import { addKey } from './build.ts';
import { kmsService } from './service.ts';
import type { KmsGrant } from './state.ts';

const GRANTEE = `arn:aws:iam::${OTHER_ACCOUNT}:role/copier`;
const copier = sessionOf(OTHER_ACCOUNT, 'copier', 'session');

const setUp = () => {
  const kms = bench(kmsService);
  const key = addKey(kms.world, { account: ACCOUNT, region: REGION }, { ids: kms.ids, now: START });
  const input = { KeyId: key.arn, GranteePrincipal: GRANTEE, Operations: ['Decrypt', 'DescribeKey'] };
  const create = (more: object = {}) =>
    kms.perform<CreateGrantCommandOutput>('CreateGrant', { ...input, ...more });
  return { kms, key, input, create };
};

// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
describe('CreateGrant', () => {
  it('gives the same grant for the same name and terms, with another token', async () => {
    const { key, create } = setUp();
    const first = await create({ Name: 'incident' });
    const again = await create({ Name: 'incident', Operations: ['DescribeKey', 'Decrypt'] });
    expect(again.GrantId).toBe(first.GrantId);
    expect(again.GrantToken).not.toBe(first.GrantToken);
    expect(key.grants).toHaveLength(1);
  });

  it('makes another grant without a name, or with other terms', async () => {
    const { key, create } = setUp();
    await create();
    await create();
    await create({ Name: 'incident' });
    await create({ Name: 'incident', Operations: ['Decrypt'] });
    expect(new Set(key.grants.map(({ grantId }) => grantId)).size).toBe(4);
  });

  it('tells the authorizer grantee, operations and kind of constraint, and that no service asks', () => {
    const { kms, key, input } = setUp();
    const Constraints = { EncryptionContextSubset: { a: 'b' } };
    expect(kms.checksOf('CreateGrant', { ...input, Constraints })).toMatchObject([
      {
        action: 'kms:CreateGrant',
        resource: key.arn,
        context: {
          'kms:GranteePrincipal': GRANTEE,
          'kms:GrantOperations': ['Decrypt', 'DescribeKey'],
          'kms:GrantConstraintType': 'EncryptionContextSubset',
          'kms:GrantIsForAWSResource': 'false',
        },
      },
    ]);
  });

  it.each([
    ['an operation that the key cannot do', { Operations: ['Sign'] }, 'ValidationException'],
    ['no operation', { Operations: [] }, 'ValidationException'],
    ['a service as grantee', { GranteePrincipal: 'ec2.amazonaws.com' }, 'InvalidArnException'],
    ['an organization as retiring principal', { RetiringPrincipal: '*' }, 'InvalidArnException'],
    ['a service grantee', { GranteeServicePrincipal: 'ec2.amazonaws.com' }, 'UnsupportedOperation'],
    ['a token that KMS never gave', { GrantTokens: ['made-up'] }, 'InvalidGrantTokenException'],
    ['a dry run', { DryRun: true }, 'DryRunOperationException'],
  ])('refuses %s', async (_name, more, code) => {
    const { key, create } = setUp();
    await expect(create(more)).rejects.toMatchObject({ code });
    expect(key.grants).toHaveLength(0);
  });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-creategrant
describe('CreateGrant by the holder of a grant', () => {
  const held: KmsGrant = {
    grantId: 'parent',
    granteePrincipalArn: GRANTEE,
    operations: ['CreateGrant', 'Decrypt'],
    encryptionContextSubset: { 'aws:ebs:id': 'vol-1' },
    issuingAccount: ACCOUNT,
    createdAt: START,
    tokens: [],
  };
  const asHolder = () => {
    const world = testWorld();
    const allowAll = compile(
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      'all',
    );
    world.of(iamState, OTHER_ACCOUNT, '').roles.set('copier', {
      arn: GRANTEE,
      name: 'copier',
      path: '/',
      roleId: 'AROATESTTESTCOPIER',
      createdAt: START,
      trust: compile({ Version: '2012-10-17', Statement: [] }, 'trust'),
      maxSessionSeconds: 3600,
      inline: new Map([['all', allowAll]]),
      attached: [],
      tags: new Map(),
    });
    const asking = { world, services: [kmsService], caller: copier, region: REGION, now: START };
    const kms = bench(kmsService, {}, world);
    const key = addKey(world, { account: ACCOUNT, region: REGION }, { ids: kms.ids, now: START });
    key.grants.push(held);
    const probe = operation<object, { call: Call }>({ checks: () => [], run: (_input, call) => ({ call }) });
    const probing = bench({ name: 'probe', operations: { Probe: probe } }, { caller: copier }, world);
    const create = async (more: object) => {
      const { call } = await probing.perform<{ call: Call }>('Probe', {});
      const input = { KeyId: key.arn, GranteePrincipal: `arn:aws:iam::${OTHER_ACCOUNT}:role/next`, ...more };
      return kmsService.operations['CreateGrant']?.run(input as never, {
        ...call,
        decide: (check) => decide(asking, check),
      });
    };
    return { key, create };
  };

  it('passes on what the grant holds, under the same constraint', async () => {
    const { key, create } = asHolder();
    await create({
      Operations: ['Decrypt'],
      Constraints: { EncryptionContextSubset: { 'aws:ebs:id': 'vol-1', more: 'x' } },
    });
    expect(key.grants).toHaveLength(2);
  });

  it.each([
    [
      'another operation',
      { Operations: ['Encrypt'], Constraints: { EncryptionContextSubset: { 'aws:ebs:id': 'vol-1' } } },
    ],
    ['no constraint', { Operations: ['Decrypt'] }],
    [
      'another constraint',
      { Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { 'aws:ebs:id': 'vol-2' } } },
    ],
  ])('cannot pass on %s', async (_name, more) => {
    const { key, create } = asHolder();
    await expect(create(more)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    expect(key.grants).toHaveLength(1);
  });
});

describe('ListGrants', () => {
  it('gives the terms, by grantee and by id, page by page', async () => {
    const { kms, key, create } = setUp();
    const first = await create({ Constraints: { EncryptionContextEquals: { a: 'b' } }, Name: 'one' });
    await create({ GranteePrincipal: `arn:aws:iam::${OTHER_ACCOUNT}:role/other` });
    const byGrantee = await kms.perform<ListGrantsCommandOutput>('ListGrants', {
      KeyId: key.arn,
      GranteePrincipal: GRANTEE,
    });
    expect(byGrantee.Grants).toMatchObject([
      {
        GrantId: first.GrantId,
        Name: 'one',
        Operations: ['Decrypt', 'DescribeKey'],
        Constraints: { EncryptionContextEquals: { a: 'b' } },
      },
    ]);
    const page = await kms.perform<ListGrantsCommandOutput>('ListGrants', { KeyId: key.arn, Limit: 1 });
    expect(page.Truncated).toBe(true);
    const rest = await kms.perform<ListGrantsCommandOutput>('ListGrants', {
      KeyId: key.arn,
      Limit: 1,
      Marker: page.NextMarker,
    });
    expect(rest.Grants).toHaveLength(1);
    expect(rest.Truncated).toBe(false);
  });

  it('refuses an id that no grant has', async () => {
    const { kms, key } = setUp();
    await expect(kms.perform('ListGrants', { KeyId: key.arn, GrantId: 'none' })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });
});

describe('ending a grant', () => {
  it('RevokeGrant takes it away, once', async () => {
    const { kms, key, create } = setUp();
    const { GrantId } = await create();
    await kms.perform('RevokeGrant', { KeyId: key.arn, GrantId });
    expect(key.grants).toHaveLength(0);
    await expect(kms.perform('RevokeGrant', { KeyId: key.arn, GrantId })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });

  // https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
  it.each([
    [
      'the retiring principal',
      { RetiringPrincipal: GRANTEE, GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root` },
      0,
    ],
    ['a grantee whose grant says so', { Operations: ['Decrypt', 'RetireGrant'] }, 0],
    ['a grantee whose grant does not', {}, 1],
  ])('RetireGrant by %s needs %s', async (_name, more, checks) => {
    const { kms, key, create } = setUp();
    const { GrantToken } = await create(more);
    expect(kms.checksOf('RetireGrant', { GrantToken }, { caller: copier })).toHaveLength(checks);
    await kms.perform('RetireGrant', { GrantToken }, { caller: copier });
    expect(key.grants).toHaveLength(0);
  });

  it('RetireGrant finds it by key and id too, and refuses what it does not find', async () => {
    const { kms, key, create } = setUp();
    const { GrantId } = await create();
    await kms.perform('RetireGrant', { KeyId: key.arn, GrantId }, { caller: rootOf(ACCOUNT) });
    expect(key.grants).toHaveLength(0);
    await expect(kms.perform('RetireGrant', { KeyId: key.arn, GrantId })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
    await expect(kms.perform('RetireGrant', { GrantToken: 'x' })).rejects.toMatchObject({
      code: 'InvalidGrantTokenException',
    });
  });
});
