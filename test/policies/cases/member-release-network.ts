import { TAGS } from '@cordon/incident';
import type { PowerCase } from '../power-case.ts';
import { memberEc2, neverOf, powerOf, readsOf } from './duty-cases.ts';

const ISOLATION = { [`aws:ResourceTag/${TAGS.isolation}`]: 'true' };
const WORKLOADS = { 'aws:ResourceTag/team': 'shop' };
const ACL = memberEc2('network-acl/acl-0c0ffee0000000001');
const TABLE = memberEc2('route-table/rtb-0c0ffee0000000001');
const SUBNET = memberEc2('subnet/subnet-0c0ffee0000000001');
const VPC = memberEc2('vpc/vpc-0c0ffee0000000001');
const GATEWAY = memberEc2('internet-gateway/igw-0c0ffee0000000001');

/** What gives subnets and VPCs back what was cut may do, and what it may not. */
export const memberReleaseNetworkCases: readonly PowerCase[] = [
  ...readsOf('release', {
    'ec2:DescribeInternetGateways': 'looks whether the VPC has its internet gateway',
    'ec2:DescribeNetworkAcls': 'looks for our entries, and for the network ACL that a subnet has',
    'ec2:DescribeRouteTables': 'looks for the route table that a subnet has',
  }),
  ...powerOf('release', [
    {
      does: "takes our deny entries out of a subnet's network ACL",
      action: 'ec2:DeleteNetworkAclEntry',
      on: ACL,
    },
    {
      does: 'gives a subnet its former network ACL',
      action: 'ec2:ReplaceNetworkAclAssociation',
      on: ACL,
    },
    {
      does: 'gives its former network ACL to a subnet',
      action: 'ec2:ReplaceNetworkAclAssociation',
      on: SUBNET,
    },
    {
      does: 'deletes a closed network ACL of ours',
      action: 'ec2:DeleteNetworkAcl',
      on: ACL,
      given: ISOLATION,
      wrong: [{ does: 'deletes a network ACL of the workload', given: WORKLOADS }],
    },
    ...(['ec2:ReplaceRouteTableAssociation', 'ec2:DisassociateRouteTable'] as const).flatMap((action) =>
      [TABLE, SUBNET].map((on) => ({
        does: `gives back the former routes (${action}, ${on === TABLE ? 'table' : 'subnet'})`,
        action,
        on,
      })),
    ),
    {
      does: 'deletes an empty route table of ours',
      action: 'ec2:DeleteRouteTable',
      on: TABLE,
      given: ISOLATION,
      wrong: [{ does: 'deletes a route table of the workload', given: WORKLOADS }],
    },
    { does: 'attaches an internet gateway again', action: 'ec2:AttachInternetGateway', on: GATEWAY },
    { does: 'gives a VPC its internet gateway again', action: 'ec2:AttachInternetGateway', on: VPC },
  ]),
  ...neverOf('release', [
    { does: "puts an entry into a subnet's network ACL", action: 'ec2:CreateNetworkAclEntry', on: ACL },
    { does: 'adds a route', action: 'ec2:CreateRoute', on: TABLE },
    { does: 'detaches an internet gateway', action: 'ec2:DetachInternetGateway', on: GATEWAY },
  ]),
];
