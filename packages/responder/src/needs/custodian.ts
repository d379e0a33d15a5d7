import { TAGS } from '@cordon/incident';
import { ebsKeyStatements } from './acquire.ts';
import type { Names, Statement } from './statement.ts';

/** Reads that have no resource level. */
export const CUSTODIAN_READS = [
  'ec2:DescribeSnapshots',
  'ec2:DescribeLockedSnapshots',
  'ec2:DescribeSnapshotAttribute',
] as const;

/**
 * The custodian duty in the evidence account: copy what was shared, under the evidence key; lock it; share it with the
 * forensics account. It can delete, unlock and publish nothing.
 */
export const custodianStatements = (names: Names): readonly Statement[] => {
  const snapshots = `arn:${names.partition}:ec2:*::snapshot/*`;
  const evidence = { [`aws:ResourceTag/${TAGS.hop}`]: 'evidence' };
  return [
    { Sid: 'Read', Effect: 'Allow', Action: CUSTODIAN_READS, Resource: '*' },
    {
      Sid: 'CopyShared',
      Effect: 'Allow',
      Action: 'ec2:CopySnapshot',
      Resource: snapshots,
      Condition: { Null: { 'aws:RequestTag/cordon:hop': 'true' } },
    },
    {
      Sid: 'CopyIntoEvidence',
      Effect: 'Allow',
      Action: 'ec2:CopySnapshot',
      Resource: snapshots,
      Condition: {
        StringEquals: { [`aws:RequestTag/${TAGS.hop}`]: 'evidence' },
        Null: { [`aws:RequestTag/${TAGS.incident}`]: 'false' },
      },
    },
    {
      Sid: 'TagEvidenceAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: snapshots,
      Condition: { StringEquals: { 'ec2:CreateAction': 'CopySnapshot' } },
    },
    {
      Sid: 'LockEvidence',
      Effect: 'Allow',
      Action: 'ec2:LockSnapshot',
      Resource: snapshots,
      Condition: { StringEquals: evidence },
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
    },
    ...ebsKeyStatements('Keys', `arn:${names.partition}:kms:*:*:key/*`),
  ];
};
