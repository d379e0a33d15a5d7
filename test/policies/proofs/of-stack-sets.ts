import { deploymentAccount } from '@cordon/incident/deployment';
import { config } from '../../../cordon.config.ts';
import { ACCOUNTS } from '../cast.ts';
import { never, type Invariant } from './invariant.ts';
import { breakGlass } from './targets.ts';

const STACK_SETS = {
  arn: `arn:aws:cloudformation:eu-west-1:${ACCOUNTS.management}:stackset/CordonMemberAccount:0a1b`,
  forms: [`arn:aws:cloudformation:*:${ACCOUNTS.management}:stackset/*`],
  owner: 'security',
} as const;
const WRITES = [
  'cloudformation:CreateStackInstances',
  'cloudformation:DeleteStackInstances',
  'cloudformation:DeleteStackSet',
  'cloudformation:ImportStacksToStackSet',
  'cloudformation:StopStackSetOperation',
  'cloudformation:UpdateStackInstances',
  'cloudformation:UpdateStackSet',
];
const ADMINISTRATOR = `arn:aws:iam::${ACCOUNTS.security}:role/${config.rollout?.administrator}`;
const EXECUTION = `arn:aws:iam::${ACCOUNTS.security}:role/cdk-*-cfn-exec-role-*`;
const CDK = {
  arn: `arn:aws:iam::${ACCOUNTS.security}:role/cdk-hnb659fds-deploy-role-${ACCOUNTS.security}-eu-west-1`,
  forms: [`arn:aws:iam::${ACCOUNTS.security}:role/cdk-*`],
  owner: 'security',
} as const;
const itself = { arn: ADMINISTRATOR, owner: 'security' } as const;

const OF_ONE_ROLE: readonly Invariant[] = [
  {
    says: "nobody in the account of StackSets writes one but its administrator, CloudFormation as CDK's role, and break-glass",
    holds: 'with-guardrails',
    claims: (on) => {
      const rest = { actions: WRITES, target: STACK_SETS };
      const except = [ADMINISTRATOR, EXECUTION, breakGlass('security')];
      return never(on, [
        { who: 'administrator of security', anyRoleOf: { except }, ...rest },
        { who: 'root of security', ...rest },
      ]);
    },
  },
  {
    says: 'nobody writes a StackSet in the evidence and the forensics account but break-glass',
    holds: 'with-guardrails',
    claims: (on) =>
      never(
        on,
        (['evidence', 'forensics'] as const).flatMap((account) => {
          const rest = { actions: WRITES, target: { ...STACK_SETS, owner: account } };
          return [
            {
              who: `administrator of ${account}` as const,
              anyRoleOf: { except: [breakGlass(account)] },
              ...rest,
            },
            { who: `root of ${account}` as const, ...rest },
          ];
        }),
      ),
  },
  {
    says: 'nobody takes the administrator of StackSets from its own account, and from another only with MFA',
    holds: 'with-guardrails',
    claims: (on) => {
      const rest = { actions: ['sts:AssumeRole'], target: itself };
      return never(on, [
        { who: 'administrator of security', anyRoleOf: { except: [] }, ...rest },
        {
          who: 'administrator of management',
          anyRoleOf: { except: [] },
          ...rest,
          // A Boolean is one or the other.
          unless: {
            all: [
              { key: 'aws:MultiFactorAuthPresent', is: 'present' },
              { not: { key: 'aws:MultiFactorAuthPresent', equals: ['false'] } },
            ],
          },
        },
      ]);
    },
  },
  {
    says: 'nobody changes the administrator of StackSets, or has a service act as it, but break-glass',
    holds: 'with-guardrails',
    claims: (on) =>
      never(on, [
        {
          who: 'administrator of security',
          anyRoleOf: { except: [breakGlass('security')] },
          actions: [
            'iam:UpdateAssumeRolePolicy',
            'iam:PutRolePolicy',
            'iam:AttachRolePolicy',
            'iam:PassRole',
          ],
          target: itself,
        },
      ]),
  },
  {
    says: "nobody takes CDK's roles in the account of StackSets but its administrator and break-glass, whatever its bootstrap trusts",
    holds: 'with-guardrails',
    claims: (on) => {
      const rest = { actions: ['sts:AssumeRole'], target: CDK };
      return never(on, [
        {
          who: 'administrator of security',
          anyRoleOf: { except: [ADMINISTRATOR, breakGlass('security')] },
          ...rest,
        },
      ]);
    },
  },
];

/** Who has StackSet power, where the security account has it and the deployment names one role for it. */
export const ofStackSets: readonly Invariant[] =
  deploymentAccount(config) === ACCOUNTS.security && config.rollout?.administrator !== undefined
    ? OF_ONE_ROLE
    : [];
