import type { Service } from '../../core/operation.ts';
import { addInstance, type InstanceSpec } from '../ec2/build-instance.ts';
import { addImage, addSecurityGroup, addSubnet, addVpc } from '../ec2/build.ts';
import { ec2State } from '../ec2/state.ts';
import { ACCOUNT, bench, REGION, START } from '../testing.ts';
import { loadBalancingService } from './service.ts';

/** A VPC with two zones, whose `web` group lets the group `lb` in on port 80, and instances in it. */
export const balancedWorld = (service: Service = loadBalancingService) => {
  const on = bench(service);
  const { ids, timeline, world } = on;
  const state = world.of(ec2State, ACCOUNT, REGION);
  const vpc = addVpc(state, { cidr: '10.0.0.0/16', ownerId: ACCOUNT }, ids);
  const { vpcId } = vpc;
  const subnetIn = (zone: string, cidr: string) =>
    addSubnet(state, { vpcId, cidr, availabilityZone: `${REGION}${zone}` }, ids);
  const subnet = subnetIn('a', '10.0.1.0/24');
  const otherZone = subnetIn('b', '10.0.2.0/24');
  const named = { ownerId: ACCOUNT, vpcId };
  const lb = addSecurityGroup(state, { ...named, name: 'lb', description: 'balancer' }, ids);
  const ports = { direction: 'ingress', protocol: 'tcp', fromPort: 80, toPort: 80 } as const;
  const web = addSecurityGroup(
    state,
    {
      ...named,
      name: 'web',
      description: 'web',
      permissions: [{ ...ports, target: { kind: 'group', groupId: lb.groupId } }],
    },
    ids,
  );
  const closed = addSecurityGroup(
    state,
    { ...named, name: 'closed', description: 'lets nobody in', permissions: [] },
    ids,
  );
  const image = addImage(state, { ownerId: ACCOUNT, name: 'linux' }, ids);
  const runInstance = (more: Partial<InstanceSpec> & { readonly subnetId?: string } = {}) => {
    const { subnetId = subnet.subnetId, ...spec } = more;
    return addInstance(
      state,
      {
        type: 'm7i.large',
        imageId: image.imageId,
        networkInterfaces: [{ subnetId, groups: [web.groupId] }],
        volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'linux', deleteOnTermination: true }],
        launchedAt: START,
        ...spec,
      },
      ids,
    );
  };
  return {
    ...on,
    state,
    vpc,
    subnet,
    otherZone,
    lb,
    web,
    closed,
    runInstance,
    furnishing: { world, timeline, ids, host: on.host, account: ACCOUNT, region: REGION },
    /** Swaps the security groups of an instance's first interface for the one that lets nobody in. */
    isolate: ({ networkInterfaceIds: [first = ''] }: { readonly networkInterfaceIds: readonly string[] }) => {
      const held = state.networkInterfaces.get(first);
      if (held !== undefined) held.groups = [closed.groupId];
    },
  };
};
