import { TAGS } from '@cordon/incident';
import { ebsKeyStatements } from './acquire.ts';
import { sourceSnapshots } from './contain.ts';
import { madeForIncident, ofIncident, type Names, type Statement } from './statement.ts';

/** Reads that have no resource level. */
export const CUSTODIAN_READS = ['ec2:DescribeSnapshots'] as const;

/**
 * The custodian duty in the evidence account: copy what was shared, under the evidence key; lock it; share it with the
 * forensics account. It can delete, unlock and publish nothing, and lock for no shorter time than `lockDays`.
 */
export const custodianStatements = (names: Names, lockDays: number): readonly Statement[] => {
  const snapshots = `arn:${names.partition}:ec2:*::snapshot/*`;
  const evidence = { [`aws:ResourceTag/${TAGS.hop}`]: 'evidence', ...ofIncident };
  const born = { [`aws:RequestTag/${TAGS.hop}`]: 'evidence', ...madeForIncident };
  const ofOrganization = { StringEquals: { 'aws:ResourceOrgID': names.organizationId } };
  return [
    { Sid: 'Read', Effect: 'Allow', Action: CUSTODIAN_READS, Resource: '*' },
    {
      Sid: 'CopyShared',
      Effect: 'Allow',
      Action: 'ec2:CopySnapshot',
      Resource: sourceSnapshots(names.partition),
      Condition: { Null: { [`aws:RequestTag/${TAGS.incident}`]: 'true' } },
    },
    {
      Sid: 'CopyIntoEvidence',
      Effect: 'Allow',
      Action: 'ec2:CopySnapshot',
      Resource: snapshots,
      Condition: { StringEquals: born },
    },
    {
      Sid: 'TagEvidenceAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: snapshots,
      Condition: { StringEquals: { 'ec2:CreateAction': 'CopySnapshot', ...born } },
    },
    {
      Sid: 'LockEvidence',
      Effect: 'Allow',
      Action: 'ec2:LockSnapshot',
      Resource: snapshots,
      Condition: {
        StringEquals: evidence,
        // A governance lock can be made shorter by whoever may lock: https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-concepts.html
        NumericGreaterThanEquals: { 'ec2:SnapshotLockDuration': String(lockDays) },
      },
    },
    {
      Sid: 'ShareWithForensicsOnly',
      Effect: 'Allow',
      Action: 'ec2:ModifySnapshotAttribute',
      Resource: snapshots,
      Condition: {
        StringEquals: { ...evidence, 'ec2:Add/userId': names.forensicsAccount },
        Null: { 'ec2:Add/group': 'true' },
      },
    },
    // Asking whether another account's key admits us is a call of our own, not one of EC2's.
    {
      Sid: 'TellKeys',
      Effect: 'Allow',
      Action: 'kms:DescribeKey',
      Resource: `arn:${names.partition}:kms:*:*:key/*`,
      Condition: ofOrganization,
    },
    ...ebsKeyStatements('Keys', `arn:${names.partition}:kms:*:*:key/*`, ofOrganization),
  ];
};
