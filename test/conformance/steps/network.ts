import {
  AssociateRouteTableCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteTableCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DisassociateRouteTableCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
  ReplaceRouteTableAssociationCommand,
} from '@aws-sdk/client-ec2';
import { step, type At, type Step } from '../step.ts';

const subnetAcl = (at: At) =>
  at.member.ec2.send(
    new DescribeNetworkAclsCommand({
      Filters: [{ Name: 'association.subnet-id', Values: [at.known.of('subnet')] }],
    }),
  );

/** Entry 10, for everything that goes out. */
const addEntry = (at: At, RuleAction: 'allow' | 'deny') =>
  at.member.ec2.send(
    new CreateNetworkAclEntryCommand({
      NetworkAclId: at.known.of('closed acl'),
      RuleNumber: 10,
      Protocol: '-1',
      RuleAction,
      Egress: true,
      CidrBlock: '0.0.0.0/0',
    }),
  );

const acls: readonly Step[] = [
  step('ec2: describes the network ACL of a subnet', subnetAcl, {
    keep: ({ NetworkAcls }) => ({
      'acl association': NetworkAcls?.[0]?.Associations?.[0]?.NetworkAclAssociationId,
    }),
  }),
  step(
    'ec2: creates a network ACL',
    (at) => at.member.ec2.send(new CreateNetworkAclCommand({ VpcId: at.known.of('vpc') })),
    { keep: ({ NetworkAcl }) => ({ 'closed acl': NetworkAcl?.NetworkAclId }) },
  ),
  step('ec2: adds an entry to a network ACL', (at) => addEntry(at, 'deny')),
  step('ec2: refuses an entry whose number is taken', (at) => addEntry(at, 'allow')),
  step('ec2: replaces an entry of a network ACL', (at) =>
    at.member.ec2.send(
      new ReplaceNetworkAclEntryCommand({
        NetworkAclId: at.known.of('closed acl'),
        RuleNumber: 10,
        Protocol: '6',
        PortRange: { From: 443, To: 443 },
        RuleAction: 'allow',
        Egress: true,
        CidrBlock: '192.0.2.0/24',
      }),
    ),
  ),
  step('ec2: describes a network ACL with its entries', (at) =>
    at.member.ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [at.known.of('closed acl')] })),
  ),
  step(
    'ec2: gives a subnet another network ACL',
    (at) =>
      at.member.ec2.send(
        new ReplaceNetworkAclAssociationCommand({
          AssociationId: at.known.of('acl association'),
          NetworkAclId: at.known.of('closed acl'),
        }),
      ),
    { keep: ({ NewAssociationId }) => ({ 'new acl association': NewAssociationId }) },
  ),
  step('ec2: refuses to delete a network ACL in use', (at) =>
    at.member.ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: at.known.of('closed acl') })),
  ),
  step('ec2: gives the subnet its network ACL back', (at) =>
    at.member.ec2.send(
      new ReplaceNetworkAclAssociationCommand({
        AssociationId: at.known.of('new acl association'),
        NetworkAclId: at.known.of('acl'),
      }),
    ),
  ),
  step('ec2: removes an entry of a network ACL', (at) =>
    at.member.ec2.send(
      new DeleteNetworkAclEntryCommand({
        NetworkAclId: at.known.of('closed acl'),
        RuleNumber: 10,
        Egress: true,
      }),
    ),
  ),
  step('ec2: refuses to remove an entry twice', (at) =>
    at.member.ec2.send(
      new DeleteNetworkAclEntryCommand({
        NetworkAclId: at.known.of('closed acl'),
        RuleNumber: 10,
        Egress: true,
      }),
    ),
  ),
  step('ec2: deletes a network ACL', (at) =>
    at.member.ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: at.known.of('closed acl') })),
  ),
  step('ec2: refuses to delete a default network ACL', (at) =>
    at.member.ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: at.known.of('acl') })),
  ),
];

const routes: readonly Step[] = [
  step('ec2: describes a VPC', (at) =>
    at.member.ec2.send(new DescribeVpcsCommand({ VpcIds: [at.known.of('vpc')] })),
  ),
  step('ec2: refuses to describe a VPC that is not there', (at) =>
    at.member.ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-00000000000000000'] })),
  ),
  step('ec2: describes a subnet', (at) =>
    at.member.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [at.known.of('subnet')] })),
  ),
  step('ec2: describes the main route table of a VPC', (at) =>
    at.member.ec2.send(
      new DescribeRouteTablesCommand({
        Filters: [
          { Name: 'vpc-id', Values: [at.known.of('vpc')] },
          { Name: 'association.main', Values: ['true'] },
        ],
      }),
    ),
  ),
  step(
    'ec2: creates a route table',
    (at) => at.member.ec2.send(new CreateRouteTableCommand({ VpcId: at.known.of('vpc') })),
    { keep: ({ RouteTable }) => ({ 'closed table': RouteTable?.RouteTableId }) },
  ),
  step(
    'ec2: gives a subnet a route table',
    (at) =>
      at.member.ec2.send(
        new AssociateRouteTableCommand({
          RouteTableId: at.known.of('closed table'),
          SubnetId: at.known.of('subnet'),
        }),
      ),
    { keep: ({ AssociationId }) => ({ 'table association': AssociationId }) },
  ),
  step('ec2: finds the route table of a subnet', (at) =>
    at.member.ec2.send(
      new DescribeRouteTablesCommand({
        Filters: [{ Name: 'association.subnet-id', Values: [at.known.of('subnet')] }],
      }),
    ),
  ),
  step(
    'ec2: gives a subnet another route table',
    (at) =>
      at.member.ec2.send(
        new ReplaceRouteTableAssociationCommand({
          AssociationId: at.known.of('table association'),
          RouteTableId: at.known.of('route table'),
        }),
      ),
    { keep: ({ NewAssociationId }) => ({ 'table association': NewAssociationId }) },
  ),
  step('ec2: takes a route table from a subnet', (at) =>
    at.member.ec2.send(
      new DisassociateRouteTableCommand({ AssociationId: at.known.of('table association') }),
    ),
  ),
  step('ec2: refuses to take a route table twice', (at) =>
    at.member.ec2.send(
      new DisassociateRouteTableCommand({ AssociationId: at.known.of('table association') }),
    ),
  ),
];

/** Network ACLs and routes of one subnet. */
export const networkSteps: readonly Step[] = [...routes, ...acls];
