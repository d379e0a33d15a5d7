import type { CordonConfig } from '../../config.ts';
import type { DoctorFacts } from '../facts.ts';
import { valueOf } from '../reading.ts';

/**
 * Accounts that the StackSets must reach: active members below their targets. None reaches the management account, and nothing is contained
 * in our own. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
 */
export const reachedMembers = (
  { organization }: DoctorFacts,
  { accounts, guardrails }: CordonConfig,
): readonly string[] => {
  const own = new Set<string>(Object.values(accounts));
  return (valueOf(organization.accounts) ?? [])
    .filter(
      ({ id, state, above }) =>
        state === 'ACTIVE' && !own.has(id) && above.some((node) => guardrails.targets.includes(node)),
    )
    .map(({ id }) => id);
};

/** Those of them in which something may be contained: all that the policy does not leave out. Nobody tries the others (docs/coverage.md). */
export const containedMembers = (facts: DoctorFacts, config: CordonConfig): readonly string[] => {
  const { excludeAccounts, neverContainAccounts } = config.policy;
  const out = new Set<string>([...excludeAccounts, ...neverContainAccounts]);
  return reachedMembers(facts, config).filter((id) => !out.has(id));
};
