import type { DescribeSnapshotAttributeCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { awsManagedKey } from '../kms/aws-managed-key.ts';
import { addKey } from '../kms/build.ts';
import { ACCOUNT, OTHER_ACCOUNT, REGION, rootOf, START } from '../testing.ts';
import { ebsBench } from './ebs-bench.ts';

const THIRD = '333333333333';

const setUp = () => {
  const ebs = ebsBench();
  const making = { ids: ebs.ids, now: START };
  const key = addKey(ebs.world, { account: ACCOUNT, region: REGION }, making);
  const managed = awsManagedKey(ebs.world, { account: ACCOUNT, region: REGION, service: 'ebs' }, making);
  const plain = ebs.snapshot();
  const encrypted = ebs.snapshot({ encrypted: true, kmsKeyArn: key.arn });
  const default_ = ebs.snapshot({ encrypted: true, kmsKeyArn: managed.arn });
  const modify = (SnapshotId: string, input: object, account = ACCOUNT) =>
    ebs.perform('ModifySnapshotAttribute', { SnapshotId, ...input }, { caller: rootOf(account) });
  return { ebs, plain, encrypted, byDefaultKey: default_, modify };
};

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
describe('ModifySnapshotAttribute', () => {
  it.each([
    [
      'OperationType and UserIds',
      { Attribute: 'createVolumePermission', OperationType: 'add', UserIds: [OTHER_ACCOUNT] },
      { OperationType: 'remove', UserIds: [OTHER_ACCOUNT] },
    ],
    [
      'CreateVolumePermission',
      { CreateVolumePermission: { Add: [{ UserId: OTHER_ACCOUNT }] } },
      { CreateVolumePermission: { Remove: [{ UserId: OTHER_ACCOUNT }] } },
    ],
  ])('shares and unshares by %s', async (_name, add, remove) => {
    const { ebs, encrypted, modify } = setUp();
    await modify(encrypted.snapshotId, add);
    const input = { SnapshotId: encrypted.snapshotId, Attribute: 'createVolumePermission' };
    const shown = await ebs.perform<DescribeSnapshotAttributeCommandOutput>(
      'DescribeSnapshotAttribute',
      input,
    );
    expect(shown.CreateVolumePermissions).toEqual([{ UserId: OTHER_ACCOUNT }]);
    await modify(encrypted.snapshotId, remove);
    expect(encrypted.sharedWith.size).toBe(0);
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
  it.each([
    ['one under aws/ebs with an account', 'byDefaultKey', { UserIds: [OTHER_ACCOUNT] }],
    ['an encrypted one with everyone', 'encrypted', { GroupNames: ['all'] }],
  ] as const)('does not share %s', async (_name, which, target) => {
    const world = setUp();
    const asked = world.modify(world[which].snapshotId, { OperationType: 'add', ...target });
    await expect(asked).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    expect(world[which].sharedWith.size).toBe(0);
    expect(world[which].isPublic).toBe(false);
  });

  it('makes an unencrypted one public, and private again', async () => {
    const { plain, modify } = setUp();
    await modify(plain.snapshotId, { OperationType: 'add', GroupNames: ['all'] });
    expect(plain.isPublic).toBe(true);
    await modify(plain.snapshotId, { CreateVolumePermission: { Remove: [{ Group: 'all' }] } });
    expect(plain.isPublic).toBe(false);
  });

  it.each([
    ['nothing to change', {}, 'InvalidParameterCombination'],
    [
      'adding and removing at once',
      { CreateVolumePermission: { Add: [{ UserId: THIRD }], Remove: [{ UserId: OTHER_ACCOUNT }] } },
      'InvalidParameterCombination',
    ],
    ['accounts without an operation', { UserIds: [THIRD] }, 'MissingParameter'],
    ['an account that is none', { OperationType: 'add', UserIds: ['me'] }, 'InvalidUserID.Malformed'],
    [
      'over 500 changes',
      {
        OperationType: 'add',
        UserIds: Array.from({ length: 501 }, (_, index) => String(100_000_000_000 + index)),
      },
      'InvalidParameterValue',
    ],
    [
      'product codes',
      { Attribute: 'productCodes', OperationType: 'add', UserIds: [THIRD] },
      'UnsupportedOperation',
    ],
  ])('refuses %s', async (_name, input, code) => {
    const { plain, modify } = setUp();
    await expect(modify(plain.snapshotId, input)).rejects.toMatchObject({ code });
    expect(plain.sharedWith.size).toBe(0);
  });

  it('is for the owner alone', async () => {
    const { plain, modify } = setUp();
    const change = { OperationType: 'add', UserIds: [THIRD] };
    await expect(modify(plain.snapshotId, change, OTHER_ACCOUNT)).rejects.toMatchObject({
      code: 'InvalidSnapshot.NotFound',
    });
    plain.sharedWith.add(OTHER_ACCOUNT);
    await expect(modify(plain.snapshotId, change, OTHER_ACCOUNT)).rejects.toMatchObject({
      code: 'AuthFailure',
    });
    expect(plain.sharedWith.has(THIRD)).toBe(false);
  });

  it('asks once per added account and once with all, on the ARN without an account', () => {
    const { ebs, plain } = setUp();
    const checks = ebs.checksOf('ModifySnapshotAttribute', {
      SnapshotId: plain.snapshotId,
      OperationType: 'add',
      UserIds: [OTHER_ACCOUNT, THIRD],
      GroupNames: ['all'],
    });
    const resource = `arn:aws:ec2:${REGION}::snapshot/${plain.snapshotId}`;
    expect(checks.every((check) => check.resource === resource)).toBe(true);
    expect(checks.map(({ context }) => [context?.['ec2:Add/userId'], context?.['ec2:Add/group']])).toEqual([
      [OTHER_ACCOUNT, undefined],
      [THIRD, undefined],
      [undefined, 'all'],
      [[OTHER_ACCOUNT, THIRD], 'all'],
    ]);
  });

  it('asks once for one account', () => {
    const { ebs, plain } = setUp();
    const input = { SnapshotId: plain.snapshotId, CreateVolumePermission: { Remove: [{ UserId: THIRD }] } };
    expect(ebs.checksOf('ModifySnapshotAttribute', input)).toMatchObject([
      { context: { 'ec2:Remove/userId': THIRD } },
    ]);
  });
});
