import { isDenied } from '../plan/remote-entries.ts';
import { standing, type Drift, type DriftInput, type FindDrift } from './drift.ts';

/** What containment sets: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html */
const OUR_TCP_SECONDS = 60;

type Acl = DriftInput['around']['paths']['acls'][number];

const ofTimeouts: FindDrift = (input) =>
  standing(input, 'restore-connection-timeout').flatMap(({ networkInterfaceId }): Drift[] => {
    const seconds = input.facts.networkInterfaces.find(
      (nic) => nic.networkInterfaceId === networkInterfaceId,
    )?.tcpEstablishedSeconds;
    return seconds === undefined || seconds === OUR_TCP_SECONDS
      ? []
      : [
          {
            id: `timeout:${networkInterfaceId}`,
            what: `${networkInterfaceId} keeps idle connections for ${seconds} s`,
          },
        ];
  });

/** ACLs that hold for the instance's subnets now; one that the account cannot see is taken from its owner's answer. */
const aclsNow = ({ facts, around }: DriftInput): readonly Acl[] => {
  const seen = facts.networkAcls.map(({ networkAclId }) => networkAclId);
  return [
    ...facts.networkAcls,
    ...(facts.subnets.some(({ networkAclId }) => networkAclId === undefined)
      ? around.paths.acls.filter(({ networkAclId }) => !seen.includes(networkAclId))
      : []),
  ];
};

const passes = (acl: Acl, egress: boolean, cidr: string): boolean =>
  acl.entries.some((entry) => entry.egress === egress && entry.allow) && !isDenied(acl, egress, cidr);

/** What is denied must be so in whichever ACL holds for the subnet now: another one in its place opens what the entries closed. */
const ofDeniedAddresses: FindDrift = (input) => {
  const ours = standing(input, 'remove-acl-entries');
  const now = aclsNow(input);
  const moved = ours.filter((lift) => !now.some(({ networkAclId }) => networkAclId === lift.networkAclId));
  return now.flatMap((acl): Drift[] => {
    if (input.lifted.has(`remove-acl-entries:${acl.networkAclId}`)) return [];
    const own = ours.filter(({ networkAclId }) => networkAclId === acl.networkAclId);
    const wanted = (own.length > 0 ? own : moved).flatMap(({ entries }) => entries);
    const open = [
      ...new Set(wanted.filter(({ egress, cidr }) => passes(acl, egress, cidr)).map(({ cidr }) => cidr)),
    ];
    return open.length === 0
      ? []
      : [
          {
            id: `remote-addresses:${acl.networkAclId}`,
            what: `${acl.networkAclId} no longer denies ${open.join(', ')}`,
          },
        ];
  });
};

const ofSubnetAcls: FindDrift = (input) =>
  standing(input, 'restore-subnet-acl').flatMap(({ subnetId }): Drift[] => {
    const { acls, subnets } = input.around.paths;
    const held = subnets.find((one) => one.subnetId === subnetId)?.networkAclId;
    const acl = acls.find(({ networkAclId }) => networkAclId === held);
    return acl === undefined || acl.entries.every(({ allow }) => !allow)
      ? []
      : [
          {
            id: `subnet-acl:${subnetId}`,
            what: `${subnetId} has the network ACL ${acl.networkAclId}, which is not closed`,
          },
        ];
  });

const ofRoutes: FindDrift = (input) =>
  standing(input, 'restore-subnet-routes').flatMap(({ subnetId }): Drift[] => {
    const { subnets, ownThings } = input.around.paths;
    const subnet = subnets.find((one) => one.subnetId === subnetId);
    const leadsNowhere =
      input.facts.subnets.some((one) => one.subnetId === subnetId && one.routes.length === 0) ||
      ownThings.some(({ id, open = false }) => id === subnet?.routeTableId && !open);
    return subnet === undefined || leadsNowhere
      ? []
      : [
          {
            id: `subnet-routes:${subnetId}`,
            what: `${subnetId} has ${subnet.routeTableId ?? "the VPC's main route table"}, which leads out of the VPC`,
          },
        ];
  });

const ofGateways: FindDrift = (input) =>
  standing(input, 'attach-internet-gateway').flatMap(({ vpcId }): Drift[] =>
    input.around.paths.gateways
      .filter((gateway) => gateway.vpcId === vpcId)
      .map(({ internetGatewayId }) => ({
        id: `internet-gateway:${vpcId}`,
        what: `${vpcId} has the internet gateway ${internetGatewayId}`,
      })),
  );

const ofDnsBlocks: FindDrift = (input) => {
  const ours = new Set(standing(input, 'unblock-dns').map(({ vpcId }) => vpcId));
  return input.blocksGone
    .filter(({ vpcId }) => ours.has(vpcId))
    .map(({ vpcId, because }) => ({ id: `dns-block:${vpcId}`, what: because }));
};

/** Finds what of the ways that connections take was opened again: timeouts, denied addresses, cut subnets, routes and gateways, blocked names. Pure. */
export const driftOfPaths: FindDrift = (input) => [
  ...ofTimeouts(input),
  ...ofDeniedAddresses(input),
  ...ofSubnetAcls(input),
  ...ofRoutes(input),
  ...ofGateways(input),
  ...ofDnsBlocks(input),
];
