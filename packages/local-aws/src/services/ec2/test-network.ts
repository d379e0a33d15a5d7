import type { InstanceProfile } from '../iam/state.ts';
import { iamState } from '../iam/state.ts';
import { ACCOUNT, bench, REGION, START, type Bench, type BenchOptions } from '../testing.ts';
import { addInstance, type InstanceSpec } from './build-instance.ts';
import { addImage, addSecurityGroup, addSubnet, addVpc } from './build.ts';
import { ec2Service } from './service.ts';
import {
  ec2State,
  type Ec2State,
  type Image,
  type Instance,
  type SecurityGroup,
  type Subnet,
  type Vpc,
} from './state.ts';

/** A furnished account for tests of EC2. */
export interface TestNetwork extends Bench {
  readonly state: Ec2State;
  readonly vpc: Vpc;
  readonly subnet: Subnet;
  readonly web: SecurityGroup;
  readonly image: Image;
  readonly graviton: Image;
  /** An instance in `subnet` with one interface in `web`, a public address and two volumes, unless `more` says otherwise. */
  instance(more?: Partial<InstanceSpec>): Instance;
  /** An instance profile with a role of the same name. */
  profile(name: string): InstanceProfile;
}

/** A bench of EC2 whose account has a dual-stack VPC, a subnet, a security group and two images. */
export const testNetwork = (options: BenchOptions = {}): TestNetwork => {
  const on = bench(ec2Service, options);
  const { ids, world } = on;
  const state = world.of(ec2State, ACCOUNT, REGION);
  const vpc = addVpc(state, { cidr: '10.0.0.0/16', ipv6Cidr: '2001:db8::/56', ownerId: ACCOUNT }, ids);
  const subnet = addSubnet(
    state,
    { vpcId: vpc.vpcId, cidr: '10.0.1.0/24', availabilityZone: `${REGION}a` },
    ids,
  );
  const web = addSecurityGroup(
    state,
    { name: 'web', description: 'web', vpcId: vpc.vpcId, ownerId: ACCOUNT, tags: { tier: 'front' } },
    ids,
  );
  const image = addImage(state, { name: 'linux', ownerId: ACCOUNT, content: 'linux disk' }, ids);
  return {
    ...on,
    state,
    vpc,
    subnet,
    web,
    image,
    graviton: addImage(state, { name: 'linux-arm', ownerId: ACCOUNT, architecture: 'arm64' }, ids),
    instance: (more = {}) =>
      addInstance(
        state,
        {
          type: 'm7i.large',
          imageId: image.imageId,
          networkInterfaces: [{ subnetId: subnet.subnetId, groups: [web.groupId], publicIp: '198.18.0.7' }],
          volumes: [
            { deviceName: '/dev/xvda', sizeGiB: 8, content: 'root' },
            { deviceName: '/dev/sdf', sizeGiB: 100, content: 'data', deleteOnTermination: false },
          ],
          launchedAt: START,
          tags: { Name: 'web-1' },
          ...more,
        },
        ids,
      ),
    profile: (name) => {
      const made: InstanceProfile = {
        arn: `arn:aws:iam::${ACCOUNT}:instance-profile/${name}`,
        name,
        path: '/',
        profileId: `AIPA${name.toUpperCase()}`,
        roleNames: [name],
      };
      world.of(iamState, ACCOUNT, REGION).instanceProfiles.set(name, made);
      return made;
    },
  };
};
