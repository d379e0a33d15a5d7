import {
  landingBucketName,
  LIVE_DOCUMENT_NAMES,
  MEMORY_DOCUMENT_NAMES,
  TAGS,
  toolsBucketName,
} from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import {
  INSTANCE,
  INTERFACE,
  memberEc2,
  memberIam,
  neverOf,
  PASSES_QUARANTINE_ROLE,
  powerOf,
  QUARANTINE_PROFILE,
  readsOf,
  VOLUME,
} from './duty-cases.ts';

const documentArn = (name: string, account: string = ACCOUNTS.member): string =>
  `arn:aws:ssm:${HOME}:${account}:document/${name}`;

const born = (incident: string, more: object = {}) => ({
  [`aws:RequestTag/${TAGS.incident}`]: incident,
  [`aws:RequestTag/${TAGS.hop}`]: 'capture',
  [`aws:RequestTag/${TAGS.intermediate}`]: 'true',
  'aws:TagKeys': [TAGS.incident, TAGS.hop, TAGS.intermediate],
  ...more,
});
const ours = (incident: string) => ({
  [`aws:ResourceTag/${TAGS.incident}`]: incident,
  [`aws:ResourceTag/${TAGS.hop}`]: 'capture',
  [`aws:ResourceTag/${TAGS.intermediate}`]: 'true',
});
/** A volume of the suspect, which was tagged when it was detached and held. */
const HELD = { [`aws:ResourceTag/${TAGS.incident}`]: INCIDENT };
const marked = (incident: string) => ({ [`aws:ResourceTag/${TAGS.incident}`]: incident });
const sentTo = (incident: string) => ({ [`ssm:resourceTag/${TAGS.incident}`]: incident });

const readCases: readonly PowerCase[] = readsOf('capture', {
  'ec2:DescribeIamInstanceProfileAssociations': 'looks whether the instance has a profile by now',
  'ec2:DescribeInstances': 'looks where the instance is',
  'ec2:DescribeVolumes': 'looks at its volume',
  'ssm:DescribeInstanceInformation': 'looks whether the agent answers',
  'ssm:GetCommandInvocation': 'looks how far the capture is',
  'ssm:ListCommands': 'looks whether a command whose reply was lost was sent',
});

const commandCases: readonly PowerCase[] = powerOf('capture', [
  ...[...Object.values(MEMORY_DOCUMENT_NAMES), ...Object.values(LIVE_DOCUMENT_NAMES)].flatMap((name) => [
    { does: `reads the document ${name}`, action: 'ssm:GetDocument', on: documentArn(name) },
    {
      does: `sends the document ${name}`,
      action: 'ssm:SendCommand',
      on: documentArn(name),
      wrong: [
        { does: `sends ${name} of a stranger`, on: documentArn(name, ACCOUNTS.outside) },
        { does: `sends a copy of ${name}`, on: documentArn(`${name}-2`) },
        { does: `sends another document in place of ${name}`, on: documentArn('shop-maintenance') },
      ],
    },
  ]),
  {
    does: 'sends it to the instance of the incident',
    action: 'ssm:SendCommand',
    on: INSTANCE,
    given: sentTo(INCIDENT),
    wrong: [
      { does: 'sends it to an instance of another incident', given: sentTo(OTHER_INCIDENT) },
      { does: 'sends it to an instance of none', given: {} },
    ],
  },
]);

const volumeCases: readonly PowerCase[] = powerOf('capture', [
  {
    does: 'makes an encrypted volume for the image',
    action: 'ec2:CreateVolume',
    on: VOLUME,
    given: born(INCIDENT, { 'ec2:Encrypted': 'true' }),
    wrong: [
      { does: 'makes a volume in the clear', given: born(INCIDENT, { 'ec2:Encrypted': 'false' }) },
      {
        does: 'makes a volume for another incident',
        given: born(OTHER_INCIDENT, { 'ec2:Encrypted': 'true' }),
      },
      { does: 'makes a volume without marks', given: { 'ec2:Encrypted': 'true' } },
      ...[TAGS.hop, TAGS.intermediate].map((tag) => ({
        does: `makes a volume without ${tag}`,
        given: born(INCIDENT, { 'ec2:Encrypted': 'true', [`aws:RequestTag/${tag}`]: 'x' }),
      })),
    ],
  },
  {
    does: 'marks the volume at its birth',
    action: 'ec2:CreateTags',
    on: VOLUME,
    given: born(INCIDENT, { 'ec2:CreateAction': 'CreateVolume' }),
    wrong: [
      { does: 'marks a volume that is there', given: born(INCIDENT) },
      {
        does: 'marks a volume for another incident',
        given: born(OTHER_INCIDENT, { 'ec2:CreateAction': 'CreateVolume' }),
      },
      ...[TAGS.hop, TAGS.intermediate].map((tag) => ({
        does: `marks a volume at its birth without ${tag}`,
        given: born(INCIDENT, { 'ec2:CreateAction': 'CreateVolume', [`aws:RequestTag/${tag}`]: 'x' }),
      })),
    ],
  },
  ...[
    ['ec2:AttachVolume', 'brings its volume', 'brings'],
    ['ec2:DetachVolume', 'takes its volume away', 'takes'],
    ['ec2:DeleteVolume', 'deletes its volume', 'deletes'],
  ].map(([action = '', does = '', attack = '']) => ({
    does,
    action,
    on: VOLUME,
    given: ours(INCIDENT),
    wrong: [
      { does: `${attack} the volume of another incident`, given: ours(OTHER_INCIDENT) },
      { does: `${attack} a disk of the suspect that is held`, given: HELD },
      { does: `${attack} a volume without marks`, given: {} },
      ...[TAGS.hop, TAGS.intermediate].map((tag) => ({
        does: `${attack} a volume without ${tag}`,
        given: { ...ours(INCIDENT), [`aws:ResourceTag/${tag}`]: 'x' },
      })),
    ],
  })),
  ...['ec2:AttachVolume', 'ec2:DetachVolume'].map((action) => ({
    does: `may at the instance of the incident ${action}`,
    action,
    on: INSTANCE,
    given: marked(INCIDENT),
    wrong: [
      { does: `may at the instance of another incident ${action}`, given: marked(OTHER_INCIDENT) },
      { does: `may at an instance of none ${action}`, given: {} },
    ],
  })),
]);

