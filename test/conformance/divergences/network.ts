import {
  at,
  differ,
  ec2Page,
  localLacks,
  motoLacks,
  motoTakes,
  outcomes,
  type Divergence,
} from '../divergence.ts';

const CODES = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html';

const vpcs: readonly Divergence[] = [
  localLacks(
    [
      at(['ec2: describes a VPC'], {
        'Vpcs[].CidrBlockAssociationSet': [
          {
            AssociationId: '<vpc-cidr-assoc>',
            CidrBlock: '10.20.0.0/16',
            CidrBlockState: { State: 'associated' },
          },
        ],
        'Vpcs[].DhcpOptionsId': 'default',
      }),
    ],
    {
      page: ec2Page('Vpc'),
      because: 'block associations and DHCP options are left out here: nothing of the product reads them',
    },
  ),
  localLacks(
    [
      at(['ec2: describes a subnet'], {
        'Subnets[].AssignIpv6AddressOnCreation': false,
        'Subnets[].Ipv6Native': false,
        'Subnets[].MapPublicIpOnLaunch': false,
        'Subnets[].PrivateDnsNameOptionsOnLaunch': {
          EnableResourceNameDnsAAAARecord: false,
          EnableResourceNameDnsARecord: false,
          HostnameType: 'ip-name',
        },
      }),
    ],
    {
      page: ec2Page('Subnet'),
      because: 'what a subnet does at a launch is left out here: nothing of the product reads it',
    },
  ),
  motoLacks([at(['ec2: creates a route table', 'ec2: creates a network ACL'], { ClientToken: '<uuid>' })], {
    page: ec2Page('CreateRouteTable'),
    because: 'the token of the request, which the SDK makes, is in the answer',
  }),
];

const acls: readonly Divergence[] = [
  motoLacks(
    [
      at(['ec2: creates a network ACL'], {
        'NetworkAcl.Entries': [
          { CidrBlock: '0.0.0.0/0', Egress: false, Protocol: '-1', RuleAction: 'deny', RuleNumber: 32767 },
          { CidrBlock: '0.0.0.0/0', Egress: true, Protocol: '-1', RuleAction: 'deny', RuleNumber: 32767 },
        ],
      }),
      at(['ec2: describes a network ACL with its entries'], {
        'NetworkAcls[].Entries[]': {
          CidrBlock: '0.0.0.0/0',
          Egress: false,
          Protocol: '-1',
          RuleAction: 'deny',
          RuleNumber: 32767,
        },
      }),
      at(['ec2: describes a network ACL with its entries'], {
        'NetworkAcls[].Entries[]': {
          CidrBlock: '0.0.0.0/0',
          Egress: true,
          Protocol: '-1',
          RuleAction: 'deny',
          RuleNumber: 32767,
        },
      }),
    ],
    {
      page: 'https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html',
      because: 'a new network ACL denies everything by entries of its own, which nobody can remove',
    },
  ),
  differ(
    [
      at(['ec2: refuses to remove an entry twice'], {
        'refused.code': { local: 'InvalidNetworkAclEntry.NotFound', moto: 'Error' },
        status: { local: 400, moto: 500 },
      }),
    ],
    {
      right: 'local-aws',
      page: CODES,
      because:
        'an entry that is not there is InvalidNetworkAclEntry.NotFound; moto ends in an error of its own (500)',
    },
  ),
  differ(
    [
      at(['ec2: refuses to delete a default network ACL'], {
        'refused.code': { local: 'InvalidParameterValue', moto: 'DependencyViolation' },
      }),
    ],
    {
      right: 'neither-documented',
      page: ec2Page('DeleteNetworkAcl'),
      because:
        'the page says that a default ACL cannot be deleted, and not by which code; nothing of the product deletes one',
    },
  ),
];

