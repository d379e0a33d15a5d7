import type { CordonConfig } from '../../config.ts';
import { deploymentAccount } from '../../deployment/stages.ts';
import type { OrganizationFacts } from '../facts.ts';
import { check, type DoctorLine } from '../line.ts';
import { lines } from '../reading.ts';

/** What StackSets of service-managed permissions are trusted and delegated as: https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-cloudformation.html */
export const STACK_SETS_PRINCIPAL = 'member.org.stacksets.cloudformation.amazonaws.com';
const GUARD_DUTY_PRINCIPAL = 'guardduty.amazonaws.com';
const INSPECTOR_PRINCIPAL = 'inspector2.amazonaws.com';

/** Services that the organization must trust and delegate, and to whom. */
export const servicesOf = ({
  accounts,
  evidence,
  rollout,
}: CordonConfig): readonly { readonly principal: string; readonly administrator: string }[] => [
  { principal: GUARD_DUTY_PRINCIPAL, administrator: accounts.security },
  { principal: STACK_SETS_PRINCIPAL, administrator: deploymentAccount({ accounts, rollout }) },
  ...(evidence.inspector === undefined
    ? []
    : [{ principal: INSPECTOR_PRINCIPAL, administrator: accounts.security }]),
];

const ACTIVATE: Readonly<Record<string, string>> = {
  [STACK_SETS_PRINCIPAL]: 'in the management account: aws cloudformation activate-organizations-access',
};

const trustedAccess = (facts: OrganizationFacts, config: CordonConfig): readonly DoctorLine[] =>
  lines({ id: 'trusted-access' }, facts.trusted, (trusted) =>
    servicesOf(config).map(({ principal }) =>
      trusted.includes(principal)
        ? check('trusted-access').ok(`${principal} is trusted`)
        : check('trusted-access').error({
            says: `the organization does not trust ${principal}`,
            whatToDo:
              ACTIVATE[principal] ??
              `in the management account: aws organizations enable-aws-service-access --service-principal ${principal}`,
          }),
    ),
  );

const delegation = (facts: OrganizationFacts, config: CordonConfig): readonly DoctorLine[] =>
  servicesOf(config).flatMap(({ principal, administrator }) => {
    const found = facts.delegated.find((one) => one.principal === principal);
    if (found === undefined) return [];
    return lines({ id: 'delegation' }, found.accounts, (accounts) => {
      if (accounts.includes(administrator))
        return [check('delegation').ok(`${principal} is delegated to ${administrator}`)];
      return [
        check('delegation').error({
          says: `${principal} is delegated to ${accounts.length === 0 ? 'nobody' : accounts.join(', ')}, wanted ${administrator}`,
          whatToDo:
            principal === GUARD_DUTY_PRINCIPAL
              ? `in the management account, in each Region: aws guardduty enable-organization-admin-account --admin-account-id ${administrator}`
              : principal === INSPECTOR_PRINCIPAL
                ? `in the management account, in each Region: aws inspector2 enable-delegated-admin-account --delegated-admin-account-id ${administrator}`
                : `in the management account: aws organizations register-delegated-administrator --service-principal ${principal} --account-id ${administrator}`,
        }),
      ];
    });
  });

/**
 * Each account that StackSets are delegated to has their power over every member, five at most.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
 */
const stackSetPower = (facts: OrganizationFacts, config: CordonConfig): readonly DoctorLine[] => {
  const found = facts.delegated.find(({ principal }) => principal === STACK_SETS_PRINCIPAL);
  if (found === undefined) return [];
  return lines({ id: 'stackset-power' }, found.accounts, (delegated) => {
    const others = delegated.filter((account) => account !== deploymentAccount(config));
    return others.length === 0
      ? [check('stackset-power').ok('StackSets are delegated to no other account')]
      : [
          check('stackset-power').error(
            {
              says: `StackSets are delegated to ${others.join(', ')}, too: whoever writes one there can put any role into every member, and no guardrail of ours stands there`,
              whatToDo: `in the management account, for each: aws organizations deregister-delegated-administrator --service-principal ${STACK_SETS_PRINCIPAL} --account-id ${others[0] ?? 'ACCOUNT'}; or keep it there to one role with MFA by a policy of your own`,
            },
            { accounts: others },
          ),
        ];
  });
};

const TYPES = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'];

const policyTypes = ({ policyTypes: reading }: OrganizationFacts): readonly DoctorLine[] =>
  lines({ id: 'policy-types' }, reading, (enabled) =>
    TYPES.map((type) =>
      enabled.includes(type)
        ? check('policy-types').ok(`${type} is enabled`)
        : check('policy-types').error({
            says: `${type} is not enabled, so the guardrails of that kind bind nobody`,
            whatToDo: `in the management account: aws organizations enable-policy-type --root-id ROOT --policy-type ${type}`,
          }),
    ),
  );

/** Trusted access, delegations, and kinds of policies. */
export const organizationLines = (facts: OrganizationFacts, config: CordonConfig): readonly DoctorLine[] => [
  ...trustedAccess(facts, config),
  ...delegation(facts, config),
  ...stackSetPower(facts, config),
  ...policyTypes(facts),
];