/** Regions in which the cases' organization has stacks. */
const bucketCases: readonly PowerCase[] = [HOME, 'eu-central-1'].flatMap((region): readonly PowerCase[] => {
  const bucket = toolsBucketName(ACCOUNTS.security, region);
  const inTheClear = {
    given: { 'aws:SecureTransport': 'false' },
    answer: { deniedBy: [`bucket ${bucket}/OnlyEncryptedTransport`] },
  };
  const ofFunction = { as: 'function capture-memory', action: 's3:GetObject' } as const;
  return [
    {
      ...ofFunction,
      name: `the capture function reads a tool of ${region}`,
      on: `arn:aws:s3:::${bucket}/0c0ffee0`,
      answer: 'allowed',
    },
    {
      ...ofFunction,
      name: `the capture function puts another file in place of a tool of ${region}`,
      action: 's3:PutObject',
      on: `arn:aws:s3:::${bucket}/0c0ffee0`,
      answer: { notAllowedBy: 'identity' },
    },
    {
      ...inTheClear,
      name: `the capture function reads a tool of ${region} over a way that is not encrypted`,
      as: 'function capture-memory',
      action: 's3:GetObject',
      on: `arn:aws:s3:::${bucket}/0c0ffee0`,
    },
    {
      ...inTheClear,
      name: `an administrator lists the tools of ${region} over a way that is not encrypted`,
      as: 'administrator of security',
      action: 's3:ListBucket',
      on: `arn:aws:s3:::${bucket}`,
    },
  ];
});

const NEW_KEY = { 's3:if-none-match': '*' };

/** The landing buckets: a key is written once, by the function's links; the recorder reads parts, and the function no part. */
const notAllowed = { answer: { notAllowedBy: 'identity' } } as const;
const ofFunction = { as: 'function capture-memory', owner: 'security' } as const;
const inLanding = (region: string) => {
  const bucket = landingBucketName(ACCOUNTS.security, region);
  return {
    bucket,
    part: `arn:aws:s3:::${bucket}/${INCIDENT}/part-0001`,
    links: `arn:aws:s3:::${bucket}/${INCIDENT}/links-0c0ffee0`,
    digests: `arn:aws:s3:::${bucket}/${INCIDENT}/digests`,
  };
};

const sendCases = (region: string): readonly PowerCase[] => {
  const { bucket, part, links, digests } = inLanding(region);
  const onlyNew = { deniedBy: [`bucket ${bucket}/OnlyNewKeys`] };
  const write = { ...ofFunction, action: 's3:PutObject', on: part } as const;
  return [
    { ...write, name: `a link writes a part that is new in ${region}`, given: NEW_KEY, answer: 'allowed' },
    { ...write, name: `a link writes over a part in ${region}`, answer: onlyNew },
    {
      ...write,
      ...notAllowed,
      name: `the capture function signs a link by which a part is written over in ${region}, whatever the bucket says`,
      alone: 'role',
    },
    {
      ...write,
      name: `an administrator writes over a part in ${region}`,
      as: 'administrator of security',
      answer: onlyNew,
    },
    {
      ...write,
      ...notAllowed,
      name: `the capture function writes outside the incidents of the landing bucket of ${region}`,
      on: `arn:aws:s3:::${bucket}/anything`,
      given: NEW_KEY,
    },
    {
      ...ofFunction,
      name: `a link reads the list of links of ${region}`,
      action: 's3:GetObject',
      on: links,
      answer: 'allowed',
    },
    {
      ...ofFunction,
      name: `the capture function reads the list of digests that a host sent in ${region}`,
      action: 's3:GetObject',
      on: digests,
      answer: 'allowed',
    },
    {
      ...ofFunction,
      ...notAllowed,
      name: `the capture function reads a part in ${region}`,
      action: 's3:GetObject',
      on: part,
    },
    {
      ...ofFunction,
      name: `the capture function deletes a part that was carried on in ${region}`,
      action: 's3:DeleteObject',
      on: part,
      answer: 'allowed',
    },
  ];
};

