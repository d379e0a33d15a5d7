import { KEY_ALIASES, regionVaultBucketName, vaultBucketName } from '@cordon/incident';
import { ACCOUNTS, ELSEWHERE, type Who } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';
import { evidenceVaultCases } from './evidence-vault.ts';
import { keepingCases } from './keeping.ts';

const HERE = `arn:aws:s3:::${vaultBucketName(ACCOUNTS.evidence)}`;
const THERE = `arn:aws:s3:::${regionVaultBucketName(ACCOUNTS.evidence, ELSEWHERE)}`;

/** A case of the home Region's vault, asked of another Region's: who may do what is the same. */
const elsewhere = (one: PowerCase): readonly PowerCase[] => {
  const { name, on, answer } = one;
  if (typeof on !== 'string' || (on !== HERE && !on.startsWith(`${HERE}/`))) return [];
  return [
    {
      ...one,
      name: `${name}, in another Region`,
      on: on.replace(HERE, THERE),
      region: ELSEWHERE,
      answer:
        typeof answer === 'object' && 'deniedBy' in answer
          ? {
              deniedBy: answer.deniedBy.map((label) =>
                label.replace('bucket cordon-vault/', 'bucket cordon-vault of another Region/'),
              ),
            }
          : answer,
    },
  ];
};

const KEY = keyNamed({ account: 'evidence', of: KEY_ALIASES.vault, region: ELSEWHERE });
const OTHER_KEY = keyNamed({ account: 'evidence', of: KEY_ALIASES.evidence, region: ELSEWHERE });
const NAMED = { 'kms:ResourceAliases': [KEY_ALIASES.vault] };
const through = (service: string): NonNullable<PowerCase['given']> => ({
  'kms:ViaService': `${service}.${ELSEWHERE}.amazonaws.com`,
});

const USES: readonly { readonly as: Who; readonly who: string; readonly action: string }[] = [
  { as: 'recorder', who: 'the recorder', action: 'kms:Decrypt' },
  { as: 'recorder', who: 'the recorder', action: 'kms:GenerateDataKey' },
  { as: 'evidence reader', who: 'forensic staff', action: 'kms:Decrypt' },
];

const keyCases: readonly PowerCase[] = USES.flatMap(({ as, who, action }): readonly PowerCase[] => {
  const use = { as, action, on: KEY, region: ELSEWHERE };
  const word = `(${action})`;
  return [
    {
      ...use,
      name: `${who} use the key of another Region's vault through S3 ${word}`,
      given: { ...NAMED, ...through('s3') },
      answer: 'allowed',
    },
    ...[
      { how: 'in no service', given: NAMED },
      { how: 'through EC2', given: { ...NAMED, ...through('ec2') } },
    ].flatMap(({ how, given }): readonly PowerCase[] => [
      {
        ...use,
        name: `${who}, whose role somebody gave everything, use the key of another Region's vault ${how} ${word}`,
        given,
        alone: 'resource',
        answer: { notAllowedBy: 'resource' },
      },
      {
        ...use,
        name: `${who} use the key of another Region's vault ${how}, which somebody opened to the account ${word}`,
        given,
        alone: 'role',
        answer: { notAllowedBy: 'identity' },
      },
    ]),
    {
      ...use,
      name: `${who} use another key of the evidence account in that Region through S3, which somebody opened to the account ${word}`,
      on: OTHER_KEY,
      given: { 'kms:ResourceAliases': [KEY_ALIASES.evidence], ...through('s3') },
      alone: 'role',
      answer: { notAllowedBy: 'identity' },
    },
  ];
});

const othersCases: readonly PowerCase[] = (['kms:Decrypt', 'kms:GenerateDataKey'] as const).flatMap(
  (action) =>
    (['administrator of evidence', 'cdk of evidence', 'custodian'] as const).map((as): PowerCase => ({
      name: `the ${as}, who may do everything in the account, uses the key of another Region's vault through S3 (${action})`,
      as,
      action,
      on: KEY,
      region: ELSEWHERE,
      given: { ...NAMED, ...through('s3') },
      alone: 'resource',
      answer: { notAllowedBy: 'resource' },
    })),
);

const breakGlass: PowerCase = {
  name: "break-glass uses the key of another Region's vault through S3",
  as: 'break-glass of evidence',
  action: 'kms:Decrypt',
  on: KEY,
  region: ELSEWHERE,
  given: { ...NAMED, ...through('s3') },
  answer: 'allowed',
};

/** The hasher writes digests, and those lie in the home Region: of another Region's vault it has nothing. */
const hasher: PowerCase = {
  name: "the hasher writes a block manifest into another Region's vault",
  as: 'hasher',
  action: 's3:PutObject',
  on: `${THERE}/incidents/inc-1/objects/blocks/vol-1/snap-1/1-00000`,
  region: ELSEWHERE,
  given: { 's3:if-none-match': '*' },
  answer: { deniedBy: ['bucket cordon-vault of another Region/OnlyRecorderWrites'] },
};

/** Who comes to the vaults of other Regions than the home Region, in which contents lie: those who come to the home Region's, and nobody else. */
export const regionVaultCases: readonly PowerCase[] = [
  ...[...evidenceVaultCases, ...keepingCases].flatMap(elsewhere),
  ...keyCases,
  ...othersCases,
  breakGlass,
  hasher,
];