const groups: readonly Divergence[] = [
  motoLacks(
    [
      at(['ec2: creates a security group with tags', 'ec2: creates a group to delete'], {
        Tags: [{ Key: 'cordon:isolation', Value: 'yes' }],
      }),
    ],
    { page: ec2Page('CreateSecurityGroup'), because: 'the answer has the tags of the new group' },
  ),
  motoTakes(['ec2: refuses a group in a VPC that is not there'], 'InvalidVpcID.NotFound', {
    page: CODES,
    because: 'the VPC must be there',
  }),
  differ(
    [
      at(['ec2: refuses to describe a group by a malformed id'], {
        'refused.code': { local: 'InvalidGroupId.Malformed', moto: 'InvalidGroup.NotFound' },
      }),
    ],
    { right: 'local-aws', page: CODES, because: 'a malformed id has an error of its own' },
  ),
  motoLacks(
    [
      at(['ec2: takes a group’s egress away'], {
        RevokedSecurityGroupRules: [
          {
            CidrIpv4: '0.0.0.0/0',
            FromPort: -1,
            GroupId: '<isolation group>',
            IpProtocol: '-1',
            IsEgress: true,
            SecurityGroupRuleId: '<sgr>',
            ToPort: -1,
          },
        ],
      }),
      at(['ec2: takes a rule away by its id'], {
        RevokedSecurityGroupRules: [
          {
            CidrIpv4: '192.0.2.0/24',
            Description: 'office',
            FromPort: 22,
            GroupId: '<isolation group>',
            IpProtocol: 'tcp',
            IsEgress: false,
            SecurityGroupRuleId: '<ssh rule>',
            ToPort: 22,
          },
        ],
      }),
    ],
    { page: ec2Page('RevokeSecurityGroupEgress'), because: 'the answer has the rules that were taken away' },
  ),
  motoLacks(
    [
      at(['ec2: adds a rule in', 'ec2: adds a rule out, to a group', 'ec2: lists the rules of a group'], {
        'SecurityGroupRules[].GroupOwnerId': '<member>',
      }),
    ],
    { page: ec2Page('SecurityGroupRule'), because: 'a rule names the account of its group' },
  ),
  motoLacks([at(['ec2: deletes a group'], { GroupId: '<short-lived group>', Return: true })], {
    page: ec2Page('DeleteSecurityGroup'),
    because: 'the answer has the id of the deleted group',
  }),
];

const addresses: readonly Divergence[] = [
  motoLacks(
    [
      at(
        [
          'ec2: describes an address that is bound to nothing',
          'ec2: describes an address that is bound to an interface',
        ],
        { 'Addresses[].NetworkBorderGroup': 'eu-west-1', 'Addresses[].PublicIpv4Pool': 'amazon' },
      ),
    ],
    { page: ec2Page('Address'), because: 'an address names its pool, and from where it is advertised' },
  ),
  differ(
    [
      at(['ec2: describes an address that is bound to nothing'], {
        'Addresses[].InstanceId': { moto: '' },
        'Addresses[].NetworkInterfaceId': { moto: '' },
      }),
    ],
    {
      right: 'neither-documented',
      page: ec2Page('Address'),
      because: 'the page does not say whether what an address is not bound to is left out or empty',
    },
  ),
  differ(
    [
      at(['ec2: describes an address that is bound to an interface'], {
        'Addresses[].InstanceId': { local: '<instance>', moto: '' },
      }),
    ],
    {
      right: 'local-aws',
      page: ec2Page('Address'),
      because: 'an address names the instance that its interface hangs on',
    },
  ),
  outcomes(
    ['ec2: takes an address away twice, which changes nothing'],
    { local: 'answered', moto: 'refused InvalidAssociationID.NotFound' },
    {
      right: 'local-aws',
      page: ec2Page('DisassociateAddress'),
      because: 'the operation may be repeated without an error',
    },
  ),
];

/** EC2's networks. */
export const networkDivergences: readonly Divergence[] = [...vpcs, ...acls, ...groups, ...addresses];
