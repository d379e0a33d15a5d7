import {
  FORENSIC_IMAGE_PARAMETER,
  FORENSIC_MACHINE_ROLE_NAME,
  IAM_PATH,
  KEY_ALIASES,
  TAGS,
  TRIAGE_DOCUMENT_NAME,
} from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT, type AccountName } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';
import { recordingCases, recordingOf } from './recordings.ts';

type Given = NonNullable<PowerCase['given']>;

const ec2 = (rest: string, account: AccountName = 'forensics'): string =>
  `arn:aws:ec2:${HOME}:${ACCOUNTS[account]}:${rest}`;
const MACHINE = ec2('instance/i-0a1b2c3d4e5f60718');
const VOLUME = ec2('volume/vol-0a1b2c3d4e5f60718');
const SNAPSHOT = `arn:aws:ec2:${HOME}::snapshot/snap-0a1b2c3d4e5f60718`;

const madeFor = (incident: string): Given => ({ [`aws:RequestTag/${TAGS.incident}`]: incident });
const of = (incident: string): Given => ({ [`aws:ResourceTag/${TAGS.incident}`]: incident });
const role = (name: string): string => `arn:aws:iam::${ACCOUNTS.forensics}:role${name}`;

/** A request of the examiner with everything right, and what may be wrong with it, one thing at a time. */
const EXAMINER: readonly {
  readonly does: string;
  readonly action: string;
  readonly on: string;
  readonly right: Given;
  readonly wrong: readonly { readonly how: string; readonly given: Given }[];
}[] = [
  ...[
    { what: 'into the subnet', on: ec2('subnet/subnet-0a1b2c3d4e5f60718') },
    { what: 'behind the group', on: ec2('security-group/sg-0a1b2c3d4e5f60718') },
    { what: 'with the interface', on: ec2('network-interface/*') },
    { what: 'from the image', on: `arn:aws:ec2:${HOME}::image/ami-0a1b2c3d4e5f60718` },
  ].map(({ what, on }) => ({
    does: `starts the machine ${what} of its template`,
    action: 'ec2:RunInstances',
    on,
    right: { 'ec2:IsLaunchTemplateResource': 'true' },
    wrong: [
      {
        how: 'in name, and gives another one, with a way out',
        given: { 'ec2:IsLaunchTemplateResource': 'false' },
      },
      { how: 'without a template', given: {} },
    ],
  })),
  {
    does: 'starts a machine for the incident',
    action: 'ec2:RunInstances',
    on: ec2('instance/*'),
    right: madeFor(INCIDENT),
    wrong: [
      { how: 'and tags it as of another', given: madeFor(OTHER_INCIDENT) },
      { how: 'and does not tag it', given: {} },
    ],
  },
  {
    does: 'gives the machine its role',
    action: 'iam:PassRole',
    on: role(`${IAM_PATH}${FORENSIC_MACHINE_ROLE_NAME}`),
    right: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    wrong: [{ how: 'by a function of its own', given: { 'iam:PassedToService': 'lambda.amazonaws.com' } }],
  },
  {
    does: 'makes a volume of a copy of evidence',
    action: 'ec2:CreateVolume',
    on: SNAPSHOT,
    right: { 'ec2:Owner': ACCOUNTS.evidence },
    wrong: [
      {
        how: 'in name, and takes a snapshot of an account outside',
        given: { 'ec2:Owner': ACCOUNTS.outside },
      },
      { how: 'that the forensics account made itself', given: { 'ec2:Owner': ACCOUNTS.forensics } },
    ],
  },
  {
    does: 'makes a working volume for the incident',
    action: 'ec2:CreateVolume',
    on: ec2('volume/*'),
    right: madeFor(INCIDENT),
    wrong: [
      { how: 'and tags it as of another', given: madeFor(OTHER_INCIDENT) },
      { how: 'and does not tag it', given: {} },
    ],
  },
  ...[
    { what: 'a machine', on: MACHINE, making: 'RunInstances' },
    { what: 'a working volume', on: VOLUME, making: 'CreateVolume' },
  ].map(({ what, on, making }) => ({
    does: `tags ${what} at its birth`,
    action: 'ec2:CreateTags',
    on,
    right: { ...madeFor(INCIDENT), 'ec2:CreateAction': making },
    wrong: [
      {
        how: 'as of another incident',
        given: { ...madeFor(OTHER_INCIDENT), 'ec2:CreateAction': making },
      },
      { how: 'when it is there already', given: madeFor(INCIDENT) },
    ],
  })),
  ...[
    { what: 'a volume to a machine', on: MACHINE },
    { what: 'a working volume', on: VOLUME },
  ].map(({ what, on }) => ({
    does: `attaches ${what} of the incident`,
    action: 'ec2:AttachVolume',
    on,
    right: of(INCIDENT),
    wrong: [
      { how: 'in name, and means one of another', given: of(OTHER_INCIDENT) },
      { how: 'in name, and means one of no incident', given: {} },
    ],
  })),
  {
    does: 'has the machine examine its disks',
    action: 'ssm:SendCommand',
    on: MACHINE,
    right: { [`ssm:resourceTag/${TAGS.incident}`]: INCIDENT },
    wrong: [
      {
        how: 'in name, and means that of another incident',
        given: { [`ssm:resourceTag/${TAGS.incident}`]: OTHER_INCIDENT },
      },
      { how: 'in name, and means an instance of no incident', given: {} },
    ],
  },
];

