import { TAGS } from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import {
  CLASSIC_BALANCER,
  GROUP,
  INSTANCE,
  INTERFACE,
  MEMBER_KEY,
  memberEc2,
  memberIam,
  neverOf,
  powerOf,
  PROTECTED_ROLES,
  readsOf,
  SNAPSHOT,
  TARGET_GROUP,
  VOLUME,
} from './duty-cases.ts';

const IMAGE = `arn:aws:ec2:${HOME}::image/ami-0c0ffee0000000001`;
/** A role that the deployment names. */
const NAMED_ROLE = memberIam('role/Shop-Web-workload');

const inPlace = (incident: string) => ({
  [`aws:RequestTag/${TAGS.replaces}`]: incident,
  'aws:TagKeys': ['Name', TAGS.replaces],
});
const BORN = { 'ec2:CreateAction': 'RunInstances' };
const TOKENS = { 'ec2:MetadataHttpTokens': 'required' };
const TO_EC2 = { 'iam:PassedToService': 'ec2.amazonaws.com' };

const readCases: readonly PowerCase[] = [
  ...readsOf('replace', {
    'ec2:DescribeImages': 'looks how old an image is and whose',
    'ec2:DescribeInstances': 'looks at the instance and its replacement',
    'ec2:DescribeLaunchTemplateVersions': 'looks how old the version of a template is',
    'ec2:DescribeSnapshots': 'looks whether an image holds a disk of the instance',
    'ec2:DescribeSpotInstanceRequests': 'looks whether a Spot request launches another itself',
  }),
  ...powerOf('replace', [
    {
      does: 'reads the user data with which the instance was launched',
      action: 'ec2:DescribeInstanceAttribute',
      on: INSTANCE,
    },
    {
      does: 'looks which role a profile holds',
      action: 'iam:GetInstanceProfile',
      on: memberIam('instance-profile/Shop-Web'),
    },
  ]),
];

const launchCases: readonly PowerCase[] = powerOf('replace', [
  ...[ACCOUNTS.member, 'amazon'].map((owner) => ({
    does: `launches from an image of ${owner}`,
    action: 'ec2:RunInstances',
    on: IMAGE,
    given: { 'ec2:Owner': owner },
    wrong:
      owner === 'amazon'
        ? []
        : [
            { does: 'launches from an image of a stranger', given: { 'ec2:Owner': ACCOUNTS.outside } },
            { does: 'launches from an image of the marketplace', given: { 'ec2:Owner': 'aws-marketplace' } },
            { does: 'launches from an image of nobody', given: {} },
          ],
  })),
  {
    does: 'launches an instance that is marked for its incident and gives credentials for tokens alone',
    action: 'ec2:RunInstances',
    on: memberEc2('instance/*'),
    given: { ...inPlace(INCIDENT), ...TOKENS },
    wrong: [
      { does: 'launches an instance for another incident', given: { ...inPlace(OTHER_INCIDENT), ...TOKENS } },
      { does: 'launches an instance without a mark', given: TOKENS },
      {
        does: 'launches an instance that gives credentials without a token',
        given: { ...inPlace(INCIDENT), 'ec2:MetadataHttpTokens': 'optional' },
      },
      { does: 'launches an instance without a word on tokens', given: inPlace(INCIDENT) },
    ],
  },
  ...[
    { what: 'volume', on: memberEc2('volume/*') },
    { what: 'interface', on: memberEc2('network-interface/*') },
  ].map(({ what, on }) => ({
    does: `launches with a marked ${what}`,
    action: 'ec2:RunInstances',
    on,
    given: inPlace(INCIDENT),
    wrong: [
      { does: `launches with a ${what} of another incident`, given: inPlace(OTHER_INCIDENT) },
      { does: `launches with a ${what} without a mark`, given: {} },
    ],
  })),
  ...[
    { what: 'in the former groups', on: GROUP },
    { what: 'from the template', on: memberEc2('launch-template/lt-0c0ffee0000000001') },
    { what: 'in the former subnet', on: memberEc2('subnet/subnet-0c0ffee0000000001') },
    { what: 'with volumes of the image’s snapshots', on: SNAPSHOT },
  ].map(({ what, on }) => ({ does: `launches ${what}`, action: 'ec2:RunInstances', on })),
  {
    does: 'launches in a subnet that another account shares',
    action: 'ec2:RunInstances',
    on: `arn:aws:ec2:${HOME}:${ACCOUNTS.security}:subnet/subnet-0c0ffee0000000001`,
  },
  {
    does: 'launches with the key pair of the template',
    action: 'ec2:RunInstances',
    on: memberEc2('key-pair/shop'),
    given: { 'ec2:IsLaunchTemplateResource': 'true' },
    wrong: [
      {
        does: 'launches with a key pair of its own choice',
        given: { 'ec2:IsLaunchTemplateResource': 'false' },
      },
      { does: 'launches with a key pair without a template', given: {} },
    ],
  },
  ...[
    { what: 'the instance', on: INSTANCE },
    { what: 'a volume', on: VOLUME },
    { what: 'the interface', on: INTERFACE },
  ].map(({ what, on }) => ({
    does: `marks ${what} of a replacement at its birth`,
    action: 'ec2:CreateTags',
    on,
    given: { ...inPlace(INCIDENT), ...BORN },
    wrong: [
      { does: `marks ${what} for another incident`, given: { ...inPlace(OTHER_INCIDENT), ...BORN } },
      { does: `marks ${what} that exists`, given: inPlace(INCIDENT) },
    ],
  })),
]);

