import type { Containment, SessionDenyWay } from '@cordon/incident';
import { DNS_VERIFY_READS } from './dns-firewall.ts';
import type { Names, Statement } from './statement.ts';

/** Reads that the inspect duty may make; none has a resource level. */
export const INSPECT_READS = [
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceAttribute',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSubnets',
  'ec2:DescribeTrunkInterfaceAssociations',
  'ec2:DescribeVolumes',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeIamInstanceProfileAssociations',
  'autoscaling:DescribeAutoScalingInstances',
  // How large the group is of which another member was contained a short while ago.
  'autoscaling:DescribeAutoScalingGroups',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeSpotInstanceRequests',
  // Where the policy wants a management path, or memory.
  'ec2:DescribeVpcEndpoints',
  'ssm:DescribeInstanceInformation',
] as const;

/** Whether a volume's key can be used. It has a resource level in the role; a session names none, for no read says which keys there are. */
export const KEY_READ = 'kms:DescribeKey';

/** The right to look at keys of the account, and nothing under them. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
export const keyReadStatement = ({
  partition,
  account,
}: Pick<Names, 'partition' | 'account'>): Statement => ({
  Sid: 'TellKeys',
  Effect: 'Allow',
  Action: KEY_READ,
  Resource: `arn:${partition}:kms:*:${account}:key/*`,
});

/** Reads by which the load balancers of an instance are found; none has a resource level. */
export const BALANCER_READS = [
  'elasticloadbalancing:DescribeInstanceHealth',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
] as const;

/** Reads by which the session deny is looked for, whichever way it was made. */
export const DENY_READS = ['iam:GetInstanceProfile', 'iam:GetRole', 'iam:ListAttachedRolePolicies'] as const;

/** Reads by which containment is verified, beside the reads above. */
export const VERIFY_READS = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeTrunkInterfaceAssociations',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeIamInstanceProfileAssociations',
  ...DENY_READS,
] as const;

/** Reads by which changes to subnets and VPCs are verified, in the account that owns them. */
export const VERIFY_PATH_READS = [
  'ec2:DescribeInternetGateways',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeRouteTables',
] as const;

/** Reads by which the flow logs of an instance's interfaces are found; none has a resource level. */
export const PROOF_READS = [
  'ec2:DescribeFlowLogs',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
] as const;

/**
 * The right to read what flow logs wrote: the log groups that the deployment names and no other, for log groups hold all that workloads
 * write. A log group's resource has more after its name, so that a policy must name it with `:*`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
 */
export const flowLogStatements = (
  { partition, account }: Pick<Names, 'partition' | 'account'>,
  { flowLogGroups }: Pick<Containment, 'flowLogGroups'>,
): readonly Statement[] =>
  flowLogGroups.length === 0
    ? []
    : [
        {
          Sid: 'ReadFlowLogs',
          Effect: 'Allow',
          Action: 'logs:FilterLogEvents',
          Resource: flowLogGroups.map((name) => `arn:${partition}:logs:*:${account}:log-group:${name}:*`),
        },
      ];

/**
 * What verification reads beside that, by the way in which sessions are denied. The way is a choice of the deployment, so
 * the reads of the fixed policy stay in both: incidents that it contained before the choice was changed can be read back.
 */
export const SESSION_DENY_READS: Readonly<Record<SessionDenyWay, readonly string[]>> = {
  'attach-fixed-policy': [],
  'put-role-policy': ['iam:GetRolePolicy'],
};

/** Reads by which an instance is found whose finding does not say where it is. */
export const LOCATE_READS = [
  'ec2:DescribeRegions',
  'ec2:DescribeInstances',
  'ec2:DescribeIamInstanceProfileAssociations',
  'iam:GetInstanceProfile',
] as const;

/** Reads by which roles that an instance assumed are traced, in every Region: one statement cannot name a trail's history. */
const TRACE_READS = ['cloudtrail:LookupEvents', 'ec2:DescribeRegions'] as const;

/** Reads of what surrounds a finding, beside the trail and the flow logs; none has a resource level. */
export const CONTEXT_READS = [
  'ec2:DescribeSecurityGroups',
  'guardduty:GetFindings',
  'guardduty:ListDetectors',
  'ssm:DescribeInstanceInformation',
  'ssm:ListInventoryEntries',
] as const;

/** The inspect duty: reads, and nothing that changes anything. */
export const inspectStatements = ({
  sessionDeny,
}: Pick<Containment, 'sessionDeny'>): readonly Statement[] => [
  {
    Sid: 'Read',
    Effect: 'Allow',
    Action: [
      ...new Set([
        ...INSPECT_READS,
        ...BALANCER_READS,
        ...VERIFY_READS,
        ...VERIFY_PATH_READS,
        ...DNS_VERIFY_READS,
        ...SESSION_DENY_READS[sessionDeny],
        ...PROOF_READS,
        ...LOCATE_READS,
        ...TRACE_READS,
        ...CONTEXT_READS,
      ]),
    ],
    Resource: '*',
  },
];
