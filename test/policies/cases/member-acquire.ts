import { KEY_ALIASES, TAGS } from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';
import { INSTANCE, MEMBER_KEY, neverOf, powerOf, SNAPSHOT, type Power, VOLUME } from './duty-cases.ts';

const NEW_SNAPSHOT = `arn:aws:ec2:${HOME}::snapshot/*`;
const TRANSIT_KEY = keyNamed({ account: 'evidence', of: KEY_ALIASES.transit });

type Given = NonNullable<PowerCase['given']>;

/** Tags that a snapshot is made with. */
const asking = (tags: Readonly<Record<string, string>>): Given => ({
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  'aws:TagKeys': Object.keys(tags),
});
/** Tags that a snapshot has. */
const having = (tags: Readonly<Record<string, string>>): Given =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));

const OURS = { [TAGS.incident]: INCIDENT, [TAGS.intermediate]: 'true' };
const OF_ANOTHER = { ...OURS, [TAGS.incident]: OTHER_INCIDENT };
/** A copy that is meant to stay: nothing of ours may delete it. */
const TO_STAY = { [TAGS.incident]: INCIDENT };
const OWNED = { 'ec2:Owner': ACCOUNTS.member };

/** The refusals of tags at birth, for whatever makes a snapshot. */
const bornWrong = (does: string, given: Given = {}): NonNullable<Power['wrong']> => [
  { does: `${does} for another incident`, given: { ...given, ...asking(OF_ANOTHER) } },
  { does: `${does} without the mark by which it is deleted later`, given: { ...given, ...asking(TO_STAY) } },
  { does: `${does} without any tag`, given },
];

const freezeCases: readonly PowerCase[] = powerOf('acquire', [
  { does: 'freezes a single volume', action: 'ec2:CreateSnapshot', on: VOLUME },
  ...(['CreateSnapshot', 'CreateSnapshots'] as const).map((operation) => {
    const what =
      operation === 'CreateSnapshot' ? 'a snapshot of a volume' : "snapshots of an instance's volumes";
    return {
      does: `makes ${what}, marked with its incident`,
      action: `ec2:${operation}`,
      on: NEW_SNAPSHOT,
      given: asking(OURS),
      wrong: bornWrong(`makes ${what}`),
    };
  }),
  ...(['CreateSnapshots', 'CreateSnapshot', 'CopySnapshot'] as const).map((operation) => ({
    does: `marks what ${operation} makes, at its birth`,
    action: 'ec2:CreateTags',
    on: NEW_SNAPSHOT,
    given: { 'ec2:CreateAction': operation, ...asking(OURS) },
    wrong: [
      ...bornWrong(`marks what ${operation} makes`, { 'ec2:CreateAction': operation }).slice(0, 2),
      {
        does: `marks a snapshot that was there before ${operation}, to delete it or share it as its own`,
        on: SNAPSHOT,
        given: asking(OURS),
      },
    ],
  })),
]);

const copyCases: readonly PowerCase[] = powerOf('acquire', [
  {
    does: 'reads a snapshot of its account for a copy',
    action: 'ec2:CopySnapshot',
    on: SNAPSHOT,
    given: OWNED,
    wrong: [
      {
        does: 'copies a snapshot that an account outside shared, to pass it off as evidence',
        given: { 'ec2:Owner': ACCOUNTS.outside },
      },
    ],
  },
  {
    does: 'makes a copy for its way to evidence, marked with its incident',
    action: 'ec2:CopySnapshot',
    on: NEW_SNAPSHOT,
    given: asking(OURS),
    wrong: [
      ...bornWrong('makes a copy'),
      {
        does: 'makes a copy that is marked with another incident, and looks like a source that it owns',
        given: { ...OWNED, ...asking(OF_ANOTHER) },
      },
    ],
  },
]);

const SHARE = { 'ec2:Attribute': 'createVolumePermission', 'ec2:Add/userId': ACCOUNTS.evidence };
const TAKE_BACK = { 'ec2:Attribute': 'createVolumePermission', 'ec2:Remove/userId': ACCOUNTS.evidence };