/** Marks by which it would be held for contained, or rules would hear of it. */
const markCases: readonly PowerCase[] = Object.values(TAGS)
  .filter((tag) => tag !== TAGS.replaces)
  .map((tag) => ({
    name: `the replace duty launches an instance that carries ${tag}`,
    as: 'replace',
    action: 'ec2:CreateTags',
    on: INSTANCE,
    given: { ...inPlace(INCIDENT), ...BORN, 'aws:TagKeys': [TAGS.replaces, tag] },
    answer: { deniedBy: ['member/cordon-replace/NeverOtherMarks'] },
  }));

const passCases: readonly PowerCase[] = [
  ...powerOf('replace', [
    {
      does: 'gives the replacement a role that the deployment names',
      action: 'iam:PassRole',
      on: NAMED_ROLE,
      given: TO_EC2,
      wrong: [
        { does: 'gives it a role that the deployment does not name', on: memberIam('role/shop/web') },
        { does: 'gives it the role of an administrator', on: memberIam('role/administrator') },
        {
          does: 'gives a named role to a function',
          given: { 'iam:PassedToService': 'lambda.amazonaws.com' },
        },
        { does: 'gives a named role to it knows not what', given: {} },
      ],
    },
  ]),
  ...Object.entries(PROTECTED_ROLES).map(([whose, on]): PowerCase => ({
    name: `the replace duty gives the replacement ${whose}`,
    as: 'replace',
    action: 'iam:PassRole',
    on,
    given: TO_EC2,
    answer: { deniedBy: ['member/cordon-replace/NeverOnProtectedRoles'] },
  })),
];

const VIA_EC2 = { 'kms:ViaService': `ec2.${HOME}.amazonaws.com` };

const keyCases: readonly PowerCase[] = powerOf('replace', [
  // AWS lists these of a launch from an encrypted snapshot, whichever it then uses.
  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
  ...['kms:DescribeKey', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'].map((action) => ({
    does: `has EBS make an encrypted disk of the image’s by ${action}`,
    action,
    on: MEMBER_KEY,
    given: VIA_EC2,
  })),
  {
    does: 'has EBS make a data key for the disk of the replacement',
    action: 'kms:GenerateDataKeyWithoutPlaintext',
    on: MEMBER_KEY,
    given: VIA_EC2,
    wrong: [{ does: 'makes a data key itself', given: {} }],
  },
  {
    does: 'has EBS grant itself the key of that disk',
    action: 'kms:CreateGrant',
    on: MEMBER_KEY,
    given: { ...VIA_EC2, 'kms:GrantIsForAWSResource': 'true' },
    wrong: [
      { does: 'grants a key itself', given: { 'kms:GrantIsForAWSResource': 'true' } },
      {
        does: 'grants a key to somebody who is not AWS',
        given: { ...VIA_EC2, 'kms:GrantIsForAWSResource': 'false' },
      },
    ],
  },
]);

const balancerCases: readonly PowerCase[] = powerOf('replace', [
  {
    does: 'has a target group send to the replacement',
    action: 'elasticloadbalancing:RegisterTargets',
    on: TARGET_GROUP,
  },
  {
    does: 'has a classic balancer send to the replacement',
    action: 'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
    on: CLASSIC_BALANCER,
  },
]);

const neverCases: readonly PowerCase[] = neverOf('replace', [
  { does: 'ends an instance', action: 'ec2:TerminateInstances', on: INSTANCE },
  { does: 'starts the contained instance', action: 'ec2:StartInstances', on: INSTANCE },
  { does: 'opens an interface', action: 'ec2:ModifyNetworkInterfaceAttribute', on: INTERFACE },
  { does: 'gives an instance another profile', action: 'ec2:AssociateIamInstanceProfile', on: INSTANCE },
  { does: 'makes an image of the contained instance', action: 'ec2:CreateImage', on: INSTANCE },
  {
    does: 'takes a target out of a group',
    action: 'elasticloadbalancing:DeregisterTargets',
    on: TARGET_GROUP,
  },
]);

/** What launches another instance in the place of one that is contained may do, and what it may not. */
export const memberReplaceCases: readonly PowerCase[] = [
  ...readCases,
  ...launchCases,
  ...markCases,
  ...passCases,
  ...keyCases,
  ...balancerCases,
  ...neverCases,
];
