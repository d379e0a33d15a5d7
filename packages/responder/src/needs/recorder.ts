import { KEEPER_FUNCTION_NAME, RECORDER_FUNCTION_NAME, vaultBucketName } from '@cordon/incident';
import { landingArn } from './capture.ts';
import type { Names, Statement } from './statement.ts';

/**
 * The recorder in the evidence account: writes the vault (it cannot overwrite, delete or shorten), signs with the custody
 * key, and reads what it signs about. The keeper, its second entrance, acts in the same role. `keys` are the ARNs of the custody key and of the vault's key.
 */
export const recorderStatements = (
  names: Names,
  keys: { readonly custody: string; readonly vault: string },
): readonly Statement[] => {
  const bucket = `arn:${names.partition}:s3:::${vaultBucketName(names.evidenceAccount)}`;
  return [
    {
      Sid: 'WriteVault',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:GetObject', 's3:GetObjectRetention'],
      Resource: `${bucket}/incidents/*`,
    },
    {
      Sid: 'ListVault',
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: bucket,
      Condition: { StringLike: { 's3:prefix': 'incidents/*' } },
    },
    {
      Sid: 'VaultKey',
      Effect: 'Allow',
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: keys.vault,
      Condition: { StringEquals: { 'kms:ViaService': `s3.${names.homeRegion}.amazonaws.com` } },
    },
    { Sid: 'Sign', Effect: 'Allow', Action: ['kms:Sign', 'kms:GetPublicKey'], Resource: keys.custody },
    {
      Sid: 'ReadEvidence',
      Effect: 'Allow',
      Action: ['ec2:DescribeSnapshots', 'ec2:DescribeLockedSnapshots', 'ec2:DescribeSnapshotAttribute'],
      Resource: '*',
    },
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
    // For the keeper, which acts in this role: holds are set and lifted, retention is never touched.
    {
      Sid: 'Hold',
      Effect: 'Allow',
      Action: 's3:PutObjectLegalHold',
      Resource: `${bucket}/incidents/*`,
    },
    {
      Sid: 'Log',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [RECORDER_FUNCTION_NAME, KEEPER_FUNCTION_NAME].map(
        (name) =>
          `arn:${names.partition}:logs:${names.homeRegion}:${names.evidenceAccount}:log-group:/aws/lambda/${name}:*`,
      ),
    },
  ];
};
