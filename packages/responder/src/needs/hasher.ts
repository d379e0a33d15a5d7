import { BLOCK_HASHER_FUNCTION_NAME, dutyRoleArn, TAGS, vaultBucketName } from '@cordon/incident';
import { ofIncident, SESSION_INCIDENT, type Names, type Statement } from './statement.ts';

/** What reads blocks: nobody else has any of it. https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-permissions.html */
export const READ_BLOCKS = ['ebs:ListSnapshotBlocks', 'ebs:GetSnapshotBlock'] as const;

/** Where the block manifests of an incident lie in the vault, those of its later plans included; `incident` may be a variable. */
const blockManifestsArn = (names: Pick<Names, 'partition' | 'evidenceAccount'>, incident: string): string =>
  `arn:${names.partition}:s3:::${vaultBucketName(names.evidenceAccount)}/incidents/${incident}*/objects/blocks/*`;

/** What EBS needs of the snapshot's key to give a block: of the organization's alone, and in no other way. */
const decryptThroughEc2 = (names: Names): Statement => ({
  Sid: 'Decrypt',
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: `arn:${names.partition}:kms:*:*:key/*`,
  Condition: {
    StringEquals: { 'aws:ResourceOrgID': names.organizationId },
    StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' },
  },
});

/**
 * The hasher duty in the evidence account: reads blocks of its incident's evidence copies and of snapshots that are shared with the
 * account, and writes block manifests of its incident into the vault, each once. It signs, copies, locks and deletes nothing.
 * `vaultKey` is the ARN of the vault's key.
 */
export const hasherStatements = (names: Names, vaultKey: string): readonly Statement[] => {
  const snapshots = `arn:${names.partition}:ec2:*::snapshot/*`;
  return [
    {
      Sid: 'ReadBlocksOfEvidence',
      Effect: 'Allow',
      Action: READ_BLOCKS,
      Resource: snapshots,
      Condition: { StringEquals: { [`aws:ResourceTag/${TAGS.hop}`]: 'evidence', ...ofIncident } },
    },
    // Tags of a snapshot that is shared are not seen (aws-facts 3.2). Whatever carries a mark of ours here is this account's own.
    {
      Sid: 'ReadBlocksOfShared',
      Effect: 'Allow',
      Action: READ_BLOCKS,
      Resource: snapshots,
      Condition: { Null: { [`aws:ResourceTag/${TAGS.incident}`]: 'true' } },
    },
    decryptThroughEc2(names),
    {
      Sid: 'WriteBlockManifests',
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: blockManifestsArn(names, SESSION_INCIDENT),
    },
    {
      Sid: 'VaultKey',
      Effect: 'Allow',
      Action: 'kms:GenerateDataKey',
      Resource: vaultKey,
      Condition: { StringEquals: { 'kms:ViaService': `s3.${names.homeRegion}.amazonaws.com` } },
    },
  ];
};

/**
 * The read-source duty of a member: reads blocks of what its incident froze there, where AWS does not let the evidence account read them through
 * their share. It is made only where the deployment says so (`evidence.blockHashes.fromMember`), by a template of its own.
 */
export const readSourceStatements = (names: Names): readonly Statement[] => [
  {
    Sid: 'ReadBlocksOfSource',
    Effect: 'Allow',
    Action: READ_BLOCKS,
    Resource: `arn:${names.partition}:ec2:*::snapshot/*`,
    Condition: { StringEquals: { [`aws:ResourceTag/${TAGS.intermediate}`]: 'true', ...ofIncident } },
  },
  decryptThroughEc2(names),
];

/**
 * What the block hasher's function may do with its own role: act as its duties, and log, in every Region.
 *
 * @param fromMember whether members have a role by which it reads sources
 */
export const blockHasherStatements = (names: Names, fromMember: boolean): readonly Statement[] => [
  {
    Sid: 'AssumeDuty',
    Effect: 'Allow',
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    Resource: [
      dutyRoleArn(names.partition, names.evidenceAccount, 'hasher'),
      ...(fromMember ? [dutyRoleArn(names.partition, '*', 'read-source')] : []),
    ],
  },
  {
    Sid: 'Log',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: `arn:${names.partition}:logs:*:${names.evidenceAccount}:log-group:/aws/lambda/${BLOCK_HASHER_FUNCTION_NAME}:*`,
  },
];
