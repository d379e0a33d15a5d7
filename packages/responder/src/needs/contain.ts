import { BALANCER_READS } from './inspect.ts';
import { TAGS, type BeyondInstance, type Containment, type OpeningKind } from '@cordon/incident';
import { madeForIncident, ofIncident, type Names, type Statement } from './statement.ts';

/** Reads that have no resource level. */
const CONTAIN_READS = [
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeRouteTables',
  'ec2:DescribeVolumes',
  'autoscaling:DescribeAutoScalingGroups',
  ...BALANCER_READS,
] as const;
/** ARN patterns in the role's account, any Region. */
export const memberArn = (
  { partition, account }: Pick<Names, 'partition' | 'account'>,
  service: string,
  rest: string,
): string => `arn:${partition}:${service}:*:${account}:${rest}`;

/**
 * Snapshots that are copied from or made into volumes, and may be another account's. Their ARN names no account, says the
 * service reference, but AWS's own sample for CopySnapshot has one with the owner's: this pattern fits either.
 * https://docs.aws.amazon.com/ebs/latest/userguide/security_iam_id-based-policy-examples.html
 */
export const sourceSnapshots = (partition: string): string => `arn:${partition}:ec2:*:*:snapshot/*`;

/** Attributes of an instance that would run another's code at its next start, change what it is, or open it past its interfaces. */
const NEVER_MODIFIED = [
  'UserData',
  'InstanceType',
  'Kernel',
  'Ramdisk',
  'SourceDestCheck',
  'GroupSet',
  'Groups',
  'EnaSupport',
  'SriovNetSupport',
] as const;

/** What keeps the instance and its disks, and takes its public paths. */
const instanceStatements = (names: Names): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  return [
    {
      Sid: 'ReleaseAddress',
      Effect: 'Allow',
      Action: 'ec2:DisassociateAddress',
      Resource: [arn('elastic-ip/*'), arn('network-interface/*')],
    },
    {
      Sid: 'ProtectCrashOrStop',
      Effect: 'Allow',
      Action: ['ec2:ModifyInstanceAttribute', 'ec2:SendDiagnosticInterrupt', 'ec2:StopInstances'],
      Resource: arn('instance/*'),
    },
    // A volume is detached only of what the session's own incident holds: both carry its tag by then.
    {
      Sid: 'HoldVolumes',
      Effect: 'Allow',
      Action: 'ec2:DetachVolume',
      Resource: [arn('instance/*'), arn('volume/*')],
      Condition: { StringEquals: ofIncident },
    },
    {
      Sid: 'TurnMetadataOff',
      Effect: 'Allow',
      Action: 'ec2:ModifyInstanceMetadataOptions',
      Resource: arn('instance/*'),
    },
    // AWS documents neither the names nor the values of this key, and gives no other for what is asked for (`ec2:MetadataHttpEndpoint` is
    // what the instance has): a deny, for the same reason as below.
    {
      Sid: 'NeverMetadataOn',
      Effect: 'Deny',
      Action: 'ec2:ModifyInstanceMetadataOptions',
      Resource: arn('instance/*'),
      Condition: { StringEqualsIgnoreCase: { 'ec2:Attribute/HttpEndpoint': 'enabled' } },
    },
    { Sid: 'KeepVolumes', Effect: 'Allow', Action: 'ec2:ModifyInstanceAttribute', Resource: arn('volume/*') },
    // What is attribute here is code or size there: none of these has to do with containment. How AWS spells the value of
    // this key is not documented, so it is a deny: were it spelt otherwise, nothing that containment needs would be lost.
    {
      Sid: 'NeverItsCodeOrShape',
      Effect: 'Deny',
      Action: 'ec2:ModifyInstanceAttribute',
      Resource: arn('instance/*'),
      Condition: { StringEqualsIgnoreCase: { 'ec2:Attribute': NEVER_MODIFIED } },
    },
  ];
};

