import { describe, expect, it } from 'vitest';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { addKey } from '../kms/build.ts';
import { findKey } from '../kms/key-target.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import { ebsKeyChecks, keysAdmit, type KeyUse } from './ebs-keys.ts';

const HERE = { account: ACCOUNT, region: REGION };

/** An operation that gives the call it is served in. */
const probe = operation<object, { call: Call }>({ checks: () => [], run: (_input, call) => ({ call }) });

/** A call of ACCOUNT, and a use of a key of `account` in `region`. */
const setUp = async (
  on: { account?: string; region?: string; use?: KeyUse['use']; refuses?: string } = {},
) => {
  const judge = ({ action }: Check) => (action === on.refuses ? 'deny' : 'allow');
  const probing = bench({ name: 'probe', operations: { Probe: probe } }, { decide: judge });
  const { world, ids, checks } = probing;
  const place = { account: on.account ?? OTHER_ACCOUNT, region: on.region ?? REGION };
  const key = addKey(world, place, { ids, now: START });
  const { call } = await probing.perform<{ call: Call }>('Probe', {});
  const again = (): KeyUse => ({
    target: findKey(world, HERE, key.arn),
    use: on.use ?? 'source',
    ebsId: 'snap-1',
  });
  return { call, key, use: again(), again, checks };
};

const SOURCE = ['kms:DescribeKey', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant'];
const DESTINATION = [
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptTo',
  'kms:CreateGrant',
  'kms:Decrypt',
];

// https://docs.aws.amazon.com/ebs/latest/userguide/share-kms-key.html , split as in aws-facts 3.5
describe('what EBS asks of KMS', () => {
  it.each([
    ['source', SOURCE],
    ['destination', DESTINATION],
    ['volume', ['kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant', 'kms:Decrypt']],
    ['attachment', ['kms:CreateGrant']],
  ] as const)('for a %s key', async (use, expected) => {
    const { call, use: keyUse, key } = await setUp({ use });
    const checks = ebsKeyChecks(call, keyUse);
    expect(checks.map(({ action }) => action)).toEqual(expected);
    expect(
      checks.every(
        (check) => check.assumed === true && check.resource === key.arn && check.account === OTHER_ACCOUNT,
      ),
    ).toBe(true);
  });

  it('comes through EC2 in the Region, for the caller’s account, with the resource as encryption context', async () => {
    const { call, use } = await setUp();
    const checks = ebsKeyChecks(call, use);
    for (const { context } of checks) {
      expect(context).toMatchObject({
        'kms:ViaService': `ec2.${REGION}.amazonaws.com`,
        'kms:CallerAccount': ACCOUNT,
      });
    }
    const of = (action: string) => checks.find((check) => check.action === action)?.context;
    expect(of('kms:Decrypt')).toMatchObject({ 'kms:EncryptionContext:aws:ebs:id': 'snap-1' });
    expect(of('kms:CreateGrant')).toMatchObject({ 'kms:GrantIsForAWSResource': 'true' });
    expect(of('kms:Decrypt')).not.toHaveProperty('kms:GrantIsForAWSResource');
    expect(of('kms:DescribeKey')).not.toHaveProperty('kms:EncryptionContext:aws:ebs:id');
  });

  // aws-facts 3.5: through which Region's EC2 is unconfirmed, so both must be allowed
  it('comes through EC2 of both Regions for the source key of a cross-Region copy', async () => {
    const { call, use } = await setUp({ account: ACCOUNT, region: 'us-east-1' });
    const services = ebsKeyChecks(call, use).map(({ context }) => context?.['kms:ViaService']);
    expect(new Set(services)).toEqual(
      new Set([`ec2.${REGION}.amazonaws.com`, 'ec2.us-east-1.amazonaws.com']),
    );
  });
});

describe('whether keys can be used', () => {
  it.each(SOURCE)('not when %s is refused', async (refuses) => {
    const { call, use } = await setUp({ refuses });
    expect(keysAdmit(call, [use])).toBe(false);
  });

  it('when all is allowed', async () => {
    const { call, use, checks } = await setUp();
    expect(keysAdmit(call, [use])).toBe(true);
    expect(checks.map(({ action }) => action)).toEqual(SOURCE);
  });

  it.each(['Disabled', 'PendingDeletion'] as const)('not when the key is %s', async (state) => {
    const { call, key, again } = await setUp();
    key.state = state;
    expect(keysAdmit(call, [again()])).toBe(false);
  });

  it('not when the key of what is written lies in another Region', async () => {
    const { call, use } = await setUp({ region: 'us-east-1', use: 'destination' });
    expect(keysAdmit(call, [use])).toBe(false);
  });
});
