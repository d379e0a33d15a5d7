import { onlyEncryptedTransport } from '@cordon/constructs';

/** What the vault's policy is written in terms of. */
interface VaultPolicyInput {
  /** ARN of the bucket. */
  readonly bucket: string;
  /** ARN of the recorder's role. */
  readonly recorder: string;
  /** ARN of the role of forensic staff. */
  readonly reader: string;
  /** ARN of the hasher's role; absent where blocks are not hashed. */
  readonly hasher: string | undefined;
  /** ARN of the disposer's role; absent where nobody may destroy anything. */
  readonly disposer: string | undefined;
  /** For how many days every object is kept at least. */
  readonly lockDays: number;
  /** ARN of the break-glass role. */
  readonly breakGlass: string;
}

/** Reading of objects, and learning which there are. */
const READ = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectRetention',
  's3:ListBucket',
  's3:ListBucketVersions',
];

/**
 * What goes past a lock, hides an object, puts one there past the rules for writing, or lays one under another key,
 * with which it would end: for nobody. A version whose lock has ended the disposer alone may delete, where there is one. To lift this, break-glass changes the policy first.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
 */
export const END = [
  's3:BypassGovernanceRetention',
  's3:DeleteObject',
  's3:ReplicateDelete',
  's3:ReplicateObject',
  's3:UpdateObjectEncryption',
];

/** What would let evidence end sooner, or undo what keeps it: for break-glass. */
export const WEAKEN = [
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:PutBucketAcl',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutObjectAcl',
  's3:PutReplicationConfiguration',
];

/**
 * Who writes: the recorder, and nobody else. Where blocks are hashed, their manifests are the hasher's alone: what lies there nobody of the
 * security account can have put there, for the recorder, which it may ask, cannot either.
 */
const writers = ({ bucket, recorder, hasher }: VaultPolicyInput): readonly object[] => {
  const only = (Sid: string, where: object, role: string): object => ({
    Sid,
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 's3:PutObject',
    ...where,
    Condition: { ArnNotEquals: { 'aws:PrincipalArn': role } },
  });
  const manifests = `${bucket}/incidents/*/objects/blocks/*`;
  return hasher === undefined
    ? [only('OnlyRecorderWrites', { Resource: `${bucket}/*` }, recorder)]
    : [
        only('OnlyRecorderWrites', { NotResource: manifests }, recorder),
        only('OnlyHasherWritesBlocks', { Resource: manifests }, hasher),
      ];
};

const everybody = { Effect: 'Deny', Principal: { AWS: '*' } };

/** What keeps an object for its time, and ends it after that by one role alone, where there is one. */
const keeps = ({ bucket, recorder, disposer, lockDays, breakGlass }: VaultPolicyInput): readonly object[] => {
  const destroy = { ...everybody, Action: 's3:DeleteObjectVersion' };
  return [
    // Whoever may set retention on an object may set less than the bucket's own (aws-facts 8.1): nobody may.
    {
      Sid: 'OnlyRecorderRetains',
      ...everybody,
      Action: 's3:PutObjectRetention',
      Resource: `${bucket}/*`,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': [recorder, breakGlass] } },
    },
    {
      Sid: 'RecorderRetainsLonger',
      ...everybody,
      Action: 's3:PutObjectRetention',
      Resource: `${bucket}/*`,
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': recorder },
        NumericLessThan: { 's3:object-lock-remaining-retention-days': String(lockDays) },
      },
    },
    { Sid: 'NobodyEnds', ...everybody, Action: END, Resource: `${bucket}/*` },
    {
      Sid: disposer === undefined ? 'NobodyDestroys' : 'OnlyDisposerDestroys',
      ...destroy,
      Resource: `${bucket}/*`,
      ...(disposer === undefined ? {} : { Condition: { ArnNotEquals: { 'aws:PrincipalArn': disposer } } }),
    },
    // Ledgers, manifests and certificates stay when the evidence is gone.
    ...(disposer === undefined
      ? []
      : [
          {
            Sid: 'NobodyDestroysLedgers',
            ...destroy,
            NotResource: `${bucket}/incidents/*/objects/*`,
          },
        ]),
  ];
};

/**
 * The vault's policy. It allows nothing: it takes away, from everybody but the two roles, what a policy of the account
 * may allow by mistake. After the first deployment a change of the vault itself is break-glass's.
 */
export const vaultPolicyStatements = (input: VaultPolicyInput): readonly object[] => {
  const { bucket, recorder, reader, breakGlass } = input;
  const all = [bucket, `${bucket}/*`];
  return [
    onlyEncryptedTransport('s3:*', all),
    {
      Sid: 'OnlyRecorderAndStaffRead',
      ...everybody,
      Action: READ,
      Resource: all,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': [recorder, reader, breakGlass] } },
    },
    ...writers(input),
    // A key is written once. Multipart uploads cannot carry the header before their end, so they are out as well.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    {
      Sid: 'OnlyNewKeys',
      ...everybody,
      Action: 's3:PutObject',
      Resource: `${bucket}/*`,
      Condition: { Null: { 's3:if-none-match': 'true' } },
    },
    { Sid: 'OnlyIncidents', ...everybody, Action: 's3:PutObject', NotResource: `${bucket}/incidents/*` },
    {
      Sid: 'OnlyRecorderHolds',
      ...everybody,
      Action: 's3:PutObjectLegalHold',
      Resource: `${bucket}/*`,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': [recorder, breakGlass] } },
    },
    ...keeps(input),
    {
      Sid: 'NobodyWeakens',
      ...everybody,
      Action: WEAKEN,
      Resource: all,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': breakGlass } },
    },
  ];
};
