import { KEY_ALIASES, TAGS } from '@cordon/incident';
import { memberArn, sourceSnapshots } from './contain.ts';
import { madeForIncident, ofIncident, type Names, type Statement } from './statement.ts';

/** Reads that have no resource level. */
export const ACQUIRE_READS = ['ec2:DescribeSnapshots'] as const;
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

/** Sharing with the evidence account alone, and taking it back; removing what was marked for it at birth. */
const handOverStatements = (names: Names): readonly Statement[] => {
  // Snapshot ARNs carry no account: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
  const snapshots = `arn:${names.partition}:ec2:*::snapshot/*`;
  const intermediate = { [`aws:ResourceTag/${TAGS.intermediate}`]: 'true', ...ofIncident };
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
    ...ebsKeyStatements('MemberKeys', memberArn(names, 'kms', 'key/*')),
    ...ebsKeyStatements('TransitKey', `arn:${names.partition}:kms:*:${names.evidenceAccount}:key/*`),
  ];
};

/**
 * The acquire duty: freeze disks and hand copies over. It can share to the evidence account alone, never publicly, and
 * delete only snapshots that were tagged intermediate when they were made; no role can add that tag later.
 */
export const acquireStatements = (names: Names): readonly Statement[] => {
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
  ];
};

/** The transit key of a Region, as a member names it: an alias ARN, for key ids are random. */
export const transitKeyArn = (names: Pick<Names, 'partition' | 'evidenceAccount'>, region: string): string =>
  `arn:${names.partition}:kms:${region}:${names.evidenceAccount}:${KEY_ALIASES.transit}`;
