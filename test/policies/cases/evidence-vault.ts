import { vaultBucketName } from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT, type Who } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';

const BUCKET = `arn:aws:s3:::${vaultBucketName(ACCOUNTS.evidence)}`;
const OBJECT = `${BUCKET}/incidents/${INCIDENT}/custody/0001.json`;
const OUTSIDE_INCIDENTS = `${BUCKET}/tools/hide.json`;

const denied = (...sids: readonly string[]): PowerCase['answer'] => ({
  deniedBy: sids.map((sid) => `bucket cordon-vault/${sid}`),
});

const OF_INCIDENT = { 's3:prefix': `incidents/${INCIDENT}/` };

/** What reads the vault, and what tells what it holds. */
const READS: readonly {
  readonly does: string;
  readonly action: string;
  readonly on: string;
  readonly given?: PowerCase['given'];
}[] = [
  { does: 'reads an object', action: 's3:GetObject', on: OBJECT },
  { does: 'reads a version of an object', action: 's3:GetObjectVersion', on: OBJECT },
  { does: 'asks until when an object is locked', action: 's3:GetObjectRetention', on: OBJECT },
  { does: 'lists the objects of an incident', action: 's3:ListBucket', on: BUCKET, given: OF_INCIDENT },
  {
    does: 'lists the versions of objects of an incident',
    action: 's3:ListBucketVersions',
    on: BUCKET,
    given: OF_INCIDENT,
  },
];

const readCases: readonly PowerCase[] = READS.flatMap(({ does, ...read }): readonly PowerCase[] => [
  { ...read, name: `forensic staff ${does} in the vault`, as: 'evidence reader', answer: 'allowed' },
  {
    ...read,
    name: `break-glass ${does} in the vault`,
    as: 'break-glass of evidence',
    answer: 'allowed',
  },
  ...(['administrator of evidence', 'root of evidence', 'custodian', 'cdk of evidence'] as const).map(
    (as): PowerCase => ({
      ...read,
      name: `the ${as}, who is no staff, ${does} in the vault`,
      as,
      answer: denied('OnlyRecorderAndStaffRead'),
    }),
  ),
]);

const listCases: readonly PowerCase[] = (
  [
    { as: 'recorder', who: 'the recorder', action: 's3:ListBucket' },
    { as: 'recorder', who: 'the recorder', action: 's3:ListBucketVersions' },
    { as: 'evidence reader', who: 'forensic staff', action: 's3:ListBucket' },
    { as: 'evidence reader', who: 'forensic staff', action: 's3:ListBucketVersions' },
  ] as const
).flatMap(({ as, who, action }) =>
  [
    { what: 'what lies outside the incidents', given: { 's3:prefix': 'tools/' } },
    { what: 'the whole vault', given: {} },
  ].map(({ what, given }): PowerCase => ({
    name: `${who} lists ${what} (${action})`,
    as,
    action,
    on: BUCKET,
    given,
    answer: { notAllowedBy: 'identity' },
  })),
);

/** To see, before evidence is destroyed, that each key has one version, and afterwards that none is left. */
const versionCases: readonly PowerCase[] = [
  {
    name: 'the recorder lists the versions of objects of an incident',
    as: 'recorder',
    action: 's3:ListBucketVersions',
    on: BUCKET,
    given: OF_INCIDENT,
    answer: 'allowed',
  },
];

const NEW_KEY = { 's3:if-none-match': '*' };
const WRITE = { action: 's3:PutObject', on: OBJECT, given: NEW_KEY } as const;

const writeCases: readonly PowerCase[] = [
  { ...WRITE, name: 'the recorder writes an object that is new', as: 'recorder', answer: 'allowed' },
  {
    ...WRITE,
    name: 'the recorder writes over an object, as whoever took its function would',
    as: 'recorder',
    given: {},
    answer: denied('OnlyNewKeys'),
  },
  {
    ...WRITE,
    name: 'the recorder writes outside the incidents of the vault',
    as: 'recorder',
    on: OUTSIDE_INCIDENTS,
    answer: denied('OnlyIncidents'),
  },
  ...(
    ['administrator of evidence', 'root of evidence', 'break-glass of evidence', 'evidence reader'] as const
  ).map((as): PowerCase => ({
    ...WRITE,
    name: `the ${as} forges an object of the vault`,
    as,
    answer: denied('OnlyRecorderWrites'),
  })),
];

