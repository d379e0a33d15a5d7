import { isIPv4 } from 'node:net';
import {
  addAddress,
  addNetworkInterface,
  addSecurityGroup,
  addSubnet,
  addVpc,
  defaultEgress,
  ec2State,
  type Ec2State,
  type NewPermission,
  type Organization,
  type Vpc,
} from '@cordon/local-aws';
import type { NamedInstance } from '../raw/raw-finding.ts';
import { listAt, textAt, type Json } from '../raw/raw-json.ts';

/** The ids that a finding gives are kept where they have AWS's form; the rest are made by the organization. */
const idIf = (text: string | undefined, prefix: string): string | undefined =>
  text !== undefined && new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(text) ? text : undefined;

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/;

/** The /16 and /24 around a private address; 10.0.0.0 where the finding gives none. */
const blocksOf = (address: string | undefined): { readonly vpc: string; readonly subnet: string } => {
  const match = IPV4.exec(address ?? '');
  const [a, b, c] = match === null ? ['10', '0', '0'] : match.slice(1);
  return { vpc: `${a}.${b}.0.0/16`, subnet: `${a}.${b}.${c}.0/24` };
};

/** Where and how a network is furnished. */
export interface Furnishing {
  readonly organization: Organization;
  readonly at: NamedInstance;
  readonly availabilityZone: string;
}

/** One interface as the finding describes it: VPC, subnet, groups, addresses; made where the finding gives nothing usable. */
export const furnishInterface = (furnishing: Furnishing, described: Json | undefined): string => {
  const { organization, at } = furnishing;
  const state = organization.world.of(ec2State, at.account, at.region);
  const vpc = furnishVpc(furnishing, described);
  const subnet = furnishSubnet(furnishing, vpc.vpcId, described);
  const groups = listAt(described, 'securityGroups').map((group) =>
    furnishGroup(furnishing, vpc.vpcId, idIf(textAt(group, 'groupId'), 'sg')),
  );
  const networkInterfaceId = idIf(textAt(described, 'networkInterfaceId'), 'eni');
  const address = addressOf(described);
  const taken = [...state.networkInterfaces.values()].some(
    (other) => other.subnetId === subnet.subnetId && other.privateIpAddress === address,
  );
  const made = addNetworkInterface(
    state,
    {
      ...(networkInterfaceId === undefined || state.networkInterfaces.has(networkInterfaceId)
        ? {}
        : { networkInterfaceId }),
      subnetId: subnet.subnetId,
      groups: groups.length > 0 ? groups : [furnishGroup(furnishing, vpc.vpcId, undefined)],
      ...(address === undefined || taken ? {} : { privateIpAddress: address }),
      ipv6Addresses: [],
    },
    organization.ids,
  );
  return made.networkInterfaceId;
};

/** The private address that the finding gives, where it is one. */
const addressOf = (described: Json | undefined): string | undefined => {
  const address = textAt(described, 'privateIpAddress');
  return address !== undefined && isIPv4(address) ? address : undefined;
};

const furnishVpc = ({ organization, at }: Furnishing, described: Json | undefined) => {
  const state = organization.world.of(ec2State, at.account, at.region);
  const vpcId = idIf(textAt(described, 'vpcId'), 'vpc');
  const known = state.vpcs.get(vpcId ?? '');
  if (known !== undefined) return known;
  const cidr = blocksOf(addressOf(described)).vpc;
  const spec = {
    ...(vpcId === undefined ? {} : { vpcId }),
    cidr,
    ipv6Cidr: '2001:db8:1234::/56',
    ownerId: at.account,
  };
  return addVpc(state, spec, organization.ids);
};

const furnishSubnet = (
  { organization, at, availabilityZone }: Furnishing,
  vpcId: string,
  described: Json | undefined,
) => {
  const state = organization.world.of(ec2State, at.account, at.region);
  const subnetId = idIf(textAt(described, 'subnetId'), 'subnet');
  const known = state.subnets.get(subnetId ?? '');
  if (known !== undefined) return known;
  const cidr = blocksOf(addressOf(described)).subnet;
  const spec = { ...(subnetId === undefined ? {} : { subnetId }), vpcId, cidr, availabilityZone };
  return addSubnet(state, spec, organization.ids);
};

const inVpc = (state: Ec2State, vpcId: string): Vpc => {
  const vpc = state.vpcs.get(vpcId);
  if (vpc === undefined) throw new Error(`${vpcId} was not furnished`);
  return vpc;
};

/** A web server's rules: anybody reaches 443, the VPC reaches 22, and it reaches everything. Its connections out are tracked (aws-facts 2.2). */
const workloadPermissions = (vpc: Vpc): readonly NewPermission[] => [
  ...defaultEgress(vpc),
  {
    direction: 'ingress',
    protocol: 'tcp',
    fromPort: 443,
    toPort: 443,
    target: { kind: 'ipv4', cidr: '0.0.0.0/0' },
  },
  {
    direction: 'ingress',
    protocol: 'tcp',
    fromPort: 22,
    toPort: 22,
    target: { kind: 'ipv4', cidr: vpc.cidr },
  },
];

/** The group of that id, or a new one of the workload. */
const furnishGroup = (
  { organization, at }: Furnishing,
  vpcId: string,
  groupId: string | undefined,
): string => {
  const { ids } = organization;
  const state = organization.world.of(ec2State, at.account, at.region);
  const known = state.securityGroups.get(groupId ?? '');
  if (known?.vpcId === vpcId) return known.groupId;
  const name = `workload-${ids.hex('workload-group', 8)}`;
  const id = known === undefined && groupId !== undefined ? { groupId } : {};
  const permissions = workloadPermissions(inVpc(state, vpcId));
  const spec = { ...id, name, description: 'workload', vpcId, ownerId: at.account, permissions };
  return addSecurityGroup(state, spec, ids).groupId;
};

/** The Elastic IP that the finding names on an interface, once the interface is attached. */
export const furnishAddress = (
  { organization, at }: Furnishing,
  networkInterfaceId: string,
  described: Json | undefined,
): void => {
  const publicIp = textAt(described, 'publicIp');
  if (publicIp === undefined || !isIPv4(publicIp)) return;
  addAddress(
    organization.world.of(ec2State, at.account, at.region),
    { publicIp, networkInterfaceId },
    organization.ids,
  );
};

/** The interface that no finding names: in a second subnet of the first one's VPC, or in a VPC of its own (aws-facts 2.1). */
export const furnishHiddenInterface = (furnishing: Furnishing, beside: string, ownVpc: boolean): string => {
  const { organization, at, availabilityZone } = furnishing;
  const state = organization.world.of(ec2State, at.account, at.region);
  const first = state.networkInterfaces.get(beside);
  const vpcId =
    ownVpc || first === undefined
      ? addVpc(state, { cidr: '10.77.0.0/16', ownerId: at.account }, organization.ids).vpcId
      : first.vpcId;
  const vpc = state.vpcs.get(vpcId);
  const [a, b] = (vpc?.cidr ?? '10.77').split('.');
  const subnet = addSubnet(state, { vpcId, cidr: `${a}.${b}.251.0/24`, availabilityZone }, organization.ids);
  const group = addSecurityGroup(
    state,
    {
      name: `hidden-${organization.ids.hex('hidden-group', 8)}`,
      description: 'workload',
      vpcId,
      ownerId: at.account,
    },
    organization.ids,
  );
  return addNetworkInterface(state, { subnetId: subnet.subnetId, groups: [group.groupId] }, organization.ids)
    .networkInterfaceId;
};
