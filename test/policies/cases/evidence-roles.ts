import { KEY_ALIASES, RECORDER_FUNCTION_NAME, TAGS, type StepName } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';

type Given = NonNullable<PowerCase['given']>;

/** A request of a role with everything right, and what may be wrong with it, one thing at a time. */
interface Asked {
  readonly does: string;
  readonly action: string;
  readonly on: string;
  readonly right: Given;
  readonly wrong: readonly { readonly how: string; readonly given: Given }[];
}

const SNAPSHOT = `arn:aws:ec2:${HOME}::snapshot/snap-0a1b2c3d4e5f60718`;

const tags = (kind: 'Request' | 'Resource', hop: string, incident: string): Given => ({
  [`aws:${kind}Tag/${TAGS.hop}`]: hop,
  [`aws:${kind}Tag/${TAGS.incident}`]: incident,
});

const BORN = tags('Request', 'evidence', INCIDENT);
const AT_BIRTH = { 'ec2:CreateAction': 'CopySnapshot' };
const EVIDENCE = tags('Resource', 'evidence', INCIDENT);
const LOCKED = { 'ec2:SnapshotLockDuration': String(config.evidence.lockDays) };
const SHARED = { 'ec2:Add/userId': ACCOUNTS.forensics };

const wrongTags = (
  kind: 'Request' | 'Resource',
  rest: Given,
): readonly { readonly how: string; readonly given: Given }[] => [
  {
    how: 'as of another incident',
    given: { ...rest, ...tags(kind, 'evidence', OTHER_INCIDENT) },
  },
  { how: 'as a copy on its way', given: { ...rest, ...tags(kind, 'transit', INCIDENT) } },
  { how: 'as of no hop', given: { ...rest, [`aws:${kind}Tag/${TAGS.incident}`]: INCIDENT } },
];

const CUSTODIAN: readonly Asked[] = [
  {
    does: 'copies a snapshot into evidence',
    action: 'ec2:CopySnapshot',
    on: SNAPSHOT,
    right: BORN,
    wrong: wrongTags('Request', {}),
  },
  {
    does: 'tags a copy at its birth',
    action: 'ec2:CreateTags',
    on: SNAPSHOT,
    right: { ...BORN, ...AT_BIRTH },
    wrong: [
      ...wrongTags('Request', AT_BIRTH),
      { how: 'when it is there already, to make evidence of it', given: BORN },
      {
        how: 'when it is made of a volume of the account',
        given: { ...BORN, 'ec2:CreateAction': 'CreateSnapshot' },
      },
    ],
  },
  {
    does: 'locks a copy',
    action: 'ec2:LockSnapshot',
    on: SNAPSHOT,
    right: { ...EVIDENCE, ...LOCKED },
    wrong: [
      ...wrongTags('Resource', LOCKED),
      {
        how: 'for a day less than the deployment says',
        given: { ...EVIDENCE, 'ec2:SnapshotLockDuration': String(config.evidence.lockDays - 1) },
      },
    ],
  },
  {
    does: 'shares a copy with the forensics account',
    action: 'ec2:ModifySnapshotAttribute',
    on: SNAPSHOT,
    right: { ...EVIDENCE, ...SHARED },
    wrong: [
      ...wrongTags('Resource', SHARED),
      {
        how: 'in name, and means an account outside',
        given: { ...EVIDENCE, 'ec2:Add/userId': ACCOUNTS.outside },
      },
      { how: 'and with everybody', given: { ...EVIDENCE, ...SHARED, 'ec2:Add/group': 'all' } },
    ],
  },
];

const custodianCases: readonly PowerCase[] = CUSTODIAN.flatMap(
  ({ does, action, on, right, wrong }): readonly PowerCase[] => [
    { name: `the custodian ${does}`, as: 'custodian', action, on, given: right, answer: 'allowed' },
    ...wrong.map(({ how, given }): PowerCase => ({
      name: `the custodian ${does} ${how}`,
      as: 'custodian',
      action,
      on,
      given,
      // A control policy keeps copies from the public as well.
      guardrails: 'off',
      answer: { notAllowedBy: 'identity' },
    })),
  ],
);

/** Of the account outside: a key that lets everybody in, under which it shares a snapshot, is the bait. */
const BAIT = {
  on: `arn:aws:kms:${HOME}:${ACCOUNTS.outside}:key/0c9b8a7f-6e5d-4c3b-8a19-0f1e2d3c4b5a`,
  owner: 'outside',
  alone: 'role',
} as const;
const OWN_KEY = {
  on: keyNamed({ account: 'evidence', of: KEY_ALIASES.evidence }),
  owner: 'evidence',
  alone: 'role',
} as const;
const THROUGH_EC2 = { 'kms:ViaService': `ec2.${HOME}.amazonaws.com` };
const TO_AWS = { 'kms:GrantIsForAWSResource': 'true' };

