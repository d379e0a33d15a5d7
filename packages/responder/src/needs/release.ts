import {
  IAM_PATH,
  QUARANTINE_PROFILE_NAME,
  SESSION_DENY_TAG_KEYS,
  TAGS,
  type BeyondInstance,
  type Containment,
  type SessionDenyWay,
} from '@cordon/incident';
import { ebsGrantStatement } from './acquire.ts';
import { memberArn } from './contain.ts';
import { iamArn, neverOnProtectedRoles, sessionDenyPolicyArn } from './revoke.ts';
import { ofIncident, type Names, type Statement } from './statement.ts';

/** Reads by which what is there is compared with what the journal says; none has a resource level. */
export const RELEASE_READS = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeAutoScalingInstances',
  'ec2:DescribeAddresses',
  'ec2:DescribeIamInstanceProfileAssociations',
  'ec2:DescribeInstanceAttribute',
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeVolumes',
] as const;

/** Reads of the target groups and classic balancers that the instance left; none has a resource level. */
export const RELEASE_BALANCER_READS = [
  'elasticloadbalancing:DescribeInstanceHealth',
  'elasticloadbalancing:DescribeTargetHealth',
] as const;

/** Reads of what subnets and VPCs have, in the account that owns them. */
export const RELEASE_PATH_READS = [
  'ec2:DescribeInternetGateways',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeRouteTables',
] as const;

/**
 * Reads of the roles whose sessions were denied, by the way that the deployment chose. The fixed policy's stay in both: incidents
 * that it contained before the choice was changed are released too.
 */
export const SESSION_DENY_LOOK: Readonly<Record<SessionDenyWay, readonly string[]>> = {
  'attach-fixed-policy': ['iam:GetRole', 'iam:ListAttachedRolePolicies'],
  'put-role-policy': ['iam:GetRole', 'iam:ListAttachedRolePolicies', 'iam:GetRolePolicy'],
};

/** What gives the instance back its network, its attributes and its group. */
const instanceStatements = (names: Names): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  const marked = { StringEquals: ofIncident };
  return [
    {
      Sid: 'RestoreInterface',
      Effect: 'Allow',
      Action: 'ec2:ModifyNetworkInterfaceAttribute',
      // The instance too, as where it was isolated: AWS does not say when it asks for it.
      Resource: [arn('network-interface/*'), arn('instance/*')],
      Condition: marked,
    },
    {
      Sid: 'IntoFormerGroups',
      Effect: 'Allow',
      Action: 'ec2:ModifyNetworkInterfaceAttribute',
      Resource: arn('security-group/*'),
    },
    {
      Sid: 'GiveBackAddress',
      Effect: 'Allow',
      Action: 'ec2:AssociateAddress',
      Resource: arn('network-interface/*'),
      Condition: marked,
    },
    {
      Sid: 'TakeFormerAddress',
      Effect: 'Allow',
      Action: 'ec2:AssociateAddress',
      Resource: arn('elastic-ip/*'),
    },
    {
      Sid: 'RestoreAttributesOrStart',
      Effect: 'Allow',
      Action: ['ec2:ModifyInstanceAttribute', 'ec2:ModifyInstanceMetadataOptions', 'ec2:StartInstances'],
      Resource: arn('instance/*'),
      Condition: marked,
    },
    // Without a grant for its volumes' key an instance that is started stops again at once, with no denial to be seen:
    // https://repost.aws/knowledge-center/kms-iam-ec2-permission
    ebsGrantStatement('StartWithKeys', memberArn(names, 'kms', 'key/*')),
    {
      Sid: 'LetVolumesGo',
      Effect: 'Allow',
      Action: 'ec2:ModifyInstanceAttribute',
      Resource: arn('volume/*'),
    },
  ];
};

/** What brings it back into its group, behind its load balancers and to its volumes, and takes the marks off. */
const serviceStatements = (names: Names): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  const marked = { StringEquals: ofIncident };
  return [
    {
      Sid: 'BackIntoAutoScaling',
      Effect: 'Allow',
      Action: 'autoscaling:AttachInstances',
      Resource: memberArn(names, 'autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*'),
    },
    // What was held goes back to where it was taken from: both carry the incident's tag until the release's last step.
    {
      Sid: 'AttachHeldVolumes',
      Effect: 'Allow',
      Action: 'ec2:AttachVolume',
      Resource: [arn('instance/*'), arn('volume/*')],
      Condition: marked,
    },
    // No condition key sees a target: the session names the one target group or balancer.
    {
      Sid: 'BackBehindBalancers',
      Effect: 'Allow',
      Action: [
        'elasticloadbalancing:RegisterTargets',
        'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
      ],
      Resource: [
        memberArn(names, 'elasticloadbalancing', 'targetgroup/*'),
        memberArn(names, 'elasticloadbalancing', 'loadbalancer/*'),
      ],
    },
    // One that is in use, by an interface or by another group's rule, EC2 does not delete.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    {
      Sid: 'RemoveIsolationGroup',
      Effect: 'Allow',
      Action: 'ec2:DeleteSecurityGroup',
      Resource: arn('security-group/*'),
      Condition: { StringEquals: { [`aws:ResourceTag/${TAGS.isolation}`]: 'true' } },
    },
    {
      Sid: 'UnmarkContained',
      Effect: 'Allow',
      Action: 'ec2:DeleteTags',
      Resource: [arn('instance/*'), arn('network-interface/*'), arn('volume/*')],
      Condition: {
        StringEquals: ofIncident,
        'ForAllValues:StringEquals': { 'aws:TagKeys': [TAGS.incident] },
        Null: { 'aws:TagKeys': 'false' },
      },
    },
  ];
};

