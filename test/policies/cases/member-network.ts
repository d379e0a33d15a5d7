import { TAGS } from '@cordon/incident';
import { HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { memberEc2, neverOf, powerOf, readsOf } from './duty-cases.ts';

const ISOLATION = { [`aws:ResourceTag/${TAGS.isolation}`]: 'true' };
const ASKED_ISOLATION = { [`aws:RequestTag/${TAGS.isolation}`]: 'true', 'aws:TagKeys': [TAGS.isolation] };
const WORKLOADS = { 'aws:ResourceTag/team': 'shop' };

const ACL = memberEc2('network-acl/acl-0c0ffee0000000001');
const TABLE = memberEc2('route-table/rtb-0c0ffee0000000001');
const SUBNET = memberEc2('subnet/subnet-0c0ffee0000000001');
const VPC = memberEc2('vpc/vpc-0c0ffee0000000001');
const GATEWAY = memberEc2('internet-gateway/igw-0c0ffee0000000001');
/** A VPC of another account of the organization that is shared with the member. */
const SHARED_VPC = `arn:aws:ec2:${HOME}:602011160099:vpc/vpc-0c0ffee0000000002`;

const reads: readonly PowerCase[] = [
  ...readsOf('inspect', {
    'ec2:DescribeTrunkInterfaceAssociations':
      "looks for the interfaces of pods that hang off the instance's trunk",
    'ec2:DescribeInternetGateways': 'reads back that the VPC has lost its internet gateway',
  }),
  ...readsOf('contain', {
    'ec2:DescribeNetworkAcls': 'looks for a closed network ACL of ours, and for the one that the subnet has',
    'ec2:DescribeRouteTables': 'looks for an empty route table of ours, and for the one that the subnet has',
  }),
];

const making = (what: string, type: 'network-acl' | 'route-table', create: string): readonly PowerCase[] =>
  powerOf('contain', [
    {
      does: `makes a ${what} of ours, tagged as one`,
      action: `ec2:${create}`,
      on: memberEc2(`${type}/*`),
      given: ASKED_ISOLATION,
      wrong: [{ does: `makes a ${what} without our tag`, given: {} }],
    },
    { does: `makes a ${what} of ours in the VPC`, action: `ec2:${create}`, on: VPC },
    {
      does: `tags its ${what} while it is being made`,
      action: 'ec2:CreateTags',
      on: memberEc2(`${type}/*`),
      given: { ...ASKED_ISOLATION, 'ec2:CreateAction': create },
      wrong: [
        {
          does: `declares a ${what} of the workload one of ours`,
          given: { ...WORKLOADS, ...ASKED_ISOLATION },
        },
      ],
    },
  ]);

const cutting: readonly PowerCase[] = powerOf('contain', [
  {
    does: "denies a remote address in the subnet's network ACL",
    action: 'ec2:CreateNetworkAclEntry',
    on: ACL,
    given: WORKLOADS,
    wrong: [{ does: 'puts an entry into a closed network ACL of ours', given: ISOLATION }],
  },
  {
    does: 'makes its isolation group in a VPC that is shared with the account',
    action: 'ec2:CreateSecurityGroup',
    on: SHARED_VPC,
  },
  { does: 'gives a subnet another network ACL', action: 'ec2:ReplaceNetworkAclAssociation', on: ACL },
  { does: 'gives another network ACL to a subnet', action: 'ec2:ReplaceNetworkAclAssociation', on: SUBNET },
  {
    does: "gives an empty route table to a subnet that has the VPC's main one",
    action: 'ec2:AssociateRouteTable',
    on: TABLE,
    given: ISOLATION,
    wrong: [{ does: "gives a subnet a table with the workload's routes", given: WORKLOADS }],
  },
  {
    does: "gives a subnet that has the VPC's main table an empty one",
    action: 'ec2:AssociateRouteTable',
    on: SUBNET,
  },
  { does: 'gives a subnet another route table', action: 'ec2:ReplaceRouteTableAssociation', on: TABLE },
  { does: 'gives another route table to a subnet', action: 'ec2:ReplaceRouteTableAssociation', on: SUBNET },
  { does: 'detaches an internet gateway', action: 'ec2:DetachInternetGateway', on: GATEWAY },
  { does: 'takes its internet gateway from a VPC', action: 'ec2:DetachInternetGateway', on: VPC },
]);

const never: readonly PowerCase[] = neverOf('contain', [
  { does: "takes an entry out of a subnet's network ACL", action: 'ec2:DeleteNetworkAclEntry', on: ACL },
  { does: "changes an entry of a subnet's network ACL", action: 'ec2:ReplaceNetworkAclEntry', on: ACL },
  { does: 'adds a route', action: 'ec2:CreateRoute', on: TABLE },
  { does: 'attaches an internet gateway', action: 'ec2:AttachInternetGateway', on: GATEWAY },
]);

/** What closes the ways that an empty group leaves open may do, and what it may not. */
export const memberNetworkCases: readonly PowerCase[] = [
  ...reads,
  ...making('network ACL', 'network-acl', 'CreateNetworkAcl'),
  ...making('route table', 'route-table', 'CreateRouteTable'),
  ...cutting,
  ...never,
];