const examinerCases: readonly PowerCase[] = EXAMINER.flatMap(
  ({ does, action, on, right, wrong }): readonly PowerCase[] => [
    { name: `the examiner ${does}`, as: 'examiner', action, on, given: right, answer: 'allowed' },
    ...wrong.map(({ how, given }): PowerCase => ({
      name: `the examiner ${does} ${how}`,
      as: 'examiner',
      action,
      on,
      given,
      answer: { notAllowedBy: 'identity' },
    })),
  ],
);

const document = (name: string, account: string = ACCOUNTS.forensics): string =>
  `arn:aws:ssm:${HOME}:${account}:document/${name}`;

/** Of documents the examiner reads and sends the one that examines disks. */
const examinerDocumentCases: readonly PowerCase[] = (['ssm:GetDocument', 'ssm:SendCommand'] as const).flatMap(
  (action): readonly PowerCase[] => [
    {
      name: `the examiner calls ${action} with the document that examines disks`,
      as: 'examiner',
      action,
      on: document(TRIAGE_DOCUMENT_NAME),
      answer: 'allowed',
    },
    ...[document('somebody-elses'), document(TRIAGE_DOCUMENT_NAME, ACCOUNTS.outside)].map(
      (on): PowerCase => ({
        name: `the examiner calls ${action} with ${on}`,
        as: 'examiner',
        action,
        on,
        answer: { notAllowedBy: 'identity' },
      }),
    ),
  ],
);

/** The launch template's parameter is read as whoever launches: a public one, or the one that is the account's own. */
const examinerImageCases: readonly PowerCase[] = [
  `arn:aws:ssm:${HOME}::parameter/aws/service/ami-amazon-linux-latest/any`,
  `arn:aws:ssm:${HOME}:${ACCOUNTS.forensics}:parameter${FORENSIC_IMAGE_PARAMETER}`,
].map((on) => ({
  name: `the examiner resolves the image that ${on} names`,
  as: 'examiner',
  action: 'ssm:GetParameters',
  on,
  answer: 'allowed',
}));

