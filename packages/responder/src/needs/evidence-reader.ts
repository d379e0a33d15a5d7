import { vaultArns } from '@cordon/incident';
import { regionVaultKeys } from './region-vault-keys.ts';
import { SESSION_INCIDENT, type Names, type Statement } from './statement.ts';

/** An incident's folders in the vault: its own, those of later plans and of its release, and that of its keeping. */
const FOLDERS = ['', '-r*', '-keeping'].map((further) => `incidents/${SESSION_INCIDENT}${further}/*`);

/** What it may list by: which further plans there are is known by listing alone. */
const PREFIXES = ['/*', '-r*', '-keeping/*'].map((further) => `incidents/${SESSION_INCIDENT}${further}`);

/**
 * What forensic staff may do in the evidence account: read the one incident in the vault that their session is tagged with, see which copies there are, and fetch the public key
 * that custody is verified with. `keys` are the ARNs of the custody key and of the vault's key.
 */
export const evidenceReaderStatements = (
  names: Names,
  keys: { readonly custody: string; readonly vault: string },
): readonly Statement[] => {
  const buckets = vaultArns(names.partition, names.evidenceAccount);
  return [
    {
      Sid: 'ReadVault',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectRetention'],
      Resource: buckets.flatMap((bucket) => FOLDERS.map((folder) => `${bucket}/${folder}`)),
    },
    {
      Sid: 'ListVault',
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:ListBucketVersions'],
      Resource: buckets,
      Condition: { StringLike: { 's3:prefix': PREFIXES } },
    },
    {
      Sid: 'VaultKey',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: keys.vault,
      Condition: { StringEquals: { 'kms:ViaService': `s3.${names.homeRegion}.amazonaws.com` } },
    },
    regionVaultKeys(names, ['kms:Decrypt']),
    { Sid: 'PublicKey', Effect: 'Allow', Action: 'kms:GetPublicKey', Resource: keys.custody },
    {
      Sid: 'SeeCopies',
      Effect: 'Allow',
      Action: ['ec2:DescribeSnapshots', 'ec2:DescribeLockedSnapshots'],
      Resource: '*',
    },
  ];
};