const isolation = { [`aws:ResourceTag/${TAGS.isolation}`]: 'true' };

/** To give back what was cut beyond the instance, and to take away what was made for it: of each technique that the deployment names. */
const beyondStatements = (names: Names, technique: BeyondInstance): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  switch (technique) {
    case 'subnet-acl':
      return [
        {
          Sid: 'RestoreSubnetAcl',
          Effect: 'Allow',
          Action: 'ec2:ReplaceNetworkAclAssociation',
          Resource: [arn('network-acl/*'), arn('subnet/*')],
        },
        {
          Sid: 'RemoveClosedAcl',
          Effect: 'Allow',
          Action: 'ec2:DeleteNetworkAcl',
          Resource: arn('network-acl/*'),
          Condition: { StringEquals: isolation },
        },
      ];
    case 'route-table':
      return [
        {
          Sid: 'RestoreSubnetRoutes',
          Effect: 'Allow',
          Action: ['ec2:ReplaceRouteTableAssociation', 'ec2:DisassociateRouteTable'],
          Resource: [arn('route-table/*'), arn('subnet/*')],
        },
        {
          Sid: 'RemoveEmptyTable',
          Effect: 'Allow',
          Action: 'ec2:DeleteRouteTable',
          Resource: arn('route-table/*'),
          Condition: { StringEquals: isolation },
        },
      ];
    case 'internet-gateway':
      return [
        {
          Sid: 'AttachInternetGateway',
          Effect: 'Allow',
          Action: 'ec2:AttachInternetGateway',
          Resource: [arn('internet-gateway/*'), arn('vpc/*')],
        },
      ];
    // What it opened is closed by what opened it, not by a release.
    case 'untracking':
    case 'management-path':
      return [];
  }
};

/** To detach the one fixed deny and to take its marks off the role: no other policy, no other tag. */
const detachStatements = (names: Names): readonly Statement[] => [
  {
    Sid: 'LiftSessionDenyOnly',
    Effect: 'Allow',
    Action: 'iam:DetachRolePolicy',
    Resource: iamArn(names, 'role/*'),
    Condition: { ArnEquals: { 'iam:PolicyARN': sessionDenyPolicyArn(names) } },
  },
  {
    Sid: 'UnmarkRole',
    Effect: 'Allow',
    Action: 'iam:UntagRole',
    Resource: iamArn(names, 'role/*'),
    Condition: {
      'ForAllValues:StringEquals': { 'aws:TagKeys': [...SESSION_DENY_TAG_KEYS] },
      Null: { 'aws:TagKeys': 'false' },
    },
  },
  neverOnProtectedRoles(names, ['iam:DetachRolePolicy', 'iam:UntagRole']),
];

/**
 * To delete the deny that was written into the role. No condition key sees an inline policy's name
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html), so that
 * any inline policy of a role that is not protected may be deleted: `residualRisks` says so.
 */
const deleteStatements = (names: Names): readonly Statement[] => [
  {
    Sid: 'DeleteSessionDeny',
    Effect: 'Allow',
    Action: 'iam:DeleteRolePolicy',
    Resource: iamArn(names, 'role/*'),
  },
  neverOnProtectedRoles(names, 'iam:DeleteRolePolicy'),
];

const liftStatements = (
  names: Names,
  { sessionDeny }: Pick<Containment, 'sessionDeny'>,
): readonly Statement[] => {
  switch (sessionDeny) {
    case 'attach-fixed-policy':
      return detachStatements(names);
    case 'put-role-policy':
      return deleteStatements(names);
  }
};

/**
 * The release duty: the undo of what contain and revoke do, on what carries the session's own incident. It takes the
 * quarantine profile away and lifts the session deny, by the way that the deployment chose; to give the former profile back
 * it would have to pass any workload's role, which no role of ours may: whoever may pass it in the member account associates
 * it again.
 */
export const releaseStatements = (names: Names, containment: Containment): readonly Statement[] => [
  {
    Sid: 'Read',
    Effect: 'Allow',
    Action: [...RELEASE_READS, ...RELEASE_PATH_READS, ...RELEASE_BALANCER_READS],
    Resource: '*',
  },
  ...instanceStatements(names),
  ...serviceStatements(names),
  // No condition key sees an entry's number or address: the session names the one ACL.
  {
    Sid: 'RemoveDenyEntries',
    Effect: 'Allow',
    Action: 'ec2:DeleteNetworkAclEntry',
    Resource: memberArn(names, 'ec2', 'network-acl/*'),
  },
  ...containment.beyondInstance.flatMap((technique) => beyondStatements(names, technique)),
  {
    Sid: 'EndQuarantineProfile',
    Effect: 'Allow',
    Action: 'ec2:DisassociateIamInstanceProfile',
    Resource: memberArn(names, 'ec2', 'instance/*'),
    Condition: {
      StringEquals: ofIncident,
      ArnEquals: {
        'ec2:InstanceProfile': iamArn(names, `instance-profile${IAM_PATH}${QUARANTINE_PROFILE_NAME}`),
      },
    },
  },
  {
    Sid: 'ReadRole',
    Effect: 'Allow',
    Action: SESSION_DENY_LOOK[containment.sessionDeny],
    Resource: iamArn(names, 'role/*'),
  },
  ...liftStatements(names, containment),
];
