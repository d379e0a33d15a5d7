import {
  dutyRoleName,
  EVIDENCE_READER_ROLE_NAME,
  KEY_ALIASES,
  QUARANTINE_PROFILE_NAME,
  regionVaultBucketName,
  vaultBucketName,
  type Duty,
} from '@cordon/incident';
import { ACCOUNTS, ELSEWHERE, type AccountName, type Who } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';
import { each, iamOf, letThrough, refused, type Request } from './guardrails-rows.ts';

const ours = (...sids: readonly string[]): readonly string[] =>
  sids.map((sid) => `RCP cordon-duty-roles/${sid}`);
const inEvidence = (sid: string): string => `RCP cordon-evidence-resources/${sid}`;

const DUTIES: readonly (readonly [duty: Duty, account: AccountName])[] = [
  ['inspect', 'member'],
  ['contain', 'member'],
  ['revoke', 'member'],
  ['acquire', 'member'],
  ['release', 'member'],
  ['replace', 'member'],
  ['capture', 'member'],
  ['custodian', 'evidence'],
  ['examiner', 'forensics'],
];
/** The block hasher's. */
const READERS_OF_BLOCKS = [
  ['hasher', 'evidence'],
  ['read-source', 'member'],
] as const satisfies typeof DUTIES;
const taking = (role: string, owner: AccountName): Request => ({
  action: 'sts:AssumeRole',
  on: iamOf(`role/cordon/${role}`, owner),
  owner,
});
const reader = taking(EVIDENCE_READER_ROLE_NAME, 'evidence');

const dutyRoles: readonly PowerCase[] = [
  ...DUTIES.flatMap(([duty, owner]) =>
    refused(
      ours('OurFunctionsAlone', 'OurFunctionsAndDeskAlone'),
      each([`administrator of ${owner}`, 'administrator of outside', 'break-glass of member'], {
        does: `takes the ${duty} role`,
        ...taking(dutyRoleName(duty), owner),
      }),
    ),
  ),
  ...READERS_OF_BLOCKS.flatMap(([duty, owner]) => [
    ...refused(
      ours('BlockHasherAlone', 'OurFunctionsAndDeskAlone'),
      each([`administrator of ${owner}`, 'administrator of outside', 'break-glass of member'], {
        does: `takes the ${duty} role`,
        ...taking(dutyRoleName(duty), owner),
      }),
    ),
    ...refused(ours('BlockHasherAlone'), [
      {
        as: 'function hash-blocks' as const,
        does: `takes the ${duty} role, which is not for the security account`,
        ...taking(dutyRoleName(duty), owner),
      },
    ]),
  ]),
  ...refused(
    ours('DisposerAlone', 'OurFunctionsAndDeskAlone'),
    each(['administrator of evidence', 'administrator of outside', 'break-glass of evidence'], {
      does: 'takes the disposer role',
      ...taking(dutyRoleName('disposer'), 'evidence'),
    }),
  ),
  ...DUTIES.flatMap(([duty, owner]) =>
    refused(ours('OurFunctionsAlone'), [
      { as: 'recorder', does: `takes the ${duty} role`, ...taking(dutyRoleName(duty), owner) },
    ]),
  ),
  ...READERS_OF_BLOCKS.flatMap(([duty, owner]) =>
    refused(ours('BlockHasherAlone'), [
      { as: 'recorder', does: `takes the ${duty} role`, ...taking(dutyRoleName(duty), owner) },
    ]),
  ),
  ...refused(ours('DisposerAlone'), [
    { as: 'recorder', does: 'takes the disposer role', ...taking(dutyRoleName('disposer'), 'evidence') },
    {
      as: 'function seal',
      does: 'takes the disposer role, which is not for the security account',
      ...taking(dutyRoleName('disposer'), 'evidence'),
    },
  ]),
  ...refused(ours('OurFunctionsAlone'), [
    {
      as: 'disposer function',
      does: 'takes the custodian role',
      ...taking(dutyRoleName('custodian'), 'evidence'),
    },
    {
      as: 'block hasher',
      does: 'takes the custodian role',
      ...taking(dutyRoleName('custodian'), 'evidence'),
    },
  ]),
  ...refused(ours('OurFunctionsAlone', 'OurFunctionsAndDeskAlone'), [
    {
      as: 'forensics analyst',
      does: 'takes the custodian role, though evidence is opened to it',
      ...taking(dutyRoleName('custodian'), 'evidence'),
    },
  ]),
  ...refused(ours('OurFunctionsAlone'), [
    {
      as: 'evidence desk',
      does: 'takes the custodian role, though it may take another',
      ...taking(dutyRoleName('custodian'), 'evidence'),
    },
  ]),
  ...refused(ours('OurFunctionsAndDeskAlone'), [
    {
      as: 'administrator of member',
      does: 'takes the quarantine role',
      ...taking(QUARANTINE_PROFILE_NAME, 'member'),
    },
    { as: 'administrator of evidence', does: 'takes the role of forensic staff', ...reader },
    { as: 'administrator of forensics', does: 'takes the role of forensic staff', ...reader },
    { as: 'forensics analyst', does: 'takes the role of forensic staff past the desk', ...reader },
  ]),
  ...letThrough([
    {
      as: 'evidence desk',
      does: 'takes the role of forensic staff, for one incident and in a name',
      ...reader,
      given: {
        'sts:SourceIdentity': 'an.analyst',
        'aws:RequestTag/incident': 'inc-20261121-cases',
        'aws:TagKeys': ['incident'],
      },
    },
  ]),
];