/** What marks it, and takes it out of its group and its load balancers. */
const serviceStatements = (names: Names): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  return [
    // The interfaces too: guardrails keep what carries this tag from everybody else.
    {
      Sid: 'MarkContained',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: [arn('instance/*'), arn('network-interface/*'), arn('volume/*')],
      Condition: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': [TAGS.incident] },
        Null: { 'aws:TagKeys': 'false' },
        StringEquals: madeForIncident,
      },
    },
    {
      Sid: 'DetachFromAutoScaling',
      Effect: 'Allow',
      Action: 'autoscaling:DetachInstances',
      Resource: memberArn(names, 'autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*'),
    },
    // No condition key names a target: the session policy names the groups, and what it takes out is in the journal.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_elasticloadbalancing.html
    {
      Sid: 'LeaveBalancers',
      Effect: 'Allow',
      Action: [
        'elasticloadbalancing:DeregisterTargets',
        'elasticloadbalancing:DeregisterInstancesFromLoadBalancer',
      ],
      Resource: [
        memberArn(names, 'elasticloadbalancing', 'targetgroup/*'),
        memberArn(names, 'elasticloadbalancing', 'loadbalancer/*'),
      ],
    },
  ];
};

const isolation = { [`aws:ResourceTag/${TAGS.isolation}`]: 'true' };
const madeIsolation = { [`aws:RequestTag/${TAGS.isolation}`]: 'true' };

/** To make a thing of ours in a VPC, marked from birth. */
const makeMarked = (
  names: Names,
  kind: 'network-acl' | 'route-table',
  create: string,
): readonly Statement[] => [
  {
    Sid: `${create}Marked`,
    Effect: 'Allow',
    Action: `ec2:${create}`,
    Resource: memberArn(names, 'ec2', `${kind}/*`),
    Condition: { StringEquals: madeIsolation },
  },
  {
    Sid: `${create}InVpc`,
    Effect: 'Allow',
    Action: `ec2:${create}`,
    Resource: memberArn(names, 'ec2', 'vpc/*'),
  },
  {
    Sid: `${create}Tag`,
    Effect: 'Allow',
    Action: 'ec2:CreateTags',
    Resource: memberArn(names, 'ec2', `${kind}/*`),
    Condition: { StringEquals: { 'ec2:CreateAction': create } },
  },
];

/** Which rules each kind of opening needs to write. */
const RULES: Readonly<Record<OpeningKind, readonly string[]>> = {
  untracking: ['ec2:AuthorizeSecurityGroupEgress', 'ec2:AuthorizeSecurityGroupIngress'],
  'management-path': ['ec2:AuthorizeSecurityGroupEgress'],
};

/**
 * What opens an interface for a bounded time, and closes it (ADR 0013): a group of the session's own incident, made with its mark, with
 * rules, and gone again. What a rule says no condition key sees: `residualRisks` says so.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
const openingStatements = (names: Names, opens: OpeningKind): readonly Statement[] => {
  const groups = memberArn(names, 'ec2', 'security-group/*');
  const mark = opens === 'untracking' ? 'Untracking' : 'ManagementPath';
  const marked = { [`aws:ResourceTag/${TAGS.isolation}`]: opens, ...ofIncident };
  return [
    {
      Sid: `${mark}MakeGroup`,
      Effect: 'Allow',
      Action: 'ec2:CreateSecurityGroup',
      Resource: groups,
      Condition: {
        StringEquals: { [`aws:RequestTag/${TAGS.isolation}`]: opens, ...madeForIncident },
      },
    },
    {
      Sid: `${mark}RuleAndEndGroup`,
      Effect: 'Allow',
      Action: [...RULES[opens], 'ec2:RevokeSecurityGroupEgress', 'ec2:DeleteSecurityGroup'],
      Resource: groups,
      Condition: { StringEquals: marked },
    },
    {
      Sid: `${mark}Open`,
      Effect: 'Allow',
      Action: 'ec2:ModifyNetworkInterfaceAttribute',
      Resource: groups,
      Condition: { StringEquals: marked },
    },
  ];
};

/**
 * What cuts beyond the instance, each technique only where the deployment names it. Whether AWS asks for the ACL or table
 * that a subnet leaves is not documented, so no tag can be demanded of it: `residualRisks` says what that leaves open.
 */
