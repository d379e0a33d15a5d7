import {
  addClassicLoadBalancer,
  addLoadBalancer,
  addTargetGroup,
  ec2State,
  type Organization,
} from '@cordon/local-aws';
import type { BehindBalancers, Suspect } from '../run-record.ts';

/** What the workload's groups let in from anywhere. */
const PORT = 443;

/**
 * Puts the suspect and its healthy neighbour behind load balancers: as instances in one target group, by their addresses and a port of their
 * own in another, and in a classic balancer. Nothing where it has no interface or no neighbour.
 */
export const furnishBalancers = (
  { world, timeline, ids }: Organization,
  { account, region, instanceId, networkInterfaceIds, neighbours }: Suspect,
): BehindBalancers | undefined => {
  const state = world.of(ec2State, account, region);
  const nic = state.networkInterfaces.get(networkInterfaceIds[0] ?? '');
  const [neighbour] = neighbours;
  const beside = state.networkInterfaces.get(
    state.instances.get(neighbour ?? '')?.networkInterfaceIds[0] ?? '',
  );
  if (nic === undefined || neighbour === undefined || beside === undefined) return undefined;
  const on = { world, timeline, ids, account, region };
  const { vpcId, subnetId } = nic;
  const byId = addTargetGroup(
    {
      name: 'shop-web',
      vpcId,
      protocol: 'HTTPS',
      port: PORT,
      targets: [{ id: instanceId }, { id: neighbour }],
    },
    on,
  );
  const byAddress = addTargetGroup(
    {
      name: 'shop-api',
      vpcId,
      protocol: 'HTTPS',
      port: 8_443,
      targetType: 'ip',
      targets: [
        { id: nic.privateIpAddress, port: PORT },
        { id: beside.privateIpAddress, port: PORT },
      ],
    },
    on,
  );
  const placed = { subnetIds: [subnetId], securityGroups: [...nic.groups] };
  const targetGroupArns = [byId.arn, byAddress.arn];
  addLoadBalancer(
    {
      ...placed,
      name: 'shop',
      type: 'application',
      listeners: [{ port: PORT, protocol: 'HTTPS', targetGroupArns }],
    },
    on,
  );
  const classic = addClassicLoadBalancer(
    {
      ...placed,
      name: 'shop-classic',
      listeners: [{ port: PORT, instancePort: PORT }],
      instanceIds: [instanceId, neighbour],
    },
    on,
  );
  return {
    targetGroupArns,
    classicNames: [classic.name],
    own: [instanceId, nic.privateIpAddress],
    others: [neighbour, beside.privateIpAddress],
  };
};
