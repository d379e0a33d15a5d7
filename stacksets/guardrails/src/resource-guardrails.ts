import {
  BLOCK_HASHER_DUTIES,
  BLOCK_HASHER_FUNCTION_NAME,
  BREAK_GLASS_ROLE_NAME,
  DISPOSER_FUNCTION_NAME,
  DUTIES,
  dutyRoleName,
  EVIDENCE_DESK_FUNCTION_NAME,
  IAM_PATH,
  RECORDER_FUNCTION_NAME,
  SESSION_READER_ROLE_NAME,
  regionVaultBucketName,
  vaultBucketName,
  type CordonConfig,
} from '@cordon/incident';
import { policyDocument } from '@cordon/constructs';
import { arn, bootstrap, notByAws, roles, unless } from './principals.ts';

/**
 * For every account: nobody takes a role of ours but the functions that it is for, the desk for forensic staff,
 * and AWS services. It holds whatever becomes of a role's own trust policy.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export const dutyRolesGuardrail = (config: CordonConfig): object => {
  const { accounts, evidence } = config;
  const path = IAM_PATH.slice(1);
  const functions = roles(config, `${path}*`, accounts.security);
  const desk = roles(config, `${path}${EVIDENCE_DESK_FUNCTION_NAME}`, accounts.evidence);
  // Where blocks are hashed or evidence is disposed of, the functions that act as duties from another account than the security account.
  const hasher =
    evidence.blockHashes === undefined
      ? []
      : [roles(config, `${path}${BLOCK_HASHER_FUNCTION_NAME}`, accounts.evidence)];
  const disposer =
    evidence.disposers.length === 0
      ? []
      : [roles(config, `${path}${DISPOSER_FUNCTION_NAME}`, accounts.evidence)];
  // The recorder sees sessions in the forensics account, by one role.
  const recorder = roles(config, `${path}${RECORDER_FUNCTION_NAME}`, accounts.evidence);
  const take = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole*' };
  return policyDocument([
    {
      Sid: 'OurFunctionsAlone',
      ...take,
      Resource: DUTIES.filter((duty) => !BLOCK_HASHER_DUTIES.includes(duty) && duty !== 'disposer').map(
        (duty) => roles(config, `${path}${dutyRoleName(duty)}`),
      ),
      Condition: { ...unless(functions), ...notByAws },
    },
    ...hasher.map((role) => ({
      Sid: 'BlockHasherAlone',
      ...take,
      Resource: BLOCK_HASHER_DUTIES.map((duty) => roles(config, `${path}${dutyRoleName(duty)}`)),
      // No AWS service takes it.
      Condition: unless(role),
    })),
    ...disposer.map((role) => ({
      Sid: 'DisposerAlone',
      ...take,
      Resource: roles(config, `${path}${dutyRoleName('disposer')}`),
      Condition: unless(role),
    })),
    {
      Sid: 'RecorderAlone',
      ...take,
      Resource: roles(config, `${path}${SESSION_READER_ROLE_NAME}`),
      // No AWS service takes it.
      Condition: unless(recorder),
    },
    // The rest of our roles: those of functions and machines, which AWS services take, and the one of forensic staff, which the desk takes.
    {
      Sid: 'OurFunctionsAndDeskAlone',
      ...take,
      Resource: roles(config, `${path}*`),
      Condition: { ...unless(functions, desk, recorder, ...hasher, ...disposer), ...notByAws },
    },
  ]);
};

/** For the evidence account: its vaults and its keys, against whoever calls, from whichever account. */
export const evidenceResourcesGuardrail = (config: CordonConfig): object => {
  const { accounts, evidence, organizationId } = config;
  const everybody = { Effect: 'Deny', Principal: '*' };
  // Only the account's own: somebody else's administrator can make a role of either name.
  const breakGlass = roles(config, BREAK_GLASS_ROLE_NAME, accounts.evidence);
  const buckets = [vaultBucketName(accounts.evidence), regionVaultBucketName(accounts.evidence, '*')].map(
    (name) => arn(config, `s3:::${name}`),
  );
  const objects = buckets.map((bucket) => `${bucket}/*`);
  return policyDocument([
    // Replication writes and deletes by names of its own. Under another key an object would last as long as that key:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
    {
      Sid: 'EndNoObject',
      ...everybody,
      Action: [
        's3:BypassGovernanceRetention',
        's3:DeleteObject',
        ...(evidence.disposers.length === 0 ? ['s3:DeleteObjectVersion'] : []),
        's3:ReplicateDelete',
        's3:ReplicateObject',
        's3:UpdateObjectEncryption',
      ],
      Resource: objects,
    },
    // Where the deployment has disposers: S3 itself keeps what is locked or held from them.
    ...(evidence.disposers.length === 0
      ? []
      : [
          {
            Sid: 'DisposerAlone',
            ...everybody,
            Action: 's3:DeleteObjectVersion',
            Resource: objects,
            Condition: unless(
              roles(config, `${IAM_PATH.slice(1)}${dutyRoleName('disposer')}`, accounts.evidence),
            ),
          },
        ]),
    {
      Sid: 'KeepVault',
      ...everybody,
      Action: [
        's3:DeleteBucket*',
        's3:PutBucket*',
        's3:PutEncryptionConfiguration',
        's3:PutLifecycleConfiguration',
        's3:PutReplicationConfiguration',
      ],
      Resource: buckets,
      Condition: unless(bootstrap(config, accounts.evidence), breakGlass),
    },
    {
      Sid: 'KeepKeys',
      ...everybody,
      Action: [
        'kms:DisableKey',
        'kms:PutKeyPolicy',
        'kms:ScheduleKeyDeletion',
        'kms:UpdateAlias',
        'kms:DeleteAlias',
      ],
      Resource: '*',
      Condition: unless(breakGlass),
    },
    {
      Sid: 'OrganizationAlone',
      ...everybody,
      Action: ['kms:*', 's3:*'],
      Resource: '*',
      Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': organizationId }, ...notByAws },
    },
  ]);
};