const beyondStatements = (names: Names, technique: BeyondInstance): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  switch (technique) {
    case 'subnet-acl':
      return [
        ...makeMarked(names, 'network-acl', 'CreateNetworkAcl'),
        {
          Sid: 'CutSubnet',
          Effect: 'Allow',
          Action: 'ec2:ReplaceNetworkAclAssociation',
          Resource: [arn('network-acl/*'), arn('subnet/*')],
        },
      ];
    case 'route-table':
      return [
        ...makeMarked(names, 'route-table', 'CreateRouteTable'),
        {
          Sid: 'GiveEmptyTable',
          Effect: 'Allow',
          Action: 'ec2:AssociateRouteTable',
          Resource: arn('route-table/*'),
          Condition: { StringEquals: isolation },
        },
        { Sid: 'ToSubnet', Effect: 'Allow', Action: 'ec2:AssociateRouteTable', Resource: arn('subnet/*') },
        {
          Sid: 'CutRoutes',
          Effect: 'Allow',
          Action: 'ec2:ReplaceRouteTableAssociation',
          Resource: [arn('route-table/*'), arn('subnet/*')],
        },
      ];
    case 'internet-gateway':
      return [
        {
          Sid: 'DetachInternetGateway',
          Effect: 'Allow',
          Action: 'ec2:DetachInternetGateway',
          Resource: [arn('internet-gateway/*'), arn('vpc/*')],
        },
      ];
    case 'untracking':
    case 'management-path':
      return openingStatements(names, technique);
  }
};

/** What closes what an empty group leaves open. An ACL of ours, which allows nothing, gets no entry. */
const networkStatements = (names: Names, beyond: readonly BeyondInstance[]): readonly Statement[] => [
  {
    Sid: 'DenyRemoteAddresses',
    Effect: 'Allow',
    Action: 'ec2:CreateNetworkAclEntry',
    Resource: memberArn(names, 'ec2', 'network-acl/*'),
    Condition: { StringNotEquals: isolation },
  },
  ...beyond.flatMap((technique) => beyondStatements(names, technique)),
  // What was opened is read back by what closes it: there are seconds, and the verification comes after.
  ...(beyond.some((technique) => technique === 'untracking' || technique === 'management-path')
    ? [
        {
          Sid: 'ReadOpened',
          Effect: 'Allow' as const,
          Action: 'ec2:DescribeNetworkInterfaces',
          Resource: '*',
        },
      ]
    : []),
];

/**
 * The contain duty: what cuts an instance off and keeps it, and nothing that could open or end it. An interface can be
 * put only into a group that carries our isolation tag; the tag can be given only to a group that is being made.
 */
export const containStatements = (names: Names, { beyondInstance }: Containment): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  return [
    { Sid: 'Read', Effect: 'Allow', Action: CONTAIN_READS, Resource: '*' },
    // AWS lists the instance among what this action is about and does not say when it asks for it; its own network plugin for
    // Kubernetes is allowed the action on instances too, and a containment that fails by it would be the worst of all denials.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    // https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/iam-policy.md
    {
      Sid: 'IsolateInterface',
      Effect: 'Allow',
      Action: 'ec2:ModifyNetworkInterfaceAttribute',
      Resource: [arn('network-interface/*'), arn('instance/*')],
    },
    {
      Sid: 'OnlyIntoIsolationGroups',
      Effect: 'Allow',
      Action: 'ec2:ModifyNetworkInterfaceAttribute',
      Resource: arn('security-group/*'),
      Condition: { StringEquals: isolation },
    },
    {
      Sid: 'MakeIsolationGroupInVpc',
      Effect: 'Allow',
      Action: 'ec2:CreateSecurityGroup',
      // A shared VPC is its owner's, also in its ARN: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
      Resource: `arn:${names.partition}:ec2:*:*:vpc/*`,
    },
    {
      Sid: 'MakeIsolationGroup',
      Effect: 'Allow',
      Action: 'ec2:CreateSecurityGroup',
      Resource: arn('security-group/*'),
      Condition: { StringEquals: madeIsolation },
    },
    {
      Sid: 'TagIsolationGroupAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: arn('security-group/*'),
      Condition: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } },
    },
    {
      Sid: 'EmptyIsolationGroup',
      Effect: 'Allow',
      Action: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
      Resource: arn('security-group/*'),
      Condition: { StringEquals: isolation },
    },
    ...instanceStatements(names),
    ...serviceStatements(names),
    ...networkStatements(names, beyondInstance),
  ];
};
