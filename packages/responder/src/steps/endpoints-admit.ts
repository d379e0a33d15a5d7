import { BlockList, isIP } from 'node:net';
import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import type { StepOf } from '@cordon/incident';
import { NotDone } from './attempt.ts';

const covers = (cidr: string | undefined, address: string): boolean => {
  const [network = '', prefix = ''] = (cidr ?? '').split('/');
  if (isIP(network) !== 4 || isIP(address) !== 4) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), 'ipv4');
  return block.check(address, 'ipv4');
};

/** Whether a rule lets TCP 443 in from an address. A rule for a group counts only where the interface has that group. */
const admits = (
  { IpProtocol, FromPort = 0, ToPort = 65_535, IpRanges = [], UserIdGroupPairs = [] }: IpPermission,
  { address, groupIds }: { readonly address: string; readonly groupIds: readonly string[] },
): boolean =>
  (IpProtocol === '-1' || (IpProtocol === 'tcp' && FromPort <= 443 && ToPort >= 443)) &&
  (IpRanges.some(({ CidrIp }) => covers(CidrIp, address)) ||
    UserIdGroupPairs.some(({ GroupId }) => GroupId !== undefined && groupIds.includes(GroupId)));

/**
 * Throws where a peer of the path is no endpoint's interface any more, or the groups of the endpoints let the instance in nowhere for a service
 * that the agent needs: then nothing would be reached, and nothing is opened. The endpoints' groups are their owners' and are not changed: one that
 * names the workload's group lets the isolated instance in no more.
 *
 * @param from the instance's private address and its isolation group
 */
export const refuseWhatNoEndpointAdmits = async (
  ec2: EC2Client,
  { peers, vpcId }: StepOf<'keep-management-path'>,
  from: { readonly address: string; readonly groupIds: readonly string[] },
): Promise<void> => {
  const own = peers.filter(({ peer }) => !peer.startsWith('pl-'));
  const { NetworkInterfaces: interfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [
        { Name: 'interface-type', Values: ['vpc_endpoint'] },
        { Name: 'vpc-id', Values: [vpcId] },
      ],
    }),
  );
  const groupsAt = new Map(
    interfaces.map((nic) => [
      `${nic.PrivateIpAddress}/32`,
      (nic.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    ]),
  );
  const gone = own.filter(({ peer }) => !groupsAt.has(peer));
  if (gone.length > 0)
    throw new NotDone(
      `${gone.map(({ peer, endpointId }) => `${peer} of ${endpointId}`).join(', ')} is no interface of an endpoint of ${vpcId} any more; nothing was opened: start a later plan`,
    );
  const ids = [...new Set(own.flatMap(({ peer }) => groupsAt.get(peer) ?? []))];
  const { SecurityGroups: groups = [] } =
    ids.length === 0
      ? {}
      : await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: ids }] }));
  const letsIn = (peer: string): boolean =>
    groups.some(
      ({ GroupId, IpPermissions = [] }) =>
        GroupId !== undefined &&
        groupsAt.get(peer)?.includes(GroupId) === true &&
        IpPermissions.some((rule) => admits(rule, from)),
    );
  const closed = [...new Set(own.map(({ service }) => service))].filter(
    (service) => service !== 'ec2messages' && !own.some((one) => one.service === service && letsIn(one.peer)),
  );
  if (closed.length > 0)
    throw new NotDone(
      `the groups of the endpoints for ${closed.join(', ')} do not let TCP 443 in from ${from.address}; nothing was opened. Let the VPC's addresses in there, then start a later plan`,
    );
};
