import { dutyRoleName, IAM_PATH } from '@cordon/incident';
import { policyDocument } from '@cordon/constructs';
import { BREAK_GLASS, roles, unless } from './principals.ts';

/**
 * For the evidence account: no principal of it, root and break-glass included, ends or unlocks a copy, or publishes one.
 * To dispose of evidence, the management account takes this policy off first; that is seen.
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
    {
      Sid: 'KeepBlockPublicAccess',
      Effect: 'Deny',
      Action: 'ec2:DisableSnapshotBlockPublicAccess',
      Resource: '*',
      Condition: unless(BREAK_GLASS),
    },
  ]);
};