const handOverCases: readonly PowerCase[] = powerOf('acquire', [
  {
    does: 'shares its snapshot with the evidence account',
    action: 'ec2:ModifySnapshotAttribute',
    on: SNAPSHOT,
    given: { ...SHARE, ...having(OURS) },
    wrong: [
      {
        does: 'shares its snapshot with an account outside',
        given: { ...SHARE, 'ec2:Add/userId': ACCOUNTS.outside, ...having(OURS) },
      },
      {
        does: 'shares its snapshot with the evidence account, and with everybody in the same request',
        given: { ...SHARE, 'ec2:Add/group': 'all', ...having(OURS) },
      },
      { does: 'shares a snapshot of another incident', given: { ...SHARE, ...having(OF_ANOTHER) } },
      { does: "shares the owner's snapshot", given: SHARE },
      {
        does: 'shares a snapshot of its incident that is no intermediate',
        given: { ...SHARE, ...having(TO_STAY) },
      },
    ],
  },
  {
    does: 'takes the share with the evidence account back',
    action: 'ec2:ModifySnapshotAttribute',
    on: SNAPSHOT,
    given: { ...TAKE_BACK, ...having(OURS) },
    wrong: [
      {
        does: 'takes back a share that the owner made with another account',
        given: { ...TAKE_BACK, 'ec2:Remove/userId': ACCOUNTS.outside, ...having(OURS) },
      },
      {
        does: 'takes the share back and gives it to an account outside in the same request',
        given: { ...TAKE_BACK, 'ec2:Add/userId': ACCOUNTS.outside, ...having(OURS) },
      },
      {
        does: 'takes the share back and gives it to everybody in the same request',
        given: { ...TAKE_BACK, 'ec2:Add/group': 'all', ...having(OURS) },
      },
      { does: 'takes back the share of another incident', given: { ...TAKE_BACK, ...having(OF_ANOTHER) } },
      { does: "takes back the share of the owner's snapshot", given: TAKE_BACK },
      {
        does: 'takes back the share of a snapshot that is no intermediate',
        given: { ...TAKE_BACK, ...having(TO_STAY) },
      },
    ],
  },
  {
    does: 'deletes its intermediate snapshot',
    action: 'ec2:DeleteSnapshot',
    on: SNAPSHOT,
    given: having(OURS),
    wrong: [
      { does: 'deletes an intermediate snapshot of another incident', given: having(OF_ANOTHER) },
      { does: 'deletes a snapshot of its incident that is to stay', given: having(TO_STAY) },
      { does: "deletes the owner's backup", given: {} },
    ],
  },
]);

/** For no longer than the deployment says, and never what is not its own intermediate. */
const lockCases: readonly PowerCase[] = powerOf('acquire', [
  {
    does: 'locks its intermediate snapshot for a day',
    action: 'ec2:LockSnapshot',
    on: SNAPSHOT,
    given: { 'ec2:SnapshotLockDuration': '1', ...having(OURS) },
    wrong: [
      {
        does: 'locks its intermediate snapshot for a hundred years',
        given: { 'ec2:SnapshotLockDuration': '36500', ...having(OURS) },
      },
      { does: 'locks its intermediate snapshot until a date of its choice', given: having(OURS) },
      {
        does: 'locks a snapshot of another incident',
        given: { 'ec2:SnapshotLockDuration': '1', ...having(OF_ANOTHER) },
      },
      {
        does: 'locks a snapshot of its incident that is no intermediate',
        given: { 'ec2:SnapshotLockDuration': '1', ...having(TO_STAY) },
      },
      { does: "locks the owner's backup", given: { 'ec2:SnapshotLockDuration': '1' } },
    ],
  },
]);

const VIA_EC2 = { 'kms:ViaService': `ec2.${HOME}.amazonaws.com` };
const FOR_AWS = { 'kms:GrantIsForAWSResource': 'true' };

