import {
  IAM_PATH,
  KEEPER_FUNCTION_NAME,
  longestDays,
  READ_WATCH_FUNCTION_NAME,
  READS_NAME,
  RECORDER_FUNCTION_NAME,
  SESSION_READER_ROLE_NAME,
  SESSION_WATCH_FUNCTION_NAME,
  TOPIC_NAME,
  vaultArns,
  type Keeping,
} from '@cordon/incident';
import { landingArn } from './capture.ts';
import { regionVaultKeys } from './region-vault-keys.ts';
import type { Names, Statement } from './statement.ts';

/** A case may be kept for longer than all, within the deployment's bound. S3 lets nobody make it shorter who cannot bypass governance. */
const keepLonger = (buckets: readonly string[], keeping: Keeping): Statement => ({
  Sid: 'KeepLonger',
  Effect: 'Allow',
  Action: 's3:PutObjectRetention',
  Resource: buckets.map((bucket) => `${bucket}/incidents/*`),
  Condition: {
    NumericGreaterThanEquals: { 's3:object-lock-remaining-retention-days': String(keeping.lockDays) },
    // Whether a part of a day counts as one AWS does not say.
    NumericLessThanEquals: {
      's3:object-lock-remaining-retention-days': String(longestDays(keeping) + 1),
    },
    StringEquals: { 's3:object-lock-mode': keeping.lockMode.toUpperCase() },
  },
});

/** For the watch of reads, which acts in the recorder's role too: it hears of reads, and calls people for those past the desk. */
const watchOfReads = (names: Names): readonly Statement[] => [
  {
    Sid: 'TakeReads',
    Effect: 'Allow',
    Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    Resource: `arn:${names.partition}:sqs:${names.homeRegion}:${names.evidenceAccount}:${READS_NAME}`,
  },
  {
    Sid: 'CallPeople',
    Effect: 'Allow',
    Action: 'sns:Publish',
    Resource: `arn:${names.partition}:sns:${names.homeRegion}:${names.securityAccount}:${TOPIC_NAME}`,
  },
];

/** For the watch of sessions, which acts in the recorder's role too. */
const watchOfSessions = (names: Names): Statement => ({
  Sid: 'SeeSessions',
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Resource: `arn:${names.partition}:iam::${names.forensicsAccount}:role${IAM_PATH}${SESSION_READER_ROLE_NAME}`,
});

/** What it and its other entrances log. */
const log = (names: Names): Statement => ({
  Sid: 'Log',
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: [
    RECORDER_FUNCTION_NAME,
    KEEPER_FUNCTION_NAME,
    READ_WATCH_FUNCTION_NAME,
    SESSION_WATCH_FUNCTION_NAME,
  ].map(
    (name) =>
      `arn:${names.partition}:logs:${names.homeRegion}:${names.evidenceAccount}:log-group:/aws/lambda/${name}:*`,
  ),
});

/**
 * The recorder in the evidence account: writes the vault (it cannot overwrite, delete or shorten), signs with the custody
 * key, and reads what it signs about. The keeper, the watch of reads and the watch of sessions, its other entrances, act in the same role. `keys` are the ARNs of the custody key and of
 * the vault's key; `keeping` bounds for how long it may have an object kept.
 */
export const recorderStatements = (
  names: Names,
  keys: { readonly custody: string; readonly vault: string },
  keeping: Keeping,
): readonly Statement[] => {
  const buckets = vaultArns(names.partition, names.evidenceAccount);
  const objects = buckets.map((bucket) => `${bucket}/incidents/*`);
  return [
    {
      Sid: 'WriteVault',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:GetObject', 's3:GetObjectRetention'],
      Resource: objects,
    },
    {
      Sid: 'ListVault',
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:ListBucketVersions'],
      Resource: buckets,
      Condition: { StringLike: { 's3:prefix': 'incidents/*' } },
    },
    {
      Sid: 'VaultKey',
      Effect: 'Allow',
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: keys.vault,
      Condition: { StringEquals: { 'kms:ViaService': `s3.${names.homeRegion}.amazonaws.com` } },
    },
    regionVaultKeys(names, ['kms:GenerateDataKey', 'kms:Decrypt']),
    { Sid: 'Sign', Effect: 'Allow', Action: ['kms:Sign', 'kms:GetPublicKey'], Resource: keys.custody },
    {
      Sid: 'ReadEvidence',
      Effect: 'Allow',
      Action: ['ec2:DescribeSnapshots', 'ec2:DescribeLockedSnapshots', 'ec2:DescribeSnapshotAttribute'],
      Resource: '*',
    },
    keepLonger(buckets, keeping),
    ...(names.landing === true
      ? [
          {
            Sid: 'ReadLanding',
            Effect: 'Allow' as const,
            Action: 's3:GetObject',
            Resource: `${landingArn(names)}/part-*`,
          },
        ]
      : []),
    // For the keeper, which acts in this role: holds are set and lifted.
    {
      Sid: 'Hold',
      Effect: 'Allow',
      Action: 's3:PutObjectLegalHold',
      Resource: objects,
    },
    ...watchOfReads(names),
    watchOfSessions(names),
    log(names),
  ];
};
