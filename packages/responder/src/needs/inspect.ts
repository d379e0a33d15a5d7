import type { Statement } from './statement.ts';

/** Reads that the inspect duty may make; none has a resource level. */
export const INSPECT_READS = [
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceAttribute',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVolumes',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeIamInstanceProfileAssociations',
  'autoscaling:DescribeAutoScalingInstances',
] as const;

/** Reads by which containment is verified, beside the reads above. */
export const VERIFY_READS = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeIamInstanceProfileAssociations',
  'iam:GetInstanceProfile',
  'iam:GetRole',
  'iam:ListAttachedRolePolicies',
] as const;

/** Reads by which an instance is found whose finding does not say where it is. */
export const LOCATE_READS = [
  'ec2:DescribeRegions',
  'ec2:DescribeInstances',
  'ec2:DescribeIamInstanceProfileAssociations',
  'iam:GetInstanceProfile',
] as const;

/** The inspect duty: reads, and nothing that changes anything. */
export const inspectStatements = (): readonly Statement[] => [
  {
    Sid: 'Read',
    Effect: 'Allow',
    Action: [...new Set([...INSPECT_READS, ...VERIFY_READS, ...LOCATE_READS])],
    Resource: '*',
  },
];
