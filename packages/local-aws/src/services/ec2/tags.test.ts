import { describe, expect, it } from 'vitest';
import { ACCOUNT, START } from '../testing.ts';
import { addRouteTable } from './build-network.ts';
import { addAddress, addLaunchTemplate } from './build.ts';
import { testNetwork, type TestNetwork } from './test-network.ts';

const snapshot = (on: TestNetwork): string => {
  const snapshotId = 'snap-0123456789abcdef0';
  on.state.snapshots.set(snapshotId, {
    snapshotId,
    ownerId: ACCOUNT,
    volumeId: 'vol-0123456789abcdef0',
    sizeGiB: 8,
    encrypted: false,
    description: '',
    startedAt: START,
    tags: new Map([['case', '1']]),
    content: 'root',
    state: 'completed',
    progress: 100,
    sharedWith: new Set(),
    isPublic: false,
  });
  return snapshotId;
};

const KINDS: readonly (readonly [string, (on: TestNetwork) => string])[] = [
  ['instance', (on) => on.instance().instanceId],
  ['network interface', (on) => on.instance().networkInterfaceIds[0] ?? ''],
  ['volume', (on) => on.instance().blockDevices[0]?.volumeId ?? ''],
  ['snapshot', snapshot],
  ['security group', (on) => on.web.groupId],
  ['vpc', (on) => on.vpc.vpcId],
  ['subnet', (on) => on.subnet.subnetId],
  ['image', (on) => on.image.imageId],
  ['address', (on) => addAddress(on.state, {}, on.ids).allocationId],
  ['route table', (on) => addRouteTable(on.state, { vpcId: on.vpc.vpcId }, on.ids).routeTableId],
  ['launch template', (on) => addLaunchTemplate(on.state, { name: 't', data: {} }, on.ids).launchTemplateId],
];

describe('CreateTags', () => {
  it.each(KINDS)('tags a %s, and DeleteTags takes the tag', async (_kind, make) => {
    const on = testNetwork();
    const Resources = [make(on)];
    const tagged = async () =>
      on.checksOf('CreateTags', { Resources, Tags: [] })[0]?.context?.['aws:ResourceTag/case-id'];
    await on.perform('CreateTags', { Resources, Tags: [{ Key: 'case-id', Value: '7' }] });
    expect(await tagged()).toBe('7');
    await on.perform('DeleteTags', { Resources, Tags: [{ Key: 'case-id', Value: '8' }] });
    expect(await tagged()).toBe('7');
    await on.perform('DeleteTags', { Resources, Tags: [{ Key: 'case-id' }] });
    expect(await tagged()).toBeUndefined();
  });

  it.each([
    ['an unknown resource', 'i-0123456789abcdef0', 'k', 'InvalidInstanceID.NotFound'],
    ['an id of no kind', 'sgr-0123456789abcdef0', 'k', 'InvalidID'],
    ['a reserved key', undefined, 'aws:k', 'InvalidParameterValue'],
    ['a key that is too long', undefined, 'k'.repeat(129), 'InvalidParameterValue'],
  ])('refuses %s and tags nothing', async (_what, id, Key, code) => {
    const on = testNetwork();
    const made = on.instance();
    const Resources = [made.instanceId, id ?? made.instanceId];
    await expect(on.perform('CreateTags', { Resources, Tags: [{ Key, Value: 'v' }] })).rejects.toMatchObject({
      code,
    });
    expect([...made.tags.keys()]).toEqual(['Name']);
  });

  it('refuses a fifty-first tag', async () => {
    const on = testNetwork();
    const made = on.instance();
    const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    await expect(on.perform('CreateTags', { Resources: [made.instanceId], Tags })).rejects.toMatchObject({
      code: 'TagLimitExceeded',
    });
  });

  it('is authorized for each resource, a snapshot without an account in its ARN', () => {
    const on = testNetwork();
    const { instanceId } = on.instance();
    const checks = on.checksOf('CreateTags', {
      Resources: [instanceId, snapshot(on)],
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect(checks.map((check) => check.resource)).toEqual([
      `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/${instanceId}`,
      'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0',
    ]);
    expect(checks[0]?.context).toMatchObject({
      'aws:RequestTag/a': 'b',
      'aws:TagKeys': ['a'],
      'aws:ResourceTag/Name': 'web-1',
    });
    expect(checks[0]?.context).not.toHaveProperty('ec2:CreateAction');
  });
});
