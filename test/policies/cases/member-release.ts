import {
  IAM_PATH,
  QUARANTINE_PROFILE_NAME,
  SESSION_DENY_POLICY_NAME,
  SESSION_DENY_TAG_KEYS,
  TAGS,
} from '@cordon/incident';
import { HOME, INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import {
  ADDRESS,
  ADMIN_POLICY,
  ADMIN_ROLE,
  AUTO_SCALING_GROUP,
  CLASSIC_BALANCER,
  GROUP,
  INSTANCE,
  INTERFACE,
  MEMBER_KEY,
  memberIam,
  neverOf,
  powerOf,
  PROTECTED_ROLES,
  readsOf,
  TARGET_GROUP,
  VOLUME,
  WORKLOAD_ROLE,
} from './duty-cases.ts';

const MARKED = { [`aws:ResourceTag/${TAGS.incident}`]: INCIDENT };
const MARKED_OTHER = { [`aws:ResourceTag/${TAGS.incident}`]: OTHER_INCIDENT };
const MARK = { 'aws:TagKeys': [TAGS.incident] };
const DENY = { 'iam:PolicyARN': memberIam(`policy${IAM_PATH}${SESSION_DENY_POLICY_NAME}`) };
const QUARANTINE = {
  'ec2:InstanceProfile': memberIam(`instance-profile${IAM_PATH}${QUARANTINE_PROFILE_NAME}`),
};

const readCases: readonly PowerCase[] = [
  ...readsOf('release', {
    'autoscaling:DescribeAutoScalingGroups': 'looks whether the former Auto Scaling group has room',
    'autoscaling:DescribeAutoScalingInstances':
      'looks whether the instance is back in its Auto Scaling group',
    'ec2:DescribeAddresses': 'looks whether the former address is free',
    'ec2:DescribeIamInstanceProfileAssociations': 'looks which profile the instance has',
    'ec2:DescribeInstances': 'looks at the instance',
    'ec2:DescribeNetworkInterfaces': 'looks which groups the interfaces are in',
    'ec2:DescribeSecurityGroups': 'looks whether the former groups are still there',
    'ec2:DescribeVolumes': 'looks where the volumes are that were detached',
    'elasticloadbalancing:DescribeTargetHealth':
      'looks what is registered with a target group that the instance left',
    'elasticloadbalancing:DescribeInstanceHealth':
      'looks what is registered with a classic balancer that the instance left',
  }),
  ...powerOf('release', [
    {
      does: 'looks which attributes of the instance were changed',
      action: 'ec2:DescribeInstanceAttribute',
      on: INSTANCE,
    },
    { does: 'reads the marks on the role of the workload', action: 'iam:GetRole', on: WORKLOAD_ROLE },
    {
      does: 'looks whether the session deny is attached',
      action: 'iam:ListAttachedRolePolicies',
      on: WORKLOAD_ROLE,
    },
  ]),
];

/** What is undone on a thing that carries the incident, each refused on what carries another incident or none. */
const MARKED_WORK: readonly {
  readonly does: string;
  readonly attack: string;
  readonly action: string;
  readonly on: string;
  readonly given?: Readonly<Record<string, string | readonly string[]>>;
}[] = [
  {
    does: 'takes a contained interface out of the isolation group',
    attack: 'changes the groups of an interface',
    action: 'ec2:ModifyNetworkInterfaceAttribute',
    on: INTERFACE,
  },
  {
    does: 'is asked for the contained instance whose interface it gives back',
    attack: 'changes an interface of an instance',
    action: 'ec2:ModifyNetworkInterfaceAttribute',
    on: INSTANCE,
  },
  {
    does: 'gives a contained interface its address back',
    attack: 'gives an address to an interface',
    action: 'ec2:AssociateAddress',
    on: INTERFACE,
  },
  {
    does: "takes a contained instance's protection from termination off",
    attack: 'takes the protection from termination off an instance',
    action: 'ec2:ModifyInstanceAttribute',
    on: INSTANCE,
    given: { 'ec2:Attribute': 'DisableApiTermination' },
  },
  {
    does: "gives a contained instance's metadata service its options back",
    attack: 'turns the metadata service of an instance on',
    action: 'ec2:ModifyInstanceMetadataOptions',
    on: INSTANCE,
  },
  {
    does: 'starts a contained instance',
    attack: 'starts an instance',
    action: 'ec2:StartInstances',
    on: INSTANCE,
  },
  {
    does: 'takes the mark of its incident off the instance',
    attack: 'takes the mark off an instance',
    action: 'ec2:DeleteTags',
    on: INSTANCE,
    given: MARK,
  },
  {
    does: 'takes the mark of its incident off an interface',
    attack: 'takes the mark off an interface',
    action: 'ec2:DeleteTags',
    on: INTERFACE,
    given: MARK,
  },
  {
    does: 'takes the mark of its incident off a volume',
    attack: 'takes the mark off a volume',
    action: 'ec2:DeleteTags',
    on: VOLUME,
    given: MARK,
  },
  {
    does: 'attaches a held volume, asked about the volume',
    attack: 'attaches a volume',
    action: 'ec2:AttachVolume',
    on: VOLUME,
  },
  {
    does: 'attaches a held volume, asked about the instance',
    attack: 'attaches a volume to an instance',
    action: 'ec2:AttachVolume',
    on: INSTANCE,
  },
  {
    does: 'takes the quarantine profile off a contained instance',
    attack: 'takes the quarantine profile off an instance',
    action: 'ec2:DisassociateIamInstanceProfile',
    on: INSTANCE,
    given: QUARANTINE,
  },
];

const markedCases: readonly PowerCase[] = powerOf(
  'release',
  MARKED_WORK.map(({ does, attack, given = {}, ...asked }) => ({
    ...asked,
    does,
    given: { ...given, ...MARKED },
    wrong: [
      { does: `${attack} of another incident`, given: { ...given, ...MARKED_OTHER } },
      { does: `${attack} that is not contained`, given },
    ],
  })),
);

/** What a release needs of things that were never marked. */
const unmarkedCases: readonly PowerCase[] = powerOf('release', [
  {
    does: 'puts an interface back into its former group',
    action: 'ec2:ModifyNetworkInterfaceAttribute',
    on: GROUP,
  },
  {
    does: 'takes an isolation group away that nothing is in any more',
    action: 'ec2:DeleteSecurityGroup',
    on: GROUP,
    given: { [`aws:ResourceTag/${TAGS.isolation}`]: 'true' },
    wrong: [{ does: "takes a group of the owner's away", given: {} }],
  },
  { does: 'takes the former address for an interface', action: 'ec2:AssociateAddress', on: ADDRESS },
  { does: 'lets a volume go with its instance again', action: 'ec2:ModifyInstanceAttribute', on: VOLUME },
  {
    does: 'puts the instance back into its Auto Scaling group',
    action: 'autoscaling:AttachInstances',
    on: AUTO_SCALING_GROUP,
  },
  {
    does: 'registers the instance with a target group that it left',
    action: 'elasticloadbalancing:RegisterTargets',
    on: TARGET_GROUP,
  },
  {
    does: 'registers the instance with a classic balancer that it left',
    action: 'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
    on: CLASSIC_BALANCER,
  },
]);

const VIA_EC2 = { 'kms:ViaService': `ec2.${HOME}.amazonaws.com` };
const FOR_AWS = { 'kms:GrantIsForAWSResource': 'true' };

const keyCases: readonly PowerCase[] = powerOf('release', [
  {
    does: "has EC2 start the instance with the key of the instance's volumes",
    action: 'kms:CreateGrant',
    on: MEMBER_KEY,
    given: { ...VIA_EC2, ...FOR_AWS },
    wrong: [
      { does: "grants the key of the instance's volumes itself", given: FOR_AWS },
      {
        does: "grants the key of the instance's volumes to somebody who is not AWS",
        given: { ...VIA_EC2, 'kms:GrantIsForAWSResource': 'false' },
      },
    ],
  },
]);

const roleCases: readonly PowerCase[] = powerOf('release', [
  {
    does: 'lifts the session deny from the role of the workload',
    action: 'iam:DetachRolePolicy',
    on: WORKLOAD_ROLE,
    given: DENY,
    wrong: [
      {
        does: 'detaches a guard that the owner attached to the role of the workload',
        given: { 'iam:PolicyARN': memberIam('policy/deny-production') },
      },
    ],
  },
  ...SESSION_DENY_TAG_KEYS.map((key) => ({
    does: `takes the mark ${key} off the role of the workload`,
    action: 'iam:UntagRole',
    on: WORKLOAD_ROLE,
    given: { 'aws:TagKeys': [key] },
    wrong: [
      {
        does: `takes the mark ${key} off the role of the workload, and a tag of its owner along with that`,
        given: { 'aws:TagKeys': [key, 'team'] },
      },
    ],
  })),
]);

const protectedCases: readonly PowerCase[] = Object.entries(PROTECTED_ROLES).flatMap(([whose, on]) => {
  const protectedFromIt = {
    on,
    as: 'release' as const,
    answer: { deniedBy: ['member/cordon-release/NeverOnProtectedRoles'] },
    guardrails: 'off' as const,
  };
  return [
    {
      ...protectedFromIt,
      name: `the release duty detaches a policy from ${whose}`,
      action: 'iam:DetachRolePolicy',
      given: DENY,
    },
    {
      ...protectedFromIt,
      name: `the release duty takes tags off ${whose}`,
      action: 'iam:UntagRole',
      given: { 'aws:TagKeys': [SESSION_DENY_TAG_KEYS[0] ?? ''] },
    },
  ];
});

const neverCases: readonly PowerCase[] = neverOf('release', [
  {
    does: "takes its incident's mark off, and a tag of the owner along with that",
    action: 'ec2:DeleteTags',
    on: INSTANCE,
    given: { ...MARKED, 'aws:TagKeys': [TAGS.incident, 'team'] },
  },
  {
    does: 'takes every tag off the instance by naming none',
    action: 'ec2:DeleteTags',
    on: INSTANCE,
    given: MARKED,
    // A guardrail denies it as well.
    guardrails: 'off',
  },
  {
    does: 'takes a profile that is not the quarantine off the instance',
    action: 'ec2:DisassociateIamInstanceProfile',
    on: INSTANCE,
    given: { ...MARKED, 'ec2:InstanceProfile': memberIam('instance-profile/shop-web') },
  },
  {
    does: 'asks for tags to be taken off a role and names none, so that there is nothing to hold it to',
    action: 'iam:UntagRole',
    on: WORKLOAD_ROLE,
  },
  {
    does: 'gives the instance a profile',
    action: 'ec2:AssociateIamInstanceProfile',
    on: INSTANCE,
    given: { ...MARKED, 'ec2:NewInstanceProfile': memberIam('instance-profile/shop-web') },
  },
  {
    does: "passes an administrator's role to EC2",
    action: 'iam:PassRole',
    on: ADMIN_ROLE,
    given: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  },
  {
    does: 'attaches the policy of an administrator to the role of the workload',
    action: 'iam:AttachRolePolicy',
    on: WORKLOAD_ROLE,
    given: { 'iam:PolicyARN': ADMIN_POLICY },
  },
  { does: 'detaches a volume', action: 'ec2:DetachVolume', on: VOLUME, given: MARKED },
  { does: 'terminates the instance', action: 'ec2:TerminateInstances', on: INSTANCE, given: MARKED },
]);

/** What undoes a containment may do, and what it may not. */
export const memberReleaseCases: readonly PowerCase[] = [
  ...readCases,
  ...markedCases,
  ...unmarkedCases,
  ...keyCases,
  ...roleCases,
  ...protectedCases,
  ...neverCases,
];