const carryCases = (region: string): readonly PowerCase[] => {
  const { bucket, part, links, digests } = inLanding(region);
  const inTheClear = {
    given: { 'aws:SecureTransport': 'false' },
    answer: { deniedBy: [`bucket ${bucket}/OnlyEncryptedTransport`] },
  };
  const read = { as: 'recorder', action: 's3:GetObject', on: part, owner: 'security' } as const;
  return [
    {
      ...inTheClear,
      name: `an administrator lists the landing bucket of ${region} over a way that is not encrypted`,
      as: 'administrator of security',
      action: 's3:ListBucket',
      on: `arn:aws:s3:::${bucket}`,
    },
    {
      ...inTheClear,
      ...read,
      name: `the recorder reads a part in ${region} over a way that is not encrypted`,
    },
    { ...read, name: `the recorder reads a part in ${region}`, answer: 'allowed' },
    {
      ...read,
      name: `the recorder reads the links of ${region}`,
      on: links,
      answer: { notAllowedBy: 'cross-account' },
    },
    {
      ...read,
      name: `the recorder reads the list of digests of ${region}`,
      on: digests,
      answer: { notAllowedBy: 'cross-account' },
    },
    ...(['custodian', 'evidence reader', 'administrator of evidence'] as const).map((as): PowerCase => ({
      ...read,
      name: `the ${as} reads a part in ${region}`,
      as,
      answer: { notAllowedBy: 'cross-account' },
    })),
  ];
};

const landingCases: readonly PowerCase[] = [HOME, 'eu-central-1'].flatMap((region) => [
  ...sendCases(region),
  ...carryCases(region),
]);

const elsewhereCase: PowerCase = {
  name: 'the capture function reads an object of another bucket of its account',
  as: 'function capture-memory',
  action: 's3:GetObject',
  on: 'arn:aws:s3:::shop-secrets/0c0ffee0',
  answer: { notAllowedBy: 'identity' },
};

const profileCases: readonly PowerCase[] = powerOf('capture', [
  {
    does: 'gives an instance without a profile the quarantine profile',
    action: 'ec2:AssociateIamInstanceProfile',
    on: INSTANCE,
    given: { ...marked(INCIDENT), 'ec2:NewInstanceProfile': QUARANTINE_PROFILE },
    wrong: [
      {
        does: "gives it an administrator's profile",
        given: { ...marked(INCIDENT), 'ec2:NewInstanceProfile': memberIam('instance-profile/administrator') },
      },
      {
        does: 'gives the quarantine profile to an instance of another incident',
        given: { ...marked(OTHER_INCIDENT), 'ec2:NewInstanceProfile': QUARANTINE_PROFILE },
      },
      {
        does: 'gives the quarantine profile to an instance of none',
        given: { 'ec2:NewInstanceProfile': QUARANTINE_PROFILE },
      },
    ],
  },
  PASSES_QUARANTINE_ROLE,
]);

const neverCases: readonly PowerCase[] = neverOf('capture', [
  { does: 'ends a command of others', action: 'ssm:CancelCommand', on: '*' },
  {
    does: 'makes a volume from a snapshot',
    action: 'ec2:CreateVolume',
    on: `arn:aws:ec2:${HOME}::snapshot/snap-0c0ffee0000000001`,
  },
  { does: 'snapshots a volume', action: 'ec2:CreateSnapshot', on: VOLUME, given: ours(INCIDENT) },
  { does: 'opens a session on the host', action: 'ssm:StartSession', on: INSTANCE, given: marked(INCIDENT) },
  {
    does: 'writes another document under our name',
    action: 'ssm:UpdateDocument',
    on: documentArn(MEMORY_DOCUMENT_NAMES.Linux),
  },
  { does: 'makes a document', action: 'ssm:CreateDocument', on: documentArn(MEMORY_DOCUMENT_NAMES.Linux) },
  { does: 'opens an interface', action: 'ec2:ModifyNetworkInterfaceAttribute', on: INTERFACE },
  {
    does: 'takes a profile off',
    action: 'ec2:DisassociateIamInstanceProfile',
    on: INSTANCE,
    given: marked(INCIDENT),
  },
  {
    does: 'starts the instance',
    action: 'ec2:StartInstances',
    on: memberEc2('instance/i-0c0ffee0000000001'),
  },
]);

/** What captures the memory of a contained host may do, and what it may not. */
export const memberCaptureCases: readonly PowerCase[] = [
  ...readCases,
  ...commandCases,
  ...volumeCases,
  ...profileCases,
  ...bucketCases,
  ...(config.evidence.memory?.landing === undefined ? [] : landingCases),
  elsewhereCase,
  ...neverCases,
];
