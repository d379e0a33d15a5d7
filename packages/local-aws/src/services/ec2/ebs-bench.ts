import type { Service } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { ACCOUNT, bench, REGION, START, type Bench, type BenchOptions } from '../testing.ts';
import { addSecurityGroup, addSubnet, addVpc } from './build.ts';
import { addInstance } from './build-instance.ts';
import { snapshotOperations } from './snapshots.ts';
import { ec2State, type Ec2State, type Instance, type Snapshot } from './state.ts';
import { volumeOperations } from './volumes.ts';

/** EBS alone, as a service for a bench. */
const ebs: Service = { name: 'ec2', operations: { ...snapshotOperations, ...volumeOperations } };

/** A bench of EBS with the state of its own account. */
export interface EbsBench extends Bench {
  readonly state: Ec2State;
  /** An instance in `eu-west-1a` with a root volume and data volumes of these sizes and types. */
  instance(
    data?: readonly {
      readonly sizeGiB?: number;
      readonly volumeType?: string;
      readonly tags?: Record<string, string>;
    }[],
  ): Instance;
  /** A snapshot of `account`, completed unless told otherwise. */
  snapshot(more?: Partial<Snapshot>): Snapshot;
}

/** Sets up EBS for one test. */
export const ebsBench = (options: BenchOptions = {}, world?: World): EbsBench => {
  const on = bench(ebs, options, world);
  const { ids } = on;
  const state = on.world.of(ec2State, ACCOUNT, REGION);
  const vpc = addVpc(state, { cidr: '10.0.0.0/16', ownerId: ACCOUNT }, ids);
  const group = addSecurityGroup(
    state,
    { name: 'g', description: 'g', vpcId: vpc.vpcId, ownerId: ACCOUNT },
    ids,
  );
  const subnet = addSubnet(
    state,
    { vpcId: vpc.vpcId, cidr: '10.0.1.0/24', availabilityZone: `${REGION}a` },
    ids,
  );
  return {
    ...on,
    state,
    // Without an appointment the clock stands still: this is one.
    pass: (milliseconds) => {
      on.timeline.at(on.timeline.now() + milliseconds, () => {});
      return on.pass(milliseconds);
    },
    instance: (data = [{}]) =>
      addInstance(
        state,
        {
          type: 'm7g.large',
          imageId: 'ami-0123456789abcdef0',
          networkInterfaces: [{ subnetId: subnet.subnetId, groups: [group.groupId] }],
          volumes: [
            { deviceName: '/dev/xvda', sizeGiB: 8, content: 'root disk', tags: { Name: 'root' } },
            ...data.map((volume, index) => ({
              deviceName: `/dev/sd${'fghijk'[index]}`,
              sizeGiB: volume.sizeGiB ?? 20,
              content: `data disk ${index}`,
              volumeType: volume.volumeType ?? 'gp3',
              tags: volume.tags ?? {},
            })),
          ],
          launchedAt: START - 3_600_000,
        },
        ids,
      ),
    snapshot: (more = {}) => {
      const made: Snapshot = {
        snapshotId: `snap-${ids.hex('snapshot', 17)}`,
        ownerId: ACCOUNT,
        volumeId: 'vol-0123456789abcdef0',
        sizeGiB: 10,
        encrypted: false,
        description: 'a snapshot',
        startedAt: START - 3_600_000,
        tags: new Map(),
        content: 'the disk',
        state: 'completed',
        progress: 100,
        completedAt: START - 3_000_000,
        sharedWith: new Set(),
        isPublic: false,
        ...more,
      };
      on.world.of(ec2State, made.ownerId, REGION).snapshots.set(made.snapshotId, made);
      return made;
    },
  };
};