const BUCKET = `arn:aws:s3:::${vaultBucketName(ACCOUNTS.evidence)}`;
const OBJECT = `${BUCKET}/incidents/inc-20261121-cases/custody/00001.json`;
/** The bucket's and the key's own policies deny most of it, too: asked is what stands when those are gone. */
const withoutOwnPolicy = (cases: readonly PowerCase[]): readonly PowerCase[] =>
  cases.map((one) => ({ ...one, alone: 'role' }));
const ATTACKERS: readonly Who[] = [
  'administrator of evidence',
  'root of evidence',
  'break-glass of evidence',
];
const ENDS: readonly (readonly [action: string, does: string])[] = [
  ['s3:BypassGovernanceRetention', 'goes past the lock of a custody entry'],
  ['s3:DeleteObject', 'deletes a custody entry'],
  ['s3:ReplicateObject', 'has a forged custody entry replicated into the vault'],
  ['s3:ReplicateDelete', 'has a deletion replicated into the vault'],
  ['s3:UpdateObjectEncryption', 'lays a custody entry under a key of its own'],
];
const WEAKENS: readonly (readonly [action: string, does: string])[] = [
  ['s3:DeleteBucketPolicy', "deletes the vault's policy"],
  ['s3:PutBucketPolicy', 'writes another policy for the vault'],
  ['s3:PutEncryptionConfiguration', 'has the vault write under another key'],
  ['s3:PutLifecycleConfiguration', 'has custody entries end by themselves'],
  ['s3:PutReplicationConfiguration', 'has the vault copied elsewhere'],
];

const vaultCases: readonly PowerCase[] = [
  ...ENDS.flatMap(([action, does]) =>
    refused([inEvidence('EndNoObject')], each(ATTACKERS, { does, action, on: OBJECT, owner: 'evidence' })),
  ),
  ...refused(
    [inEvidence('DisposerAlone')],
    each(ATTACKERS, {
      does: 'deletes a version of an object',
      action: 's3:DeleteObjectVersion',
      on: OBJECT.replace('custody/00001.json', 'objects/finding.json'),
      owner: 'evidence',
    }),
  ),
  ...WEAKENS.flatMap(([action, does]) =>
    refused(
      [inEvidence('KeepVault')],
      each(['administrator of evidence', 'root of evidence', 'break-glass of member', 'cdk of member'], {
        does,
        action,
        on: BUCKET,
        owner: 'evidence',
      }),
    ),
  ),
  ...letThrough([
    ...each(['break-glass of evidence', 'cdk of evidence'], {
      does: "changes the vault's policy",
      action: 's3:PutBucketPolicy',
      on: BUCKET,
    }),
    {
      as: 'administrator of evidence',
      does: 'deletes an object of a bucket that is not the vault',
      action: 's3:DeleteObject',
      on: 'arn:aws:s3:::mine/a',
    },
  ]),
];

/** The same of the vault of another Region. */
const regionVaultCases: readonly PowerCase[] = vaultCases.flatMap((one) =>
  typeof one.on === 'string' && one.on.startsWith(BUCKET)
    ? [
        {
          ...one,
          name: `${one.name}, in another Region`,
          on: one.on.replace(BUCKET, `arn:aws:s3:::${regionVaultBucketName(ACCOUNTS.evidence, ELSEWHERE)}`),
          region: ELSEWHERE,
        },
      ]
    : [],
);

const KEY = keyNamed({ account: 'evidence', of: KEY_ALIASES.evidence });
const KEY_ENDS: readonly (readonly [action: string, does: string])[] = [
  ['kms:DisableKey', 'disables the key of the copies'],
  ['kms:PutKeyPolicy', 'writes another policy for the key of the copies'],
  ['kms:ScheduleKeyDeletion', 'has the key of the copies deleted'],
  ['kms:UpdateAlias', 'gives the name of the key to another'],
  ['kms:DeleteAlias', 'takes the name from the key of the copies'],
];

const keys: readonly PowerCase[] = [
  ...KEY_ENDS.flatMap(([action, does]) =>
    refused(
      [inEvidence('KeepKeys')],
      each(['administrator of evidence', 'root of evidence', 'cdk of evidence', 'break-glass of member'], {
        does,
        action,
        on: KEY,
        owner: 'evidence',
      }),
    ),
  ),
  ...refused(
    [inEvidence('OrganizationAlone')],
    [
      {
        as: 'administrator of outside',
        does: 'decrypts copies with the key',
        action: 'kms:Decrypt',
        on: KEY,
        owner: 'evidence',
      },
      {
        as: 'administrator of outside',
        does: 'reads a bucket of the evidence account',
        action: 's3:GetObject',
        on: 'arn:aws:s3:::mine/a',
        owner: 'evidence',
      },
    ],
  ),
  ...letThrough([
    {
      as: 'break-glass of evidence',
      does: 'has the key of the copies deleted, in the end',
      action: 'kms:ScheduleKeyDeletion',
      on: KEY,
    },
  ]),
];

/** Cases about our roles and the evidence account's vault and keys, whoever calls. */
export const guardrailsResourcesCases: readonly PowerCase[] = [
  ...dutyRoles,
  ...withoutOwnPolicy([...vaultCases, ...regionVaultCases, ...keys]),
  {
    name: 'guardrails: AWS itself delivers logs into a bucket of the evidence account that does not ask for them',
    as: 'service logging.s3.amazonaws.com',
    action: 's3:PutObject',
    on: 'arn:aws:s3:::mine/a',
    owner: 'evidence',
    answer: { notAllowedBy: 'resource' },
  },
];
