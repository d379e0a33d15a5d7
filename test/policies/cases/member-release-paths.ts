import { TAGS } from '@cordon/incident';
import type { PowerCase } from '../power-case.ts';
import { memberEc2, powerOf, readsOf } from './duty-cases.ts';

const ISOLATION = { [`aws:ResourceTag/${TAGS.isolation}`]: 'true' };
const ACL = memberEc2('network-acl/acl-0c0ffee0000000001');
const TABLE = memberEc2('route-table/rtb-0c0ffee0000000001');
const SUBNET = memberEc2('subnet/subnet-0c0ffee0000000001');
const VPC = memberEc2('vpc/vpc-0c0ffee0000000001');
const GATEWAY = memberEc2('internet-gateway/igw-0c0ffee0000000001');

/** What a release gives back to subnets and VPCs, and what it takes away of what was made for them. */
export const memberReleasePathCases: readonly PowerCase[] = [
  ...readsOf('release', {
    'ec2:DescribeInternetGateways': 'looks whether the VPC has its internet gateway',
    'ec2:DescribeNetworkAcls': 'looks which network ACL a subnet has, and for entries of ours',
    'ec2:DescribeRouteTables': 'looks which route table a subnet has',
  }),
  ...powerOf('release', [
    { does: 'takes an entry of ours out of a network ACL', action: 'ec2:DeleteNetworkAclEntry', on: ACL },
    {
      does: 'gives a subnet its former network ACL, asked about the ACL',
      action: 'ec2:ReplaceNetworkAclAssociation',
      on: ACL,
    },
    {
      does: 'gives a subnet its former network ACL, asked about the subnet',
      action: 'ec2:ReplaceNetworkAclAssociation',
      on: SUBNET,
    },
    {
      does: 'deletes a closed network ACL of ours',
      action: 'ec2:DeleteNetworkAcl',
      on: ACL,
      given: ISOLATION,
      wrong: [{ does: "deletes a network ACL of the owner's", given: {} }],
    },
    ...['ec2:ReplaceRouteTableAssociation', 'ec2:DisassociateRouteTable'].flatMap((action) =>
      [TABLE, SUBNET].map((on) => ({
        does: `gives a subnet its former routes by ${action}, asked about the ${on === TABLE ? 'table' : 'subnet'}`,
        action,
        on,
      })),
    ),
    {
      does: 'deletes an empty route table of ours',
      action: 'ec2:DeleteRouteTable',
      on: TABLE,
      given: ISOLATION,
      wrong: [{ does: "deletes a route table of the owner's", given: {} }],
    },
    { does: 'gives a VPC its internet gateway back', action: 'ec2:AttachInternetGateway', on: GATEWAY },
    {
      does: 'gives an internet gateway back, asked about the VPC',
      action: 'ec2:AttachInternetGateway',
      on: VPC,
    },
  ]),
];
