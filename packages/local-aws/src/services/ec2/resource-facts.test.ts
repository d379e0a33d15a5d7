import { describe, expect, it } from 'vitest';
import { furnishedWorld } from '../authorization-contract/furnished-world.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION } from '../testing.ts';
import { ec2Service } from './service.ts';

const setUp = () => {
  const furnished = furnishedWorld();
  return { ...furnished, on: bench(ec2Service, {}, furnished.world) };
};
const copying = (SourceSnapshotId: string) => ({ SourceRegion: REGION, SourceSnapshotId });

describe('the condition keys of a resource', () => {
  it('name the parent volume of a shared snapshot as its owner’s, and keep its tags back', () => {
    const { on, shared } = setUp();
    const [check] = on.checksOf('CreateVolume', { SnapshotId: shared.snapshotId }).slice(1);
    expect(check?.context).toMatchObject({
      'ec2:Owner': OTHER_ACCOUNT,
      'ec2:ParentVolume': `arn:aws:ec2:${REGION}:${OTHER_ACCOUNT}:volume/${shared.volumeId}`,
      'ec2:SnapshotTime': '2026-01-01T00:00:00.000Z',
    });
    expect(Object.keys(check?.context ?? {}).some((key) => key.includes('ResourceTag'))).toBe(false);
  });

  it('leave out what an action does not give: no tags of the source of a copy, though its owner asks', () => {
    const { on, snapshot } = setUp();
    const [source] = on.checksOf('CopySnapshot', copying(snapshot.snapshotId));
    expect(source?.context).toMatchObject({ 'ec2:Owner': ACCOUNT, 'ec2:Encrypted': 'true' });
    expect(source?.context).not.toHaveProperty(['aws:ResourceTag/team']);
    const [deletion] = on.checksOf('DeleteSnapshot', { SnapshotId: snapshot.snapshotId });
    expect(deletion?.context).toHaveProperty(['aws:ResourceTag/team'], 'shop');
  });

  it('follow the state: a tag given now is a key of the next check', async () => {
    const { on, instance } = setUp();
    const InstanceIds = [instance.instanceId];
    await on.perform('CreateTags', { Resources: InstanceIds, Tags: [{ Key: 'incident', Value: '1' }] });
    const [check] = on.checksOf('StopInstances', { InstanceIds });
    expect(check?.context).toMatchObject({
      'aws:ResourceTag/incident': '1',
      'ec2:InstanceType': 'm7i.large',
    });
  });

  it('tell of each volume of a launch, the image’s root volume among them', () => {
    const { on, imageId, snapshot, subnet } = setUp();
    const checks = on.checksOf('RunInstances', {
      MinCount: 1,
      MaxCount: 1,
      ImageId: imageId,
      SubnetId: subnet.subnetId,
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { SnapshotId: snapshot.snapshotId } }],
    });
    const volumes = checks.filter(({ resource }) => resource.endsWith(':volume/*'));
    expect(volumes.map(({ context }) => [context?.['ec2:VolumeSize'], context?.['ec2:Encrypted']])).toEqual([
      ['8', 'false'],
      ['10', 'true'],
    ]);
  });

  it('are few for a resource that does not exist', () => {
    const { on } = setUp();
    expect(on.checksOf('DeleteVolume', { VolumeId: 'vol-none' })).toEqual([
      {
        action: 'ec2:DeleteVolume',
        resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-none`,
        context: { 'ec2:Region': REGION },
      },
    ]);
  });
});
