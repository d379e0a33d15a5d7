import {
  ARCHIVIST_FUNCTION_NAME,
  dutyRoleName,
  IAM_PATH,
  READ_TRAIL_NAME,
  READS_NAME,
  RECORDER_FUNCTION_NAME,
  type CordonConfig,
} from '@cordon/incident';
import { policyDocument } from '@cordon/constructs';
import { arn, bootstrap, breakGlass, roles, unless, type Where } from './principals.ts';

/** Who read evidence is known by a trail, by the rules that hear of it, and by what waits to be told. */
const keepReadsKnown = (where: Where): readonly object[] => [
  {
    Sid: 'KeepTrail',
    Effect: 'Deny',
    Action: [
      'cloudtrail:DeleteTrail',
      'cloudtrail:PutEventSelectors',
      'cloudtrail:StopLogging',
      'cloudtrail:UpdateTrail',
    ],
    Resource: arn(where, `cloudtrail:*:*:trail/${READ_TRAIL_NAME}`),
    Condition: unless(bootstrap(where), breakGlass(where)),
  },
  {
    Sid: 'KeepReadRules',
    Effect: 'Deny',
    Action: [
      'events:DeleteRule',
      'events:DisableRule',
      'events:PutRule',
      'events:PutTargets',
      'events:RemoveTargets',
    ],
    Resource: arn(where, 'events:*:*:rule/cordon-*'),
    Condition: unless(bootstrap(where), breakGlass(where)),
  },
  {
    Sid: 'KeepReads',
    Effect: 'Deny',
    Action: [
      'sqs:DeleteMessage',
      'sqs:DeleteQueue',
      'sqs:PurgeQueue',
      'sqs:ReceiveMessage',
      'sqs:SetQueueAttributes',
    ],
    Resource: arn(where, `sqs:*:*:${READS_NAME}`),
    Condition: unless(
      roles(where, `${IAM_PATH.slice(1)}${RECORDER_FUNCTION_NAME}`),
      bootstrap(where),
      breakGlass(where),
    ),
  },
];

/**
 * For the evidence account: no principal of it, root and break-glass included, unlocks a copy, or publishes one; nor ends or archives one,
 * but the roles that are made for it, where the deployment has them. What is locked they cannot end either: EC2 refuses it. Nor does anybody
 * but deployment and break-glass keep reads from being known.
 */
export const evidenceGuardrail = (config: CordonConfig): object => {
  const { accounts, evidence } = config;
  const copies = { Effect: 'Deny', Resource: arn(config, 'ec2:*:*:snapshot/*') };
  const path = IAM_PATH.slice(1);
  const custodian = roles(config, `${path}${dutyRoleName('custodian')}`);
  const archivist = roles(config, `${path}${ARCHIVIST_FUNCTION_NAME}`, accounts.evidence);
  const disposer = roles(config, `${path}${dutyRoleName('disposer')}`, accounts.evidence);
  return policyDocument([
    {
      Sid: 'EndNoCopy',
      ...copies,
      Action: [
        ...(evidence.disposers.length === 0 ? ['ec2:DeleteSnapshot'] : []),
        ...(evidence.archiveAfterDays === undefined ? ['ec2:ModifySnapshotTier'] : []),
        'ec2:UnlockSnapshot',
      ],
    },
    ...(evidence.disposers.length === 0
      ? []
      : [{ Sid: 'DisposerAlone', ...copies, Action: 'ec2:DeleteSnapshot', Condition: unless(disposer) }]),
    ...(evidence.archiveAfterDays === undefined
      ? []
      : [
          {
            Sid: 'ArchivistAlone',
            ...copies,
            Action: 'ec2:ModifySnapshotTier',
            Condition: unless(archivist),
          },
        ]),
    {
      Sid: 'PublishNoCopy',
      ...copies,
      Action: 'ec2:ModifySnapshotAttribute',
      Condition: { Null: { 'ec2:Add/group': 'false' } },
    },
    // A lock is made shorter by locking again, and a copy is shared by whoever may share it.
    {
      Sid: 'CustodianAlone',
      ...copies,
      Action: ['ec2:ModifySnapshotAttribute', 'ec2:ResetSnapshotAttribute'],
      Condition: unless(custodian),
    },
    ...keepReadsKnown(config),
    {
      Sid: 'LockNoShorter',
      ...copies,
      Action: 'ec2:LockSnapshot',
      Condition: unless(custodian, archivist),
    },
    {
      Sid: 'KeepBlockPublicAccess',
      Effect: 'Deny',
      Action: 'ec2:DisableSnapshotBlockPublicAccess',
      Resource: '*',
      Condition: unless(breakGlass(config)),
    },
  ]);
};
