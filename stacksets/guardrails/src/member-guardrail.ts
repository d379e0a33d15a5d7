import {
  BREAK_GLASS_ROLE_NAME,
  CHANGES_RULE_NAME,
  IAM_PATH,
  SESSION_DENY_TAG_KEYS,
  TAGS,
  type CordonConfig,
} from '@cordon/incident';
import { policyDocument } from '@cordon/constructs';
import {
  arn,
  breakGlass,
  CHANGE_IAM,
  CHANGE_STACKS,
  deployers,
  ours,
  roles,
  stackSetRoles,
  unless,
  type Where,
} from './principals.ts';

/** What would end a contained instance or its memory, open it, or reach into it. */
const TOUCH_CONTAINED = [
  'ec2:AssociateAddress',
  'ec2:AssociateIamInstanceProfile',
  'ec2:AttachNetworkInterface',
  'ec2:AttachVolume',
  // Reboots, unless told not to.
  'ec2:CreateImage',
  // Restarts a Mac, under other rules of its own.
  'ec2:CreateMac*',
  'ec2:CreateReplaceRootVolumeTask',
  // A volume that was detached from it carries its mark too.
  'ec2:DeleteVolume',
  'ec2:DetachNetworkInterface',
  'ec2:DetachVolume',
  'ec2:DisassociateIamInstanceProfile',
  'ec2:ModifyInstance*',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:RebootInstances',
  'ec2:ReplaceIamInstanceProfileAssociation',
  // Of snapshots too.
  'ec2:Reset*',
  'ec2:SendDiagnosticInterrupt',
  // Ends a Spot instance, which no termination protection keeps.
  'ec2:SendSpotInstanceInterruptions',
  'ec2:StartInstances',
  'ec2:StopInstances',
  'ec2:TerminateInstances',
  'ec2-instance-connect:Send*',
  // What an incident blocks in a VPC's DNS: its list, its rule, its place.
  // By first letters, for an SCP has little room: to create a rule, delete, disassociate, import, update.
  'route53resolver:C*',
  'route53resolver:D*',
  'route53resolver:I*',
  'route53resolver:U*',
  'ssm:CreateAssociation',
  'ssm:SendCommand',
  'ssm:StartSession',
];

/** What would take away, keep or give away a snapshot on its way to the evidence account. */
const TOUCH_SNAPSHOT = [
  'ec2:DeleteSnapshot',
  'ec2:LockSnapshot',
  'ec2:ModifySnapshotAttribute',
  'ec2:ModifySnapshotTier',
];

/** What would open an isolation group, or take it away. */
const TOUCH_GROUP = [
  'ec2:AuthorizeSecurityGroup*',
  'ec2:DeleteSecurityGroup',
  'ec2:ModifySecurityGroupRules',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupIngress',
];

const everything = { Effect: 'Deny', Resource: '*' };

/** Our roles, and the names by which others are let through these guardrails. */
const iamStatements = (config: CordonConfig): readonly object[] => {
  const path = IAM_PATH.slice(1);
  const iam = (rest: string): string => arn(config, `iam::*:${rest}`);
  const [OURS, BREAK_GLASS] = [ours(config), breakGlass(config)];
  return [
    {
      Sid: 'KeepRoles',
      Effect: 'Deny',
      Action: CHANGE_IAM,
      Resource: [
        iam(`role/${path}*`),
        iam(`policy/${path}*`),
        iam(`instance-profile/${path}*`),
        stackSetRoles(config),
        roles(config, BREAK_GLASS_ROLE_NAME),
      ],
      Condition: unless(...deployers(config), BREAK_GLASS),
    },
    {
      Sid: 'PassNoRoleOfOurs',
      Effect: 'Deny',
      Action: 'iam:PassRole',
      Resource: iam(`role/${path}*`),
      Condition: unless(OURS, ...deployers(config), BREAK_GLASS),
    },
    {
      Sid: 'KeepSessionDeny',
      ...everything,
      Action: 'iam:DetachRolePolicy',
      Condition: { ArnLike: { 'iam:PolicyARN': iam(`policy/${path}*`) }, ...unless(OURS, BREAK_GLASS) },
    },
    // Keys of IAM tags are compared without regard to case: another spelling would overwrite ours.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    {
      Sid: 'KeepSessionDenyTags',
      ...everything,
      Action: ['iam:TagRole', 'iam:UntagRole'],
      Condition: {
        'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': SESSION_DENY_TAG_KEYS },
        ...unless(OURS, BREAK_GLASS),
      },
    },
  ];
};

