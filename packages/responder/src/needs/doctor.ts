import {
  BLOCK_HASHER_FUNCTION_NAME,
  BREAK_GLASS_ROLE_NAME,
  FINDINGS_QUEUE_NAME,
  FORENSIC_IMAGE_PARAMETER,
  KEY_ALIASES,
  READS_SET_ASIDE_QUEUE_NAME,
  RECORDER_FUNCTION_NAME,
  SET_ASIDE_QUEUE_NAME,
  UNDELIVERED_NOTICES_QUEUE_NAME,
  vaultArns,
} from '@cordon/incident';
import { COVERAGE_TABLE_NAME } from '@cordon/incident/coverage';
import type { Names, Statement } from './statement.ts';

/** Actions that know no resource, or of which each is about the organization's settings. */
const LISTS: Statement = {
  Sid: 'Lists',
  Effect: 'Allow',
  Action: [
    'ec2:DescribeImages',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeLaunchTemplates',
    'ec2:DescribeVpcEndpoints',
    'events:ListRuleNamesByTarget',
    'events:ListRules',
    'guardduty:DescribeOrganizationConfiguration',
    'guardduty:GetDetector',
    'guardduty:GetMemberDetectors',
    'guardduty:ListDetectors',
    'guardduty:ListMembers',
    'organizations:ListAccounts',
    'organizations:ListAWSServiceAccessForOrganization',
    'organizations:ListDelegatedAdministrators',
    'organizations:ListPolicies',
    'organizations:ListRoots',
    'servicequotas:ListServiceQuotas',
  ],
  Resource: '*',
};

/** Policies of the organization, of which AWS's own are nobody's; their documents are what is asked for. */
const POLICIES: Statement = {
  Sid: 'ControlPolicies',
  Effect: 'Allow',
  Action: ['organizations:DescribePolicy', 'organizations:ListTargetsForPolicy'],
  Resource: '*',
  Condition: {
    StringEquals: { 'organizations:PolicyType': ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] },
  },
};

/** What lies in the security account. */
const inSecurity = ({ partition, securityAccount, homeRegion }: Names): readonly Statement[] => [
  {
    Sid: 'Coverage',
    Effect: 'Allow',
    Action: 'dynamodb:Scan',
    Resource: `arn:${partition}:dynamodb:${homeRegion}:${securityAccount}:table/${COVERAGE_TABLE_NAME}`,
  },
  {
    Sid: 'StackSets',
    Effect: 'Allow',
    Action: ['cloudformation:DescribeStackSet', 'cloudformation:ListStackInstances'],
    Resource: `arn:${partition}:cloudformation:*:*:stackset/Cordon*`,
  },
];

/** Settings of keys, policies of the vault and of functions, never what they hold. */
const inEvidence = ({ partition, evidenceAccount }: Names): readonly Statement[] => [
  {
    Sid: 'Keys',
    Effect: 'Allow',
    Action: ['kms:DescribeKey', 'kms:GetKeyPolicy'],
    Resource: `arn:${partition}:kms:*:${evidenceAccount}:key/*`,
    Condition: {
      'ForAnyValue:StringEquals': {
        'kms:ResourceAliases': [
          KEY_ALIASES.custody,
          KEY_ALIASES.evidence,
          KEY_ALIASES.transit,
          KEY_ALIASES.vault,
        ],
      },
    },
  },
  {
    Sid: 'VaultPolicy',
    Effect: 'Allow',
    Action: 's3:GetBucketPolicy',
    Resource: vaultArns(partition, evidenceAccount),
  },
  {
    Sid: 'Callers',
    Effect: 'Allow',
    Action: 'lambda:GetPolicy',
    Resource: [RECORDER_FUNCTION_NAME, BLOCK_HASHER_FUNCTION_NAME].map(
      (name) => `arn:${partition}:lambda:*:${evidenceAccount}:function:${name}`,
    ),
  },
];

/** How many messages wait, never what they say. */
const queues = ({ partition, homeRegion, securityAccount, evidenceAccount }: Names): Statement => {
  const queue = (account: string, name: string): string =>
    `arn:${partition}:sqs:${homeRegion}:${account}:${name}`;
  return {
    Sid: 'Queues',
    Effect: 'Allow',
    Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
    Resource: [
      queue(securityAccount, FINDINGS_QUEUE_NAME),
      queue(securityAccount, SET_ASIDE_QUEUE_NAME),
      queue(securityAccount, UNDELIVERED_NOTICES_QUEUE_NAME),
      queue(evidenceAccount, READS_SET_ASIDE_QUEUE_NAME),
    ],
  };
};

/**
 * For `cordon doctor`, in the security, evidence and forensics accounts alike: settings alone, by which nobody comes to a finding, a ledger or a disk.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const doctorReads = (names: Names): readonly Statement[] => {
  const { partition, securityAccount, evidenceAccount, forensicsAccount } = names;
  const own = [securityAccount, evidenceAccount, forensicsAccount];
  return [
    LISTS,
    POLICIES,
    ...inSecurity(names),
    ...inEvidence(names),
    queues(names),
    {
      Sid: 'OwnAccount',
      Effect: 'Allow',
      Action: 'account:ListRegions',
      Resource: own.map((account) => `arn:${partition}:account::${account}:account`),
    },
    {
      Sid: 'BreakGlass',
      Effect: 'Allow',
      Action: 'iam:GetRole',
      Resource: own.map((account) => `arn:${partition}:iam::${account}:role/${BREAK_GLASS_ROLE_NAME}`),
    },
    {
      Sid: 'ImageName',
      Effect: 'Allow',
      Action: 'ssm:GetParameter',
      Resource: [
        `arn:${partition}:ssm:*:${forensicsAccount}:parameter${FORENSIC_IMAGE_PARAMETER}`,
        `arn:${partition}:ssm:*::parameter/aws/service/*`,
      ],
    },
  ];
};
