import { ServiceFault } from '../../core/fault.ts';
import type { Check, Deployment, ResourceRemoval, Service } from '../../core/operation.ts';
import { arnHere } from '../removal-checks.ts';
import { deleteGroup } from './security-groups.ts';
import { ec2State, type Ec2State } from './state.ts';

const stateOf = ({ world, account, region }: Deployment): Ec2State => world.of(ec2State, account, region);

const check = (on: Deployment, action: string, resource: string): readonly Check[] => [
  {
    action: `ec2:${action}`,
    resource: arnHere(on, 'ec2', resource),
    context: { 'ec2:Region': on.region },
    assumed: true,
  },
];

const refuseUsed = (id: string, users: Iterable<string>): void => {
  const [first] = users;
  if (first === undefined) return;
  throw new ServiceFault(
    'DependencyViolation',
    `The resource '${id}' has dependencies and cannot be deleted: ${first}`,
  );
};

/** Keys of those of a map that a test is true of. */
const idsOf = <One>(all: ReadonlyMap<string, One>, test: (one: One) => boolean): readonly string[] =>
  [...all].filter(([, one]) => test(one)).map(([id]) => id);

/**
 * With what it was born with; whatever else is in it refuses.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
 */
const vpc: ResourceRemoval = {
  checks: (_resource, { ref }, on) => check(on, 'DeleteVpc', `vpc/${ref}`),
  remove: (_resource, { ref }, on) => {
    const state = stateOf(on);
    const here = (one: { readonly vpcId?: string }): boolean => one.vpcId === ref;
    refuseUsed(ref, [
      ...idsOf(state.subnets, here),
      ...idsOf(state.vpcEndpoints, here),
      ...idsOf(state.internetGateways, here),
      ...idsOf(state.securityGroups, (group) => here(group) && group.name !== 'default'),
      ...idsOf(state.networkAcls, (acl) => here(acl) && !acl.isDefault),
      ...idsOf(state.routeTables, (table) => here(table) && table.mainAssociationId === undefined),
    ]);
    for (const own of [state.securityGroups, state.networkAcls, state.routeTables])
      for (const id of idsOf<{ readonly vpcId?: string }>(own, here)) own.delete(id);
    state.vpcs.delete(ref);
    return undefined;
  },
};

/** Not while an interface is in it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html */
const subnet: ResourceRemoval = {
  checks: (_resource, { ref }, on) => check(on, 'DeleteSubnet', `subnet/${ref}`),
  remove: (_resource, { ref }, on) => {
    const state = stateOf(on);
    refuseUsed(
      ref,
      idsOf(state.networkInterfaces, ({ subnetId }) => subnetId === ref),
    );
    for (const { associations } of [...state.routeTables.values(), ...state.networkAcls.values()])
      for (const [id, subnetId] of associations) if (subnetId === ref) associations.delete(id);
    state.subnets.delete(ref);
    return undefined;
  },
};

/** Not while a subnet follows it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html */
const routeTable: ResourceRemoval = {
  checks: (_resource, { ref }, on) => check(on, 'DeleteRouteTable', `route-table/${ref}`),
  remove: (_resource, { ref }, on) => {
    const { routeTables } = stateOf(on);
    refuseUsed(ref, routeTables.get(ref)?.associations.values() ?? []);
    routeTables.delete(ref);
    return undefined;
  },
};

/** The subnet follows the main table again. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html */
const association: ResourceRemoval = {
  checks: ({ properties }, _created, on) => [
    ...check(on, 'DisassociateRouteTable', `route-table/${String(properties['RouteTableId'])}`),
    ...check(on, 'DisassociateRouteTable', `subnet/${String(properties['SubnetId'])}`),
  ],
  remove: (_resource, { ref }, on) => {
    for (const { associations } of stateOf(on).routeTables.values()) associations.delete(ref);
    return undefined;
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html */
const securityGroup: ResourceRemoval = {
  checks: (_resource, { ref }, on) => check(on, 'DeleteSecurityGroup', `security-group/${ref}`),
  remove: (_resource, { ref }, on) => {
    const state = stateOf(on);
    const group = state.securityGroups.get(ref);
    if (group !== undefined) deleteGroup(state, group);
    return undefined;
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html, and egress alike. */
const groupRule = (direction: 'Ingress' | 'Egress'): ResourceRemoval => ({
  checks: ({ properties }, _created, on) =>
    check(on, `RevokeSecurityGroup${direction}`, `security-group/${String(properties['GroupId'])}`),
  remove: ({ properties }, { ref }, on) => {
    const group = stateOf(on).securityGroups.get(String(properties['GroupId']));
    if (group !== undefined) group.permissions = group.permissions.filter(({ ruleId }) => ruleId !== ref);
    return undefined;
  },
});

/**
 * With its interfaces, and the routes to it. AWS says that this takes some minutes; here it is at once.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
 */
const vpcEndpoint: ResourceRemoval = {
  checks: (_resource, { ref }, on) => check(on, 'DeleteVpcEndpoints', `vpc-endpoint/${ref}`),
  remove: (_resource, { ref }, on) => {
    const state = stateOf(on);
    for (const id of state.vpcEndpoints.get(ref)?.networkInterfaceIds ?? [])
      state.networkInterfaces.delete(id);
    for (const table of state.routeTables.values())
      table.routes = table.routes.filter(({ target }) => !('id' in target) || target.id !== ref);
    state.vpcEndpoints.delete(ref);
    return undefined;
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html */
const launchTemplate: ResourceRemoval = {
  checks: (_resource, { ref }, on) => check(on, 'DeleteLaunchTemplate', `launch-template/${ref}`),
  remove: (_resource, { ref }, on) => {
    stateOf(on).launchTemplates.delete(ref);
    return undefined;
  },
};

/** How EC2's resources of templates are taken away. */
export const ec2ResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::EC2::VPC': vpc,
  'AWS::EC2::Subnet': subnet,
  'AWS::EC2::RouteTable': routeTable,
  'AWS::EC2::SubnetRouteTableAssociation': association,
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::EC2::SecurityGroupIngress': groupRule('Ingress'),
  'AWS::EC2::SecurityGroupEgress': groupRule('Egress'),
  'AWS::EC2::VPCEndpoint': vpcEndpoint,
  'AWS::EC2::LaunchTemplate': launchTemplate,
};