/** Through EC2 only, and grants to AWS only, whatever the key itself would admit. */
const keyCases: readonly PowerCase[] = [
  { whose: 'the owner', on: MEMBER_KEY },
  // The transit key's own policy says the same, and would hide what the role says.
  { whose: 'the evidence account', on: TRANSIT_KEY, owner: 'evidence' as const, alone: 'role' as const },
].flatMap(({ whose, ...key }) =>
  powerOf('acquire', [
    {
      ...key,
      does: `has EBS read under a key of ${whose}`,
      action: 'kms:Decrypt',
      given: VIA_EC2,
      wrong: [
        { does: `decrypts with a key of ${whose} itself`, given: {} },
        {
          does: `decrypts with a key of ${whose} through another service`,
          given: { 'kms:ViaService': `secretsmanager.${HOME}.amazonaws.com` },
        },
      ],
    },
    {
      ...key,
      does: `has EBS grant itself a key of ${whose}`,
      action: 'kms:CreateGrant',
      given: { ...VIA_EC2, ...FOR_AWS },
      wrong: [
        { does: `grants a key of ${whose} itself`, given: FOR_AWS },
        {
          does: `grants a key of ${whose} to somebody who is not AWS`,
          given: { ...VIA_EC2, 'kms:GrantIsForAWSResource': 'false' },
        },
      ],
    },
  ]),
);

const CUSTODIAN = `arn:aws:iam::${ACCOUNTS.evidence}:role/cordon/cordon-custodian`;
const READ_UNDER_IT = {
  'kms:GranteePrincipal': CUSTODIAN,
  'kms:GrantOperations': ['DescribeKey', 'Decrypt', 'ReEncryptFrom', 'CreateGrant'],
};

/** What the ways to a copy need that a deployment opts in to, and the look at a key that comes before them all. */
const keyPathCases: readonly PowerCase[] = powerOf('acquire', [
  {
    does: "asks whether the owner's key can be used",
    action: 'kms:DescribeKey',
    on: MEMBER_KEY,
    wrong: [
      {
        does: 'asks about a key of another account',
        on: `arn:aws:kms:${HOME}:${ACCOUNTS.security}:key/0c0ffee0-0000-4000-8000-000000000009`,
      },
    ],
  },
  { does: 'makes a key for one copy', action: 'kms:CreateKey', on: '*' },
  {
    does: "admits the custodian to the owner's key, to read under it",
    action: 'kms:CreateGrant',
    on: MEMBER_KEY,
    given: READ_UNDER_IT,
    wrong: [
      {
        does: "admits an administrator of an account outside to the owner's key",
        given: { ...READ_UNDER_IT, 'kms:GranteePrincipal': `arn:aws:iam::${ACCOUNTS.outside}:role/admin` },
      },
      {
        does: "admits the custodian to write under the owner's key",
        given: { ...READ_UNDER_IT, 'kms:GrantOperations': ['Decrypt', 'Encrypt'] },
      },
      {
        does: "admits the custodian to the owner's key for what it does not say",
        given: { 'kms:GranteePrincipal': CUSTODIAN },
      },
    ],
  },
]);

const neverCases: readonly PowerCase[] = neverOf('acquire', [
  { does: 'reads the frozen disk itself', action: 'ebs:GetSnapshotBlock', on: SNAPSHOT, given: having(OURS) },
  { does: 'unlocks what it locked', action: 'ec2:UnlockSnapshot', on: SNAPSHOT, given: having(OURS) },
  { does: 'makes an image, which would reboot the host', action: 'ec2:CreateImage', on: INSTANCE },
  { does: 'stops the instance', action: 'ec2:StopInstances', on: INSTANCE },
  { does: 'ends a key of the owner', action: 'kms:ScheduleKeyDeletion', on: MEMBER_KEY },
]);

/** What freezes disks and hands them over may do, and what it may not. */
export const memberAcquireCases: readonly PowerCase[] = [
  ...freezeCases,
  ...copyCases,
  ...handOverCases,
  ...lockCases,
  ...keyCases,
  ...keyPathCases,
  ...neverCases,
];
