/** Why operations of the local organization are not witnessed. */
export interface Unwitnessed {
  /** As `service:Operation`, or `service:*` for all of a service. */
  readonly what: readonly string[];
  readonly because: string;
}

/** Of moto at the pinned version. What is in no entry is told as an operation without a step. */
export const UNWITNESSED: readonly Unwitnessed[] = [
  {
    what: [
      'ec2:LockSnapshot',
      'ec2:UnlockSnapshot',
      'ec2:DescribeLockedSnapshots',
      'ec2:ModifySnapshotTier',
      'ec2:RestoreSnapshotTier',
      'ec2:SendDiagnosticInterrupt',
      'ec2:GetConsoleScreenshot',
      'ec2:DescribeTrunkInterfaceAssociations',
      'cloudformation:ActivateOrganizationsAccess',
      'cloudformation:DescribeOrganizationsAccess',
      'cloudformation:DetectStackSetDrift',
      'cloudtrail:LookupEvents',
      'guardduty:GetFindings',
      'guardduty:ListFindings',
      'ssm:DescribeInstanceInformation',
      'ssm:ListInventoryEntries',
      'inspector2:ListFindings',
      's3:GetObjectRetention',
    ],
    because: 'moto has no such operation, or none that keeps what it is asked about',
  },
  {
    what: ['ec2:CopySnapshot'],
    because: 'moto copies no snapshot that another account shared, and takes a key that does not exist',
  },
  {
    what: [
      'ec2:GetConsoleOutput',
      'ssm:SendCommand',
      'ssm:CancelCommand',
      'ssm:GetCommandInvocation',
      'ssm:ListCommandInvocations',
      'ssm:ListCommands',
      'lambda:*',
      'states:*',
    ],
    because: 'moto answers with a fixed text, or as done, without doing anything',
  },
  {
    what: ['cloudformation:DeleteStackInstances', 'cloudformation:ListStackSetOperationResults'],
    because: 'moto reads accounts alone: where units are named it removes nothing, and has no results',
  },
  {
    what: ['sts:GetSessionToken'],
    because: 'moto looks at no MFA, and what a session says of it shows in policies alone',
  },
  {
    what: ['route53resolver:*'],
    because: 'moto has no DNS Firewall',
  },
  {
    what: ['ebs:ListSnapshotBlocks', 'ebs:GetSnapshotBlock'],
    because: 'moto has no blocks of a snapshot that EC2 made',
  },
];

/** Rules that no step can ask moto about, whatever the operation. */
export const RULES_NOT_WITNESSED: readonly string[] = [
  'authorization: moto evaluates no policy by default; IAM, key policies, grants, bucket policies and SCPs rest on documentation (docs/policies.md)',
  'a snapshot shared with another account, copied there under its key',
  'what takes time: snapshots, volumes, instances and associations are done at once in moto',
  'health: moto checks none, and every registered target that runs is healthy there',
  'what flow logs write: moto writes nothing, so that FilterLogEvents is witnessed of an empty log group alone',
  'StackSets beyond one unit in one Region: the order of Regions, tolerance of failures, queues, automatic deployment, drift',
  'throttling, and calls that fail half way',
];