const transportCases: readonly PowerCase[] = (
  [
    { ...WRITE, as: 'recorder', does: 'the recorder writes' },
    { action: 's3:GetObject', on: OBJECT, as: 'evidence reader', does: 'forensic staff read' },
    {
      action: 's3:ListBucket',
      on: BUCKET,
      given: OF_INCIDENT,
      as: 'evidence reader',
      does: 'forensic staff list',
    },
    { action: 's3:GetBucketPolicy', on: BUCKET, as: 'break-glass of evidence', does: 'break-glass asks' },
  ] as const
).map(({ does, ...asked }): PowerCase => ({
  ...asked,
  given: { ...('given' in asked ? asked.given : {}), 'aws:SecureTransport': 'false' },
  name: `${does} in the vault over a way that is not encrypted (${asked.action})`,
  answer: denied('OnlyEncryptedTransport'),
}));

/** What ends an object before its time. */
const endCases: readonly PowerCase[] = (
  [
    { does: 'deletes an object', action: 's3:DeleteObject' },
    { does: 'gets round the lock of an object', action: 's3:BypassGovernanceRetention' },
    { does: 'replicates a deletion onto an object', action: 's3:ReplicateDelete' },
    { does: 'replicates another object onto one', action: 's3:ReplicateObject' },
    { does: 'lays an object under a key of its own', action: 's3:UpdateObjectEncryption' },
  ] as const
).flatMap(({ does, action }) =>
  (['administrator of evidence', 'root of evidence', 'break-glass of evidence', 'recorder'] as const).map(
    (as): PowerCase => ({
      name: `the ${as} ${does} of the vault`,
      as,
      action,
      on: OBJECT,
      answer: denied('NobodyEnds'),
    }),
  ),
);

/** What would undo what keeps the vault. */
const WEAKENS: readonly { readonly does: string; readonly action: string; readonly on: string }[] = [
  { does: 'deletes the vault', action: 's3:DeleteBucket', on: BUCKET },
  { does: "deletes the vault's policy", action: 's3:DeleteBucketPolicy', on: BUCKET },
  { does: 'opens the vault by an access list', action: 's3:PutBucketAcl', on: BUCKET },
  { does: 'takes the default lock off the vault', action: 's3:PutBucketObjectLockConfiguration', on: BUCKET },
  { does: 'lets writers own what they write', action: 's3:PutBucketOwnershipControls', on: BUCKET },
  { does: "changes the vault's policy", action: 's3:PutBucketPolicy', on: BUCKET },
  { does: 'lets the vault become public', action: 's3:PutBucketPublicAccessBlock', on: BUCKET },
  { does: 'suspends the versions of the vault', action: 's3:PutBucketVersioning', on: BUCKET },
  { does: "changes the vault's key", action: 's3:PutEncryptionConfiguration', on: BUCKET },
  { does: 'lets objects of the vault expire', action: 's3:PutLifecycleConfiguration', on: BUCKET },
  { does: 'copies the vault elsewhere', action: 's3:PutReplicationConfiguration', on: BUCKET },
  { does: 'opens an object by an access list', action: 's3:PutObjectAcl', on: OBJECT },
];

const weakenCases: readonly PowerCase[] = WEAKENS.flatMap(({ does, ...asked }): readonly PowerCase[] => [
  ...(['administrator of evidence', 'cdk of evidence'] as const).map((as): PowerCase => ({
    ...asked,
    name: `the ${as} ${does}`,
    as,
    answer: denied('NobodyWeakens'),
  })),
  { ...asked, name: `break-glass ${does}, which is seen`, as: 'break-glass of evidence', answer: 'allowed' },
]);

/** Holds are the recorder's alone, in whose role the keeper acts, and break-glass's. */
const holdCases: readonly PowerCase[] = [
  ...(
    [
      { as: 'recorder', who: 'the recorder' },
      { as: 'break-glass of evidence', who: 'break-glass' },
    ] as const
  ).map(({ as, who }): PowerCase => ({
    name: `${who} sets or lifts the legal hold of an object of the vault`,
    as,
    action: 's3:PutObjectLegalHold',
    on: OBJECT,
    answer: 'allowed',
  })),
  {
    name: 'the recorder sets the legal hold of an object outside the incidents',
    as: 'recorder',
    action: 's3:PutObjectLegalHold',
    on: OUTSIDE_INCIDENTS,
    answer: { notAllowedBy: 'identity' },
  },
  ...(
    ['administrator of evidence', 'cdk of evidence', 'custodian', 'evidence reader', 'evidence desk'] as const
  ).map((as): PowerCase => ({
    name: `the ${as} lifts the legal hold of an object of the vault`,
    as,
    action: 's3:PutObjectLegalHold',
    on: OBJECT,
    answer: denied('OnlyRecorderHolds'),
  })),
];

