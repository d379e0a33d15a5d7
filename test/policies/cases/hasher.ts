import { BLOCK_HASHER_FUNCTION_NAME, KEY_ALIASES, TAGS, vaultBucketName } from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT, type Who } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';

const SNAPSHOT = `arn:aws:ec2:${HOME}::snapshot/snap-0a1b2c3d4e5f60718`;
const READS = ['ebs:ListSnapshotBlocks', 'ebs:GetSnapshotBlock'] as const;

const tags = (hop: string, incident: string): NonNullable<PowerCase['given']> => ({
  [`aws:ResourceTag/${TAGS.hop}`]: hop,
  [`aws:ResourceTag/${TAGS.incident}`]: incident,
});

const readCases: readonly PowerCase[] = READS.flatMap((action): readonly PowerCase[] => [
  {
    name: `the hasher reads an evidence copy of its incident (${action})`,
    as: 'hasher',
    action,
    on: SNAPSHOT,
    given: tags('evidence', INCIDENT),
    answer: 'allowed',
  },
  {
    name: `the hasher reads a snapshot that is shared, whose tags nobody sees (${action})`,
    as: 'hasher',
    action,
    on: SNAPSHOT,
    answer: 'allowed',
  },
  ...(
    [
      ['an evidence copy of another incident', tags('evidence', OTHER_INCIDENT)],
      ['a copy of its incident on its way', tags('transit', INCIDENT)],
    ] as const
  ).map(([what, given]): PowerCase => ({
    name: `the hasher reads ${what} (${action})`,
    as: 'hasher',
    action,
    on: SNAPSHOT,
    given,
    answer: { notAllowedBy: 'identity' },
  })),
  ...(
    [
      'custodian',
      'recorder',
      'evidence reader',
      'block hasher',
      'function hash-blocks',
      'examiner',
      'acquire',
    ] as const
  ).map((as): PowerCase => ({
    name: `the ${as} reads blocks of an evidence copy, which the hasher alone may (${action})`,
    as,
    action,
    on: SNAPSHOT,
    given: tags('evidence', INCIDENT),
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  })),
]);

const KEY = {
  action: 'kms:Decrypt',
  on: keyNamed({ account: 'evidence', of: KEY_ALIASES.evidence }),
  owner: 'evidence',
} as const;
const THROUGH_EC2 = { 'kms:ViaService': `ec2.${HOME}.amazonaws.com` };

const keyCases: readonly PowerCase[] = (['evidence', 'transit'] as const).flatMap(
  (name): readonly PowerCase[] => {
    const key = { ...KEY, on: keyNamed({ account: 'evidence', of: KEY_ALIASES[name] }) };
    const open = { alone: 'resource', answer: { notAllowedBy: 'resource' } } as const;
    return [
      {
        ...key,
        name: `the hasher reads what lies under the ${name} key`,
        as: 'hasher',
        given: THROUGH_EC2,
        answer: 'allowed',
      },
      {
        ...key,
        ...open,
        name: `the hasher, allowed everything, decrypts under the ${name} key itself`,
        as: 'hasher',
        given: {},
      },
      {
        ...key,
        ...open,
        name: `the hasher, allowed everything, uses the ${name} key after its account left the organization`,
        as: 'hasher',
        guardrails: 'off',
        given: { ...THROUGH_EC2, 'aws:PrincipalOrgID': 'o-elsewhere1' },
      },
      {
        ...key,
        name: `the hasher decrypts under the ${name} key itself`,
        as: 'hasher',
        alone: 'role',
        given: {},
        answer: { notAllowedBy: 'identity' },
      },
    ];
  },
);

const baitCases: readonly PowerCase[] = [
  {
    name: 'the hasher uses a key of an account outside, under which somebody shares a snapshot',
    as: 'hasher',
    action: 'kms:Decrypt',
    on: `arn:aws:kms:${HOME}:${ACCOUNTS.outside}:key/0c9b8a7f-6e5d-4c3b-8a19-0f1e2d3c4b5a`,
    owner: 'outside',
    alone: 'role',
    given: THROUGH_EC2,
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  },
];

const BUCKET = `arn:aws:s3:::${vaultBucketName(ACCOUNTS.evidence)}`;
const manifestOf = (incident: string): string =>
  `${BUCKET}/incidents/${incident}/objects/blocks/vol-0a1b2c3d4e5f60718/snap-0a1b2c3d4e5f60718/1-00000`;
