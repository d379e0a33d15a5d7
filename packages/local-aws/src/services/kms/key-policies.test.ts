import type { GetKeyPolicyCommandOutput } from '@aws-sdk/client-kms';
import { compile } from '@cordon/iam';
import { describe, expect, it } from 'vitest';
import { decide } from '../../core/authorize.ts';
import type { Caller, Check } from '../../core/operation.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, sessionOf, START, testWorld } from '../testing.ts';
import { iamState } from '../iam/state.ts';
import { awsManagedKey } from './aws-managed-key.ts';
import { addKey } from './build.ts';
import { kmsService } from './service.ts';

/** A bench whose checks the real engine decides, for callers that have one role with `allows`. */
const setUp = () => {
  const world = testWorld();
  let caller: Caller = rootOf(ACCOUNT);
  const judge = (check: Check) =>
    decide({ world, services: [kmsService], caller, region: REGION, now: START }, check).verdict;
  const kms = bench(kmsService, { decide: judge }, world);
  const role = (account: string, name: string, allows: readonly string[]): Caller => {
    const arn = `arn:aws:iam::${account}:role/${name}`;
    const statement = { Effect: 'Allow', Action: allows, Resource: '*' };
    world.of(iamState, account, '').roles.set(name, {
      arn,
      name,
      path: '/',
      roleId: `AROATESTTEST${name.toUpperCase()}`,
      createdAt: START,
      trust: compile({ Version: '2012-10-17', Statement: [] }, 'trust'),
      maxSessionSeconds: 3600,
      inline:
        allows.length === 0
          ? new Map()
          : new Map([['allow', compile({ Version: '2012-10-17', Statement: [statement] }, 'allow')]]),
      attached: [],
      tags: new Map(),
    });
    return sessionOf(account, name, 'session');
  };
  const as = (who: Caller) => {
    caller = who;
    return { caller: who };
  };
  return { world, kms, role, as };
};

const policy = (...statements: readonly object[]): object => ({
  Version: '2012-10-17',
  Statement: statements,
});
const letAccount = (account: string): object => ({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: 'kms:*',
  Resource: '*',
});

