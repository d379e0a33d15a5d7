import type { CordonConfig } from '../../config.ts';
import type { OrganizationFacts } from '../facts.ts';
import { check, type DoctorLine } from '../line.ts';
import { lines } from '../reading.ts';

/** What StackSets of service-managed permissions are trusted and delegated as: https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-cloudformation.html */
export const STACK_SETS_PRINCIPAL = 'member.org.stacksets.cloudformation.amazonaws.com';
const GUARD_DUTY_PRINCIPAL = 'guardduty.amazonaws.com';
const INSPECTOR_PRINCIPAL = 'inspector2.amazonaws.com';

/** Services that the organization must trust and delegate, and to whom: `undefined` is whoever deploys. */
export const servicesOf = ({
  accounts,
  evidence,
}: CordonConfig): readonly { readonly principal: string; readonly administrator?: string }[] => [
  { principal: GUARD_DUTY_PRINCIPAL, administrator: accounts.security },
  { principal: STACK_SETS_PRINCIPAL },
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
      if (administrator === undefined ? accounts.length > 0 : accounts.includes(administrator))
        return [
          check('delegation').ok(`${principal} is delegated to ${administrator ?? accounts.join(', ')}`),
        ];
      const wanted = administrator ?? 'ACCOUNT';
      const says =
        administrator === undefined
          ? `${principal} is delegated to nobody`
          : `${principal} is delegated to ${accounts.length === 0 ? 'nobody' : accounts.join(', ')}, wanted ${administrator}`;
      return [
        check('delegation').error({
          says,
          whatToDo:
            principal === GUARD_DUTY_PRINCIPAL
              ? `in the management account, in each Region: aws guardduty enable-organization-admin-account --admin-account-id ${wanted}`
              : principal === INSPECTOR_PRINCIPAL
                ? `in the management account, in each Region: aws inspector2 enable-delegated-admin-account --delegated-admin-account-id ${wanted}`
                : `in the management account: aws organizations register-delegated-administrator --service-principal ${principal} --account-id ${wanted}`,
        }),
      ];
    });
  });

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
  ...policyTypes(facts),
];