/** The account itself, and the stack by which our roles come into it. */
const accountStatements = (where: Where): readonly object[] => [
  // Out of the organization, or closed, nothing here binds it any more; the management account can still do both.
  {
    Sid: 'StayHere',
    ...everything,
    Action: ['account:CloseAccount', 'account:DisableRegion', 'organizations:LeaveOrganization'],
  },
  // A stack is changed with the role that made it, whoever asks: this one's is let through the statements on roles.
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
  // And the rules of every Region by which the watch hears of changes: in one statement, for the document is nearly as long as it may be.
  {
    Sid: 'KeepStack',
    Effect: 'Deny',
    Action: [...CHANGE_STACKS, 'events:*'],
    Resource: [
      arn(where, 'cloudformation:*:*:stack/StackSet-Cordon*'),
      arn(where, `events:*:*:rule/${CHANGES_RULE_NAME}*`),
    ],
    Condition: unless(stackSetRoles(where), breakGlass(where)),
  },
];

/** Tags of ours: who may write them decides what the other statements keep. */
const tagStatements = (where: Where): readonly object[] => [
  // Names of condition keys have no case: `Cordon:incident` beside ours would make `aws:ResourceTag/cordon:incident` ambiguous.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
  {
    Sid: 'KeepTags',
    ...everything,
    // EBS's direct way to write a snapshot takes tags of its own. An account's tags are written from the management account,
    // which no SCP binds, or from one that it delegated that to.
    Action: [
      'ebs:StartSnapshot',
      'ec2:CreateTags',
      'ec2:DeleteTags',
      'organizations:TagResource',
      'organizations:UntagResource',
      // To tag and to untag.
      'route53resolver:*agResource',
    ],
    Condition: {
      'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': Object.values(TAGS) },
      ...unless(ours(where), breakGlass(where)),
    },
  },
  // DeleteTags without a key takes every tag away, and names none.
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
  ...[TAGS.incident, TAGS.isolation, TAGS.policy].map((tag, index) => ({
    Sid: `KeepAllTags${index + 1}`,
    ...everything,
    Action: 'ec2:DeleteTags',
    Condition: {
      Null: { 'aws:TagKeys': 'true', [`aws:ResourceTag/${tag}`]: 'false' },
      ...unless(breakGlass(where)),
    },
  })),
];

/**
 * For every account but the management account, which no SCP binds: what is ours in a member account, and what is
 * contained there, can be touched by our roles, by who deploys them, and by break-glass. An administrator of the account,
 * or an attacker who became one, cannot.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 */
export const memberGuardrail = (config: CordonConfig): object => {
  // Forensic machines and their volumes carry an incident's tag as well, and staff must be able to work with them.
  const inMembers = { StringNotEquals: { 'aws:PrincipalAccount': config.accounts.forensics } };
  const marked = { Null: { [`aws:ResourceTag/${TAGS.incident}`]: 'false' } };
  return policyDocument([
    ...iamStatements(config),
    ...accountStatements(config),
    ...tagStatements(config),
    {
      Sid: 'KeepContained',
      ...everything,
      Action: [...TOUCH_CONTAINED, ...TOUCH_SNAPSHOT],
      Condition: { ...marked, ...inMembers, ...unless(ours(config), breakGlass(config)) },
    },
    {
      Sid: 'KeepIsolationGroups',
      ...everything,
      Action: TOUCH_GROUP,
      Condition: {
        Null: { [`aws:ResourceTag/${TAGS.isolation}`]: 'false' },
        ...unless(ours(config), breakGlass(config)),
      },
    },
  ]);
};