// https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
describe('who may use a key', () => {
  const cases = [
    [
      'the policy lets the account and IAM lets the role',
      [letAccount(ACCOUNT)],
      ['kms:DescribeKey'],
      ACCOUNT,
      'allowed',
    ],
    ['IAM alone lets the role', [letAccount(OTHER_ACCOUNT)], ['kms:DescribeKey'], ACCOUNT, 'AccessDenied'],
    ['the policy alone lets the account', [letAccount(ACCOUNT)], [], ACCOUNT, 'AccessDenied'],
    [
      'another account is let by both sides',
      [letAccount(ACCOUNT), letAccount(OTHER_ACCOUNT)],
      ['kms:DescribeKey'],
      OTHER_ACCOUNT,
      'allowed',
    ],
    [
      'another account is let by its own side only',
      [letAccount(ACCOUNT)],
      ['kms:DescribeKey'],
      OTHER_ACCOUNT,
      'AccessDenied',
    ],
    [
      'another account is let by the key only',
      [letAccount(ACCOUNT), letAccount(OTHER_ACCOUNT)],
      [],
      OTHER_ACCOUNT,
      'AccessDenied',
    ],
  ] as const;

  it.each(cases)('%s', async (_name, statements, allows, account, expected) => {
    const { world, kms, role, as } = setUp();
    const key = addKey(
      world,
      { account: ACCOUNT, region: REGION, policy: policy(...statements) },
      { ids: kms.ids, now: START },
    );
    const asked = kms.perform('DescribeKey', { KeyId: key.arn }, as(role(account, 'reader', allows)));
    const outcome = await asked.then(
      () => 'allowed',
      (fault: { code: string }) => fault.code,
    );
    expect(outcome).toBe(expected);
  });

  it('lets a grantee of another account use what its grant holds, and nothing else', async () => {
    const { world, kms, role, as } = setUp();
    const key = addKey(world, { account: ACCOUNT, region: REGION }, { ids: kms.ids, now: START });
    const copier = role(OTHER_ACCOUNT, 'copier', ['kms:*']);
    const grant = {
      KeyId: key.arn,
      GranteePrincipal: `arn:aws:iam::${OTHER_ACCOUNT}:role/copier`,
      Operations: ['DescribeKey'],
    };
    await kms.perform('CreateGrant', grant, as(role(ACCOUNT, 'granter', ['kms:CreateGrant'])));
    await expect(kms.perform('DescribeKey', { KeyId: key.arn }, as(copier))).resolves.toBeDefined();
    await expect(
      kms.perform('Encrypt', { KeyId: key.arn, Plaintext: Buffer.from('x') }, as(copier)),
    ).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-permissions.html
  it('lets nobody change or directly use the AWS managed key, but shows its metadata', async () => {
    const { world, kms, role, as } = setUp();
    const key = awsManagedKey(
      world,
      { account: ACCOUNT, region: REGION, service: 'ebs' },
      { ids: kms.ids, now: START },
    );
    const admin = as(role(ACCOUNT, 'admin', ['kms:*']));
    await expect(kms.perform('DescribeKey', { KeyId: 'alias/aws/ebs' }, admin)).resolves.toBeDefined();
    for (const operation of ['DisableKey', 'ScheduleKeyDeletion']) {
      await expect(kms.perform(operation, { KeyId: key.keyId }, admin)).rejects.toMatchObject({
        code: 'AccessDenied',
      });
    }
    const used = kms.perform('GenerateDataKey', { KeyId: key.keyId, KeySpec: 'AES_256' }, admin);
    await expect(used).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

// https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
describe('PutKeyPolicy', () => {
  const admin = ['kms:PutKeyPolicy', 'kms:GetKeyPolicy'];

  it('replaces the policy that decides and that GetKeyPolicy gives', async () => {
    const { world, kms, role, as } = setUp();
    const key = addKey(world, { account: ACCOUNT, region: REGION }, { ids: kms.ids, now: START });
    const who = as(role(ACCOUNT, 'admin', [...admin, 'kms:DescribeKey']));
    const text = JSON.stringify(
      policy({ ...letAccount(ACCOUNT), Action: ['kms:PutKeyPolicy', 'kms:GetKeyPolicy'] }),
    );
    await kms.perform('PutKeyPolicy', { KeyId: key.keyId, Policy: text }, who);
    const held = await kms.perform<GetKeyPolicyCommandOutput>('GetKeyPolicy', { KeyId: key.keyId }, who);
    expect(held.Policy).toBe(text);
    await expect(kms.perform('DescribeKey', { KeyId: key.keyId }, who)).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });

  it('refuses a policy that locks its caller out, unless told to bypass the check', async () => {
    const { world, kms, role, as } = setUp();
    const key = addKey(world, { account: ACCOUNT, region: REGION }, { ids: kms.ids, now: START });
    const who = as(role(ACCOUNT, 'admin', admin));
    const input = { KeyId: key.keyId, Policy: JSON.stringify(policy(letAccount(OTHER_ACCOUNT))) };
    await expect(kms.perform('PutKeyPolicy', input, who)).rejects.toMatchObject({
      code: 'MalformedPolicyDocumentException',
    });
    await expect(kms.perform('GetKeyPolicy', { KeyId: key.keyId }, who)).resolves.toBeDefined();
    await kms.perform('PutKeyPolicy', { ...input, BypassPolicyLockoutSafetyCheck: true }, who);
    await expect(kms.perform('GetKeyPolicy', { KeyId: key.keyId }, who)).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });

  it.each(['{', '{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps"}]}'])(
    'refuses %s',
    async (Policy) => {
      const { world, kms, role, as } = setUp();
      const key = addKey(world, { account: ACCOUNT, region: REGION }, { ids: kms.ids, now: START });
      const asked = kms.perform(
        'PutKeyPolicy',
        { KeyId: key.keyId, Policy },
        as(role(ACCOUNT, 'admin', admin)),
      );
      await expect(asked).rejects.toMatchObject({ code: 'MalformedPolicyDocumentException' });
    },
  );
});
