import { ServiceFault } from '../../core/fault.ts';
import type { Deployment, ResourceHandling, Service } from '../../core/operation.ts';
import { instanceResourceHandling } from './instance-resource.ts';
import { removeGroup } from './security-groups.ts';
import { ec2State, type Ec2State } from './state.ts';

const stateOf = ({ world, account, region }: Deployment): Ec2State => world.of(ec2State, account, region);

const inUse = (id: string): ServiceFault =>
  new ServiceFault('DependencyViolation', `The ${id} has dependencies and cannot be deleted.`);

/**
 * A VPC goes when nothing is in it but what came with it, which goes too: its default group, network ACL and main route table.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
 */
const removeVpc = (state: Ec2State, vpcId: string): void => {
  const of = <Thing extends { readonly vpcId?: string | undefined }>(things: ReadonlyMap<string, Thing>) =>
    [...things].filter(([, thing]) => thing.vpcId === vpcId);
  const groups = of(state.securityGroups);
  const acls = of(state.networkAcls);
  const tables = of(state.routeTables);
  const attached = [...state.internetGateways.values()].some((gateway) => gateway.vpcId === vpcId);
  if (
    of(state.subnets).length > 0 ||
    of(state.networkInterfaces).length > 0 ||
    attached ||
    groups.some(([, { name }]) => name !== 'default') ||
    acls.some(([, { isDefault }]) => !isDefault) ||
    tables.length > 1
  )
    throw inUse(`vpc '${vpcId}'`);
  for (const [id] of groups) state.securityGroups.delete(id);
  for (const [id] of acls) state.networkAcls.delete(id);
  for (const [id] of tables) state.routeTables.delete(id);
  state.vpcs.delete(vpcId);
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html : every instance in it must be terminated before. */
const removeSubnet = (state: Ec2State, subnetId: string): void => {
  const worn = [...state.networkInterfaces.values()].some((held) => held.subnetId === subnetId);
  if (worn) throw inUse(`subnet '${subnetId}'`);
  for (const acl of state.networkAcls.values())
    for (const [id, associated] of acl.associations) if (associated === subnetId) acl.associations.delete(id);
  state.subnets.delete(subnetId);
};

/** A type whose resources are made and taken away and never changed. The rights are those of the operations of the same names. */
const handling = (of: {
  readonly name: string;
  readonly arnType: string;
  readonly held: (state: Ec2State) => ReadonlyMap<string, unknown>;
  readonly remove: (state: Ec2State, id: string) => void;
}): ResourceHandling => ({
  checks: (act, resource, { world, account, region }) => [
    {
      action: `ec2:${{ create: 'Create', update: 'Modify', remove: 'Delete' }[act]}${of.name}`,
      resource: `arn:${world.facts.partition}:ec2:${region}:${account}:${of.arnType}/*`,
      assumed: true,
    },
  ],
  update: (_from, to) => {
    throw new Error(`${to.type} ${to.logicalId}: a change by an update is not implemented`);
  },
  remove: (_resource, { ref }, on) => {
    if (of.held(stateOf(on)).has(ref)) of.remove(stateOf(on), ref);
  },
  drift: (_resource, { ref }, on) => (of.held(stateOf(on)).has(ref) ? 'IN_SYNC' : 'DELETED'),
});

/** What CloudFormation does with networks, launch templates and instances later. */
export const ec2ResourceHandling: NonNullable<Service['resourceHandling']> = {
  'AWS::EC2::VPC': handling({
    name: 'Vpc',
    arnType: 'vpc',
    held: ({ vpcs }) => vpcs,
    remove: removeVpc,
  }),
  'AWS::EC2::Subnet': handling({
    name: 'Subnet',
    arnType: 'subnet',
    held: ({ subnets }) => subnets,
    remove: removeSubnet,
  }),
  'AWS::EC2::SecurityGroup': handling({
    name: 'SecurityGroup',
    arnType: 'security-group',
    held: ({ securityGroups }) => securityGroups,
    remove: (state, id) => {
      const group = state.securityGroups.get(id);
      if (group !== undefined) removeGroup(state, group);
    },
  }),
  'AWS::EC2::LaunchTemplate': handling({
    name: 'LaunchTemplate',
    arnType: 'launch-template',
    held: ({ launchTemplates }) => launchTemplates,
    remove: (state, id) => void state.launchTemplates.delete(id),
  }),
  ...instanceResourceHandling,
};
