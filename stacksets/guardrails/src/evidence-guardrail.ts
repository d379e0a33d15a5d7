import {
  dutyRoleName,
  IAM_PATH,
  READ_TRAIL_NAME,
  READS_NAME,
  RECORDER_FUNCTION_NAME,
} from '@cordon/incident';
import { policyDocument } from '@cordon/constructs';
import { bootstrap, BREAK_GLASS, roles, unless } from './principals.ts';

/**
 * For the evidence account: no principal of it, root and break-glass included, ends or unlocks a copy, or publishes one.
 * To dispose of evidence, the management account takes this policy off first; that is seen. Nor does anybody but deployment and break-glass
 * keep reads from being known.
 */
export const evidenceGuardrail = (): object => {
  const copies = { Effect: 'Deny', Resource: 'arn:aws:ec2:*:*:snapshot/*' };
  const custodian = roles(`${IAM_PATH.slice(1)}${dutyRoleName('custodian')}`);
  return policyDocument([
    {
      Sid: 'EndNoCopy',
      ...copies,
      Action: ['ec2:DeleteSnapshot', 'ec2:ModifySnapshotTier', 'ec2:UnlockSnapshot'],
    },
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
      Action: ['ec2:LockSnapshot', 'ec2:ModifySnapshotAttribute', 'ec2:ResetSnapshotAttribute'],
      Condition: unless(custodian),
    },
    // Who read evidence is known by a trail, by the rules that hear of it, and by what waits to be told.
    {
      Sid: 'KeepTrail',
      Effect: 'Deny',
      Action: [
        'cloudtrail:DeleteTrail',
        'cloudtrail:PutEventSelectors',
        'cloudtrail:StopLogging',
        'cloudtrail:UpdateTrail',
      ],
      Resource: `arn:aws:cloudtrail:*:*:trail/${READ_TRAIL_NAME}`,
      Condition: unless(bootstrap(), BREAK_GLASS),
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
      Resource: 'arn:aws:events:*:*:rule/cordon-*',
      Condition: unless(bootstrap(), BREAK_GLASS),
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
      Resource: `arn:aws:sqs:*:*:${READS_NAME}`,
      Condition: unless(roles(`${IAM_PATH.slice(1)}${RECORDER_FUNCTION_NAME}`), bootstrap(), BREAK_GLASS),
    },
    {
      Sid: 'KeepBlockPublicAccess',
      Effect: 'Deny',
      Action: 'ec2:DisableSnapshotBlockPublicAccess',
      Resource: '*',
      Condition: unless(BREAK_GLASS),
    },
  ]);
};
