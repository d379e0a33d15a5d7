import { dutyRoleArn, KEY_ALIASES, TAGS, type CordonConfig, type KeyPath } from '@cordon/incident';
import { memberArn, sourceSnapshots } from './contain.ts';
import { madeForIncident, ofIncident, type Names, type Statement } from './statement.ts';

/** Reads that have no resource level; the second tells of disks that no snapshot holds. */
export const ACQUIRE_READS = ['ec2:DescribeSnapshots', 'ec2:DescribeInstanceTypes'] as const;
/** What EBS does with a key for the caller when it copies an encrypted snapshot (aws-facts 3.5: the union, as AWS lists it). */
export const EBS_KEY_USE = [
  'kms:DescribeKey',
  'kms:Decrypt',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/** `ec2.REGION.amazonaws.com` of any Region: keys may be used through EC2 and in no other way. */
const VIA_EC2 = { StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' } };

/** The statement that lets EBS make grants on keys for the caller: to AWS itself alone, and through EC2 alone. */
export const ebsGrantStatement = (
  Sid: string,
  keys: string | readonly string[],
  more: Statement['Condition'] = {},
): Statement => ({
  Sid,
  Effect: 'Allow',
  Action: 'kms:CreateGrant',
  Resource: keys,
  Condition: { ...VIA_EC2, Bool: { 'kms:GrantIsForAWSResource': 'true' }, ...more },
});

/** Statements that let EBS use keys for the caller: directly never, and grants only to AWS itself. */
export const ebsKeyStatements = (
  sid: string,
  keys: string | readonly string[],
  more: Statement['Condition'] = {},
): readonly Statement[] => [
  {
    Sid: `${sid}Use`,
    Effect: 'Allow',
    Action: EBS_KEY_USE,
    Resource: keys,
    Condition: { ...VIA_EC2, ...more },
  },
  ebsGrantStatement(`${sid}Grant`, keys, more),
];

/**
 * Sharing with the evidence account alone, and taking it back; removing what was marked for it at birth.
 *
 * @param of what else a snapshot's tags must say, as conditions on `aws:ResourceTag`
 */
export const handOverStatements = (
  names: Names,
  of: Readonly<Record<string, string>> = {},
): readonly Statement[] => {
  // Snapshot ARNs carry no account: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
  const snapshots = `arn:${names.partition}:ec2:*::snapshot/*`;
  const intermediate = { [`aws:ResourceTag/${TAGS.intermediate}`]: 'true', ...of, ...ofIncident };
  return [
    {
      Sid: 'ShareWithEvidenceOnly',
      Effect: 'Allow',
      Action: 'ec2:ModifySnapshotAttribute',
      Resource: snapshots,
      Condition: {
        StringEquals: { ...intermediate, 'ec2:Add/userId': names.evidenceAccount },
        Null: { 'ec2:Add/group': 'true' },
      },
    },
    {
      Sid: 'Unshare',
      Effect: 'Allow',
      Action: 'ec2:ModifySnapshotAttribute',
      Resource: snapshots,
      Condition: {
        StringEquals: { ...intermediate, 'ec2:Remove/userId': names.evidenceAccount },
        Null: { 'ec2:Add/userId': 'true', 'ec2:Add/group': 'true' },
      },
    },
    {
      Sid: 'DeleteIntermediates',
      Effect: 'Allow',
      Action: 'ec2:DeleteSnapshot',
      Resource: snapshots,
      Condition: { StringEquals: intermediate },
    },
  ];
};

/** The keys under which a disk is copied, in the member and on its way. */
const keyStatements = (names: Names): readonly Statement[] => [
  // Whether a key can be used, and by whom it is managed: a call of our own, not one of EC2's.
  {
    Sid: 'TellKeys',
    Effect: 'Allow',
    Action: 'kms:DescribeKey',
    Resource: memberArn(names, 'kms', 'key/*'),
  },
  // Beside TellKeys, EC2 needs no describing of its own.
  ...ebsKeyStatements('MemberKeys', memberArn(names, 'kms', 'key/*')).map((statement) =>
    statement.Action === EBS_KEY_USE
      ? { ...statement, Action: EBS_KEY_USE.filter((action) => action !== 'kms:DescribeKey') }
      : statement,
  ),
  ...ebsKeyStatements('TransitKey', `arn:${names.partition}:kms:*:${names.evidenceAccount}:key/*`),
];

/** What a grant of ours lets the custodian do: read under the key, and let EBS do so (aws-facts 4.2). */
export const CUSTODIAN_GRANT = ['DescribeKey', 'Decrypt', 'ReEncryptFrom', 'CreateGrant'] as const;

/** The right that a way to a copy needs, which a deployment opts in to. */
const keyPathStatement = (names: Names, path: KeyPath): Statement => {
  switch (path) {
    // It has no resource level. Who may end the key is in its own policy: `memberKeyPolicy`.
    case 'member-key':
      return { Sid: 'MakeMemberKey', Effect: 'Allow', Action: 'kms:CreateKey', Resource: '*' };
    case 'grant':
      return {
        Sid: 'AdmitCustodian',
        Effect: 'Allow',
        Action: 'kms:CreateGrant',
        Resource: memberArn(names, 'kms', 'key/*'),
        Condition: {
          StringEquals: {
            'kms:GranteePrincipal': dutyRoleArn(names.partition, names.evidenceAccount, 'custodian'),
          },
          'ForAllValues:StringEquals': { 'kms:GrantOperations': CUSTODIAN_GRANT },
          Null: { 'kms:GrantOperations': 'false' },
        },
      };
  }
};

/**
 * Locking what the freeze made, for no longer than the deployment says: never the owner's, nor what an evidence copy stands for. That EC2
 * gives the duration's key is UNCONFIRMED; where it does not, nothing is locked, and that is told.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
const lockStatement = (snapshots: string, days: number): Statement => ({
  Sid: 'LockSources',
  Effect: 'Allow',
  Action: 'ec2:LockSnapshot',
  Resource: snapshots,
  Condition: {
    StringEquals: { [`aws:ResourceTag/${TAGS.intermediate}`]: 'true', ...ofIncident },
    NumericLessThanEquals: { 'ec2:SnapshotLockDuration': String(days) },
  },
});

/**
 * An image of the instance that carries the incident, and of no other: no condition key says whether CreateImage reboots
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html).
 */
const imageStatements = (names: Names, snapshots: string): readonly Statement[] => {
  const made = [`arn:${names.partition}:ec2:*::image/*`, snapshots];
  return [
    {
      Sid: 'ImageOfInstance',
      Effect: 'Allow',
      Action: 'ec2:CreateImage',
      Resource: memberArn(names, 'ec2', 'instance/*'),
      Condition: { StringEquals: ofIncident },
    },
    {
      Sid: 'MakeImage',
      Effect: 'Allow',
      Action: 'ec2:CreateImage',
      Resource: made,
      Condition: { StringEquals: madeForIncident },
    },
    {
      Sid: 'TagImageAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: made,
      Condition: { StringEquals: { 'ec2:CreateAction': 'CreateImage', ...madeForIncident } },
    },
  ];
};

/**
 * The policy of a key that is made in a member for one volume's copy: the account administers it, the acquire duty may end it, and the
 * custodian reads under it through EC2. https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export const memberKeyPolicy = (
  partition: string,
  { member, evidence }: { readonly member: string; readonly evidence: string },
): string => {
  const root = (account: string): object => ({ AWS: `arn:${partition}:iam::${account}:root` });
  const custodian = {
    Effect: 'Allow',
    Principal: root(evidence),
    Resource: '*',
  };
  const condition = {
    ArnEquals: { 'aws:PrincipalArn': dutyRoleArn(partition, evidence, 'custodian') },
    ...VIA_EC2,
  };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Administer', Effect: 'Allow', Principal: root(member), Action: 'kms:*', Resource: '*' },
      {
        Sid: 'PutAway',
        Effect: 'Allow',
        Principal: { AWS: dutyRoleArn(partition, member, 'acquire') },
        // KMS makes no key whose maker could not change its policy: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
        Action: ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'],
        Resource: '*',
      },
      { Sid: 'CustodianUse', ...custodian, Action: EBS_KEY_USE, Condition: condition },
      {
        Sid: 'CustodianGrant',
        ...custodian,
        Action: 'kms:CreateGrant',
        Condition: { ...condition, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ],
  });
};

/**
 * The acquire duty: freeze disks and hand copies over. It can share to the evidence account alone, never publicly, and
 * delete only snapshots that were tagged intermediate when they were made; no role can add that tag later.
 */
export const acquireStatements = (
  names: Names,
  { keyPaths, sourceLock, image }: Pick<CordonConfig['evidence'], 'keyPaths' | 'sourceLock' | 'image'>,
): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  // Snapshot ARNs carry no account: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
  const snapshots = `arn:${names.partition}:ec2:*::snapshot/*`;
  const born = { [`aws:RequestTag/${TAGS.intermediate}`]: 'true', ...madeForIncident };
  return [
    { Sid: 'Read', Effect: 'Allow', Action: ACQUIRE_READS, Resource: '*' },
    {
      Sid: 'ReadConsole',
      Effect: 'Allow',
      Action: ['ec2:GetConsoleOutput', 'ec2:GetConsoleScreenshot'],
      Resource: arn('instance/*'),
    },
    {
      Sid: 'FreezeInstance',
      Effect: 'Allow',
      Action: 'ec2:CreateSnapshots',
      Resource: [arn('instance/*'), arn('volume/*')],
    },
    { Sid: 'FreezeVolume', Effect: 'Allow', Action: 'ec2:CreateSnapshot', Resource: arn('volume/*') },
    {
      Sid: 'MakeSnapshotsOfAnIncident',
      Effect: 'Allow',
      Action: ['ec2:CreateSnapshots', 'ec2:CreateSnapshot'],
      Resource: snapshots,
      Condition: { StringEquals: born },
    },
    {
      Sid: 'TagSnapshotsAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: snapshots,
      Condition: {
        StringEquals: { 'ec2:CreateAction': ['CreateSnapshots', 'CreateSnapshot', 'CopySnapshot'], ...born },
      },
    },
    // CopySnapshot is checked on source and copy: the source has no request tag, so one statement each (aws-facts 3.3). AWS
    // gives no tags of the source either; that it is one of ours is for the session policy, which names it.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    {
      Sid: 'CopyOwnSnapshot',
      Effect: 'Allow',
      Action: 'ec2:CopySnapshot',
      Resource: sourceSnapshots(names.partition),
      Condition: {
        StringEquals: { 'ec2:Owner': names.account },
        Null: { [`aws:RequestTag/${TAGS.incident}`]: 'true' },
      },
    },
    {
      Sid: 'CopyIntoTransit',
      Effect: 'Allow',
      Action: 'ec2:CopySnapshot',
      Resource: snapshots,
      Condition: { StringEquals: born },
    },
    ...handOverStatements(names),
    ...keyStatements(names),
    ...(sourceLock === 'off' ? [] : [lockStatement(snapshots, sourceLock.days)]),
    ...(image ? imageStatements(names, snapshots) : []),
    ...keyPaths.map((path) => keyPathStatement(names, path)),
  ];
};

/** The transit key of a Region, as a member names it: an alias ARN, for key ids are random. */
export const transitKeyArn = (names: Pick<Names, 'partition' | 'evidenceAccount'>, region: string): string =>
  `arn:${names.partition}:kms:${region}:${names.evidenceAccount}:${KEY_ALIASES.transit}`;