const WRITE = { action: 's3:PutObject', given: { 's3:if-none-match': '*' } } as const;
const denied = (sid: string): PowerCase['answer'] => ({ deniedBy: [`bucket cordon-vault/${sid}`] });

const writeCases: readonly PowerCase[] = [
  {
    ...WRITE,
    name: 'the hasher writes a block manifest of its incident',
    as: 'hasher',
    on: manifestOf(INCIDENT),
    answer: 'allowed',
  },
  {
    ...WRITE,
    name: 'the hasher writes a block manifest of a later plan of its incident',
    as: 'hasher',
    on: manifestOf(`${INCIDENT}-r1`),
    answer: 'allowed',
  },
  {
    ...WRITE,
    name: 'the hasher writes a block manifest of another incident',
    as: 'hasher',
    on: manifestOf(OTHER_INCIDENT),
    answer: { notAllowedBy: 'identity' },
  },
  {
    ...WRITE,
    name: 'the hasher writes over a block manifest',
    as: 'hasher',
    on: manifestOf(INCIDENT),
    given: {},
    answer: denied('OnlyNewKeys'),
  },
  {
    ...WRITE,
    name: 'the hasher forges a custody entry',
    as: 'hasher',
    on: `${BUCKET}/incidents/${INCIDENT}/custody/000002.json`,
    answer: denied('OnlyRecorderWrites'),
  },
  ...(['recorder', 'administrator of evidence', 'break-glass of evidence', 'root of evidence'] as const).map(
    (as: Who): PowerCase => ({
      ...WRITE,
      name: `the ${as} forges a block manifest`,
      as,
      on: manifestOf(INCIDENT),
      answer: denied('OnlyHasherWritesBlocks'),
    }),
  ),
];

const VAULT_KEY = keyNamed({ account: 'evidence', of: 'Cordon: objects of the vault' });
const THROUGH_S3 = { 'kms:ViaService': `s3.${HOME}.amazonaws.com` };

const vaultKeyCases: readonly PowerCase[] = [
  {
    name: 'the hasher writes under the key of the vault',
    as: 'hasher',
    action: 'kms:GenerateDataKey',
    on: VAULT_KEY,
    given: THROUGH_S3,
    answer: 'allowed',
  },
  {
    name: 'the hasher asks for a data key of the vault itself',
    as: 'hasher',
    action: 'kms:GenerateDataKey',
    on: VAULT_KEY,
    alone: 'role',
    given: {},
    answer: { notAllowedBy: 'identity' },
  },
];

const FUNCTION = `arn:aws:lambda:${HOME}:${ACCOUNTS.evidence}:function:${BLOCK_HASHER_FUNCTION_NAME}`;

const askCases: readonly PowerCase[] = [
  {
    name: 'the hash-blocks function has blocks hashed',
    as: 'function hash-blocks',
    action: 'lambda:InvokeFunction',
    on: FUNCTION,
    owner: 'evidence',
    answer: 'allowed',
  },
  {
    name: 'the hash-blocks function has blocks hashed after the security account left the organization',
    as: 'function hash-blocks',
    action: 'lambda:InvokeFunction',
    on: FUNCTION,
    owner: 'evidence',
    given: { 'aws:PrincipalOrgID': 'o-elsewhere1' },
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  },
  ...(['function take-custody', 'administrator of security'] as const).map((as): PowerCase => ({
    name: `the ${as} has blocks hashed, which is the work of hash-blocks alone`,
    as,
    action: 'lambda:InvokeFunction',
    on: FUNCTION,
    owner: 'evidence',
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  })),
  {
    name: 'the block hasher writes its log',
    as: 'block hasher',
    action: 'logs:PutLogEvents',
    on: `arn:aws:logs:${HOME}:${ACCOUNTS.evidence}:log-group:/aws/lambda/${BLOCK_HASHER_FUNCTION_NAME}:log-stream:x`,
    answer: 'allowed',
  },
  {
    name: 'the block hasher opens a stream of its log',
    as: 'block hasher',
    action: 'logs:CreateLogStream',
    on: `arn:aws:logs:${HOME}:${ACCOUNTS.evidence}:log-group:/aws/lambda/${BLOCK_HASHER_FUNCTION_NAME}:log-stream:x`,
    answer: 'allowed',
  },
];

/** What reads blocks, and who may put block manifests into the vault. */
export const hasherCases: readonly PowerCase[] = [
  ...readCases,
  ...keyCases,
  ...baitCases,
  ...writeCases,
  ...vaultKeyCases,
  ...askCases,
];