/** A session of staff reads the incident that it was opened for, and the ledgers that go on from it. */
const OTHER_OBJECT = OBJECT.replace(INCIDENT, OTHER_INCIDENT);
const oneIncidentCases: readonly PowerCase[] = [
  ...['-r1', '-release', '-keeping'].map((further): PowerCase => ({
    name: `forensic staff read the ledger ${further.slice(1)} of the incident that was opened`,
    as: 'evidence reader',
    action: 's3:GetObject',
    on: OBJECT.replace(INCIDENT, `${INCIDENT}${further}`),
    answer: 'allowed',
  })),
  ...['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectRetention'].map((action): PowerCase => ({
    name: `forensic staff read an incident that was not opened (${action})`,
    as: 'evidence reader',
    action,
    on: OTHER_OBJECT,
    answer: { notAllowedBy: 'identity' },
  })),
  ...['-r1', '-keeping'].map((further): PowerCase => ({
    name: `forensic staff list the ledger ${further.slice(1)} of the incident that was opened`,
    as: 'evidence reader',
    action: 's3:ListBucket',
    on: BUCKET,
    given: { 's3:prefix': `incidents/${INCIDENT}${further}/` },
    answer: 'allowed',
  })),
  ...['s3:ListBucket', 's3:ListBucketVersions'].map((action): PowerCase => ({
    name: `forensic staff list an incident that was not opened (${action})`,
    as: 'evidence reader',
    action,
    on: BUCKET,
    given: { 's3:prefix': `incidents/${OTHER_INCIDENT}/` },
    answer: { notAllowedBy: 'identity' },
  })),
];

const VAULT_KEY = keyNamed({ account: 'evidence', of: 'Cordon: objects of the vault' });
const THROUGH_S3 = { 'kms:ViaService': `s3.${HOME}.amazonaws.com` };
const THROUGH_EC2 = { 'kms:ViaService': `ec2.${HOME}.amazonaws.com` };

/** Who uses the vault's key, each through S3 alone. */
const KEY_USES: readonly {
  readonly as: Who;
  readonly who: string;
  readonly does: string;
  readonly action: string;
}[] = [
  { as: 'recorder', who: 'the recorder', does: 'decrypts', action: 'kms:Decrypt' },
  { as: 'recorder', who: 'the recorder', does: 'encrypts', action: 'kms:GenerateDataKey' },
  { as: 'evidence reader', who: 'forensic staff', does: 'decrypts', action: 'kms:Decrypt' },
  { as: 'break-glass of evidence', who: 'break-glass', does: 'decrypts', action: 'kms:Decrypt' },
];

const keyCases: readonly PowerCase[] = KEY_USES.flatMap(({ as, who, does, action }): readonly PowerCase[] => {
  const use = { as, action, on: VAULT_KEY };
  return [
    {
      ...use,
      name: `${who} ${does} an object under the vault's key, through S3`,
      given: THROUGH_S3,
      answer: 'allowed',
    },
    ...[
      { how: 'in no service', given: {} },
      { how: 'through EC2', given: THROUGH_EC2 },
    ].flatMap(({ how, given }): readonly PowerCase[] => [
      {
        ...use,
        name: `${who}, whose role somebody gave everything, ${does} under the vault's key ${how}`,
        given,
        alone: 'resource',
        answer: { notAllowedBy: 'resource' },
      },
      ...(as === 'break-glass of evidence'
        ? []
        : [
            {
              ...use,
              name: `${who} ${does} ${how} under the vault's key, which somebody opened to the account`,
              given,
              alone: 'role' as const,
              answer: { notAllowedBy: 'identity' as const },
            },
          ]),
    ]),
  ];
});

const keyAttackCases: readonly PowerCase[] = (['kms:Decrypt', 'kms:GenerateDataKey'] as const).flatMap(
  (action) =>
    (['administrator of evidence', 'cdk of evidence', 'custodian'] as const).map((as): PowerCase => ({
      name: `the ${as}, who may do everything in the account, uses the vault's key through S3 (${action})`,
      as,
      action,
      on: VAULT_KEY,
      given: THROUGH_S3,
      alone: 'resource',
      answer: { notAllowedBy: 'resource' },
    })),
);

/** Who reads and writes the vault, and that nobody ends what lies in it. */
export const evidenceVaultCases: readonly PowerCase[] = [
  ...readCases,
  ...listCases,
  ...versionCases,
  ...writeCases,
  ...transportCases,
  ...endCases,
  ...weakenCases,
  ...holdCases,
  ...oneIncidentCases,
  ...keyCases,
  ...keyAttackCases,
];