const examinerAttackCases: readonly PowerCase[] = (
  [
    {
      does: 'changes the document that examines disks',
      action: 'ssm:UpdateDocument',
      on: document(TRIAGE_DOCUMENT_NAME),
      given: {},
    },
    {
      does: 'gives the machine the role of an administrator',
      action: 'iam:PassRole',
      on: role('/administrator'),
      given: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
    {
      does: 'reads a secret parameter in place of the name of an image',
      action: 'ssm:GetParameters',
      on: `arn:aws:ssm:${HOME}:${ACCOUNTS.forensics}:parameter/secret`,
      given: {},
    },
  ] as const
).map(({ does, ...asked }): PowerCase => ({
  ...asked,
  name: `the examiner ${does}`,
  as: 'examiner',
  answer: { notAllowedBy: 'identity' },
}));

const THROUGH_EC2 = { 'kms:ViaService': `ec2.${HOME}.amazonaws.com` };
const TO_AWS = { 'kms:GrantIsForAWSResource': 'true' };

const examinerKeyCases: readonly PowerCase[] = (
  [
    { does: 'decrypts itself under an open key', action: 'kms:Decrypt', given: {} },
    {
      does: 'uses an open key through S3',
      action: 'kms:Decrypt',
      given: { 'kms:ViaService': `s3.${HOME}.amazonaws.com` },
    },
    { does: 'grants the use of an open key itself', action: 'kms:CreateGrant', given: TO_AWS },
    {
      does: 'lets somebody who is not AWS use an open key',
      action: 'kms:CreateGrant',
      given: { ...THROUGH_EC2, 'kms:GrantIsForAWSResource': 'false' },
    },
  ] as const
).map(({ does, action, given }): PowerCase => ({
  name: `the examiner ${does}`,
  as: 'examiner',
  action,
  on: keyNamed({ account: 'forensics', of: KEY_ALIASES.forensics }),
  given,
  alone: 'role',
  answer: { notAllowedBy: 'identity' },
}));

/** What the agent of the forensic machine calls. https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html */
const CHANNEL: readonly { readonly action: string; readonly on: string }[] = [
  { action: 'ssm:UpdateInstanceInformation', on: MACHINE },
  ...[
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
    'ec2messages:AcknowledgeMessage',
    'ec2messages:DeleteMessage',
    'ec2messages:FailMessage',
    'ec2messages:GetEndpoint',
    'ec2messages:GetMessages',
    'ec2messages:SendReply',
  ].map((action) => ({ action, on: '*' })),
];

/** What malware on the machine would do with its role, had somebody attached everything to it. */
const ESCAPES: readonly { readonly does: string; readonly action: string; readonly on: string }[] = [
  {
    does: 'reads a parameter',
    action: 'ssm:GetParameter',
    on: `arn:aws:ssm:${HOME}:${ACCOUNTS.forensics}:parameter/secret`,
  },
  { does: 'carries data into a bucket', action: 's3:PutObject', on: 'arn:aws:s3:::somebody-elses/loot' },
  { does: 'becomes an administrator', action: 'sts:AssumeRole', on: role('/administrator') },
  { does: 'starts machines', action: 'ec2:RunInstances', on: ec2('instance/*') },
];

const machineCases: readonly PowerCase[] = [
  ...CHANNEL.map(({ action, on }): PowerCase => ({
    name: `the agent of the forensic machine calls ${action}`,
    as: 'forensic machine',
    action,
    on,
    answer: 'allowed',
  })),
  ...ESCAPES.map(({ does, action, on }): PowerCase => ({
    name: `malware on the forensic machine, whose role somebody gave everything, ${does}`,
    as: 'forensic machine',
    action,
    on,
    alone: 'resource',
    answer: { deniedBy: [`forensics/${FORENSIC_MACHINE_ROLE_NAME}/NothingElse`] },
  })),
];

/** Calls of the agent through the endpoints of the isolated network, which must be no way out for other credentials. */
const THROUGH: readonly {
  readonly through: string;
  readonly action: string;
  readonly on: (account: AccountName) => string;
}[] = [
  {
    through: 'ssm',
    action: 'ssm:UpdateInstanceInformation',
    on: (account) => ec2('instance/i-0a1b2c3d4e5f60718', account),
  },
  { through: 'ssmmessages', action: 'ssmmessages:OpenDataChannel', on: () => '*' },
  ...['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'].map((action) => ({
    through: 'logs',
    action,
    on: (account: AccountName) => recordingOf('/cordon/sessions', account),
  })),
  { through: 'logs', action: 'logs:DescribeLogGroups', on: () => '*' },
];

const endpointCases: readonly PowerCase[] = THROUGH.flatMap(
  ({ through, action, on }): readonly PowerCase[] => [
    {
      name: `the agent of the forensic machine calls ${action} through the endpoint ${through}`,
      as: 'forensic machine',
      action,
      on: on('forensics'),
      through,
      answer: 'allowed',
    },
    ...(['outside', 'member', 'evidence'] as const).map((account): PowerCase => ({
      name: `malware with credentials of ${account} calls ${action} through the endpoint ${through} of the isolated network`,
      as: `administrator of ${account}`,
      action,
      on: on(account),
      through,
      answer: { notAllowedBy: 'endpoint' },
    })),
  ],
);

/** What the examiner and the forensic machine may do, and that nothing leaves the isolated network. */
export const forensicsCases: readonly PowerCase[] = [
  ...examinerCases,
  ...examinerDocumentCases,
  ...examinerImageCases,
  ...examinerAttackCases,
  ...examinerKeyCases,
  ...machineCases,
  ...recordingCases,
  ...endpointCases,
];