const custodianKeyCases: readonly PowerCase[] = (
  [
    { ...BAIT, action: 'kms:DescribeKey', given: {}, name: 'asks what a key of an account outside is' },
    {
      ...BAIT,
      action: 'kms:Decrypt',
      given: THROUGH_EC2,
      name: 'uses a key of an account outside through EC2',
    },
    {
      ...BAIT,
      action: 'kms:CreateGrant',
      given: { ...THROUGH_EC2, ...TO_AWS },
      name: 'lets EC2 use a key of an account outside',
    },
    { ...OWN_KEY, action: 'kms:Decrypt', given: {}, name: 'decrypts itself under an open key' },
    {
      ...OWN_KEY,
      action: 'kms:CreateGrant',
      given: TO_AWS,
      name: 'grants the use of an open key itself',
    },
    {
      ...OWN_KEY,
      action: 'kms:CreateGrant',
      given: { ...THROUGH_EC2, 'kms:GrantIsForAWSResource': 'false' },
      name: 'lets somebody who is not AWS use an open key',
    },
  ] as const
).map(({ name, ...asked }): PowerCase => ({
  ...asked,
  name: `the custodian ${name}`,
  as: 'custodian',
  answer: { notAllowedBy: 'identity' },
}));

const homeArn = (service: string, rest: string): string =>
  `arn:aws:${service}:${HOME}:${ACCOUNTS.evidence}:${rest}`;

const streamOf = (name: string): string =>
  homeArn('logs', `log-group:/aws/lambda/${name}:log-stream:2026/11/21/[$LATEST]0a1b2c3d`);

const recorderLogCases: readonly PowerCase[] = (
  [
    { does: 'begins a stream in', action: 'logs:CreateLogStream' },
    { does: 'writes lines into', action: 'logs:PutLogEvents' },
  ] as const
).flatMap(({ does, action }): readonly PowerCase[] => [
  {
    name: `the recorder ${does} its log`,
    as: 'recorder',
    action,
    on: streamOf(RECORDER_FUNCTION_NAME),
    answer: 'allowed',
  },
  {
    name: `the recorder ${does} the log of another function`,
    as: 'recorder',
    action,
    on: streamOf('audit'),
    answer: { notAllowedBy: 'identity' },
  },
]);

const readerCases: readonly PowerCase[] = (
  [
    { does: 'see which copies of evidence there are', action: 'ec2:DescribeSnapshots', on: '*' },
    { does: 'see until when copies are locked', action: 'ec2:DescribeLockedSnapshots', on: '*' },
  ] as const
).map(({ does, ...asked }): PowerCase => ({
  ...asked,
  name: `forensic staff ${does}`,
  as: 'evidence reader',
  answer: 'allowed',
}));

/** Staff read; they do nothing with a copy. */
const readerAttackCases: readonly PowerCase[] = (
  [
    { does: 'share a copy', action: 'ec2:ModifySnapshotAttribute', given: SHARED },
    { does: 'delete a copy', action: 'ec2:DeleteSnapshot', given: {} },
    { does: 'copy a copy', action: 'ec2:CopySnapshot', given: {} },
  ] as const
).map(({ does, action, given }): PowerCase => ({
  name: `forensic staff ${does}, who may read alone`,
  as: 'evidence reader',
  action,
  on: SNAPSHOT,
  given,
  guardrails: 'off',
  answer: { notAllowedBy: 'identity' },
}));

const ASKERS: readonly StepName[] = [
  'intake',
  'freeze',
  'trace-sessions',
  'verify-containment',
  'capture-memory',
  'take-custody',
  'investigate',
  'seal',
  'release',
  'lift-due',
  'close-openings',
];

/** That each may ask while its account is of the organization is among the cases of the functions. */
const askCases: readonly PowerCase[] = ASKERS.map((step) => ({
  name: `the ${step} function asks the recorder after the security account left the organization`,
  as: `function ${step}`,
  action: 'lambda:InvokeFunction',
  on: homeArn('lambda', `function:${RECORDER_FUNCTION_NAME}`),
  owner: 'evidence',
  given: { 'aws:PrincipalOrgID': 'o-elsewhere1' },
  answer: { notAllowedBy: 'cross-account' },
}));

/** What the roles of the evidence account may do, and who asks the recorder. */
export const evidenceRoleCases: readonly PowerCase[] = [
  ...custodianCases,
  ...custodianKeyCases,
  ...recorderLogCases,
  ...readerCases,
  ...readerAttackCases,
  ...askCases,
];
