import { ec2State, kmsState, type Ec2State, type Organization } from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';

/** A product of the Marketplace, as such codes look. */
const PRODUCT_CODE = '4i20ezfza3p7xx2kt2g8weu2u';

/** How long somebody's copies take all slots of the member, in virtual ms. */
const SLOTS_TAKEN_MS = 15 * 60_000;
const SLOTS = 20;

/**
 * Makes a suspect's disks unlike others: its root carries a product code, the key of the first encrypted one is disabled, an unencrypted
 * data volume is attached to a healthy sibling as well, its type has an instance store, and somebody's copies take the member's slots.
 */
export const furnishOddDisks = (organization: Organization, suspect: Suspect): Suspect => {
  const { world, timeline } = organization;
  const { account, region, instanceId } = suspect;
  const state = world.of(ec2State, account, region);
  const instance = state.instances.get(instanceId);
  if (instance === undefined) return suspect;
  Object.assign(instance, { instanceType: 'm5d.large', instanceStore: `scratch of ${instanceId}` });
  const volumes = instance.blockDevices.flatMap(({ volumeId }) => state.volumes.get(volumeId) ?? []);
  const [root] = volumes;
  if (root !== undefined) Object.assign(root, { productCodes: [PRODUCT_CODE] });
  const shared = volumes.find((volume) => volume !== root && !volume.encrypted);
  if (shared !== undefined) share(state, suspect.siblings[0], shared.volumeId);
  const { aliases, keys } = world.of(kmsState, account, region);
  const key = keys.get(aliases.get(`alias/workload-${instanceId}`) ?? '');
  if (key !== undefined) key.state = 'Disabled';
  takeSlots(state, account, timeline);
  const underKey = volumes.find(({ kmsKeyArn }) => kmsKeyArn !== undefined && kmsKeyArn === key?.arn);
  return {
    ...suspect,
    volumes: suspect.volumes.map((volume) =>
      volume.volumeId === underKey?.volumeId
        ? { ...volume, keyCase: { name: 'disabled', says: 'is disabled' } }
        : volume,
    ),
  };
};

const share = (state: Ec2State, siblingId: string | undefined, volumeId: string): void => {
  const volume = state.volumes.get(volumeId);
  const sibling = state.instances.get(siblingId ?? '');
  if (volume === undefined || sibling === undefined) return;
  Object.assign(volume, { multiAttach: true, volumeType: 'io2' });
  const deviceName = '/dev/sdp';
  volume.attachments.push({
    instanceId: sibling.instanceId,
    deviceName,
    state: 'attached',
    attachedAt: sibling.launchedAt,
  });
  sibling.blockDevices.push({
    deviceName,
    volumeId,
    attachedAt: sibling.launchedAt,
    deleteOnTermination: false,
  });
};

/** Copies of somebody's own within the member, as many as EC2 runs at once. */
const takeSlots = (state: Ec2State, account: string, timeline: Organization['timeline']): void => {
  const startedAt = timeline.now();
  for (let index = 0; index < SLOTS; index += 1) {
    const snapshotId = `snap-0${String(index).padStart(2, '0')}c0ffee00c0ffee`;
    state.snapshots.set(snapshotId, {
      snapshotId,
      ownerId: account,
      volumeId: 'vol-ffffffff',
      sizeGiB: 8,
      encrypted: false,
      description: 'a backup of the account',
      startedAt,
      completesAt: startedAt + SLOTS_TAKEN_MS,
      tags: new Map(),
      content: 'a backup',
      state: 'pending',
      progress: 0,
      sharedWith: new Set(),
      isPublic: false,
    });
    timeline.at(startedAt + SLOTS_TAKEN_MS, () => {
      const copy = state.snapshots.get(snapshotId);
      if (copy !== undefined)
        Object.assign(copy, { state: 'completed', completedAt: startedAt + SLOTS_TAKEN_MS });
    });
  }
};
