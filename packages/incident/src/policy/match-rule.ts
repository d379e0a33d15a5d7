import { fitsType } from './finding-type.ts';
import type { Condition } from './policy.ts';

/** What the policy decides from. A part that could not be read is undefined, which is not the same as empty. */
export interface PolicyFacts {
  readonly findingType: string;
  /** GuardDuty's scale, 0 to 10. */
  readonly severity: number;
  readonly account: string;
  /** Ids of the root and of all units above the account. */
  readonly units?: readonly string[] | undefined;
  readonly accountTags?: Readonly<Record<string, string>> | undefined;
  readonly instanceTags?: Readonly<Record<string, string>> | undefined;
}

/** Whether a condition holds; `maybe` where a fact that it hangs on could not be read. */
export type Match = 'yes' | 'no' | 'maybe';

const holds = (sure: boolean): Match => (sure ? 'yes' : 'no');

const tagsHold = (
  wanted: Readonly<Record<string, readonly string[]>> | undefined,
  tags: Readonly<Record<string, string>> | undefined,
): Match => {
  if (wanted === undefined) return 'yes';
  if (tags === undefined) return 'maybe';
  return holds(
    Object.entries(wanted).every(
      ([key, values]) => Object.hasOwn(tags, key) && values.includes(tags[key] ?? ''),
    ),
  );
};

const unitsHold = ({ units: wanted }: Condition, { units }: PolicyFacts): Match => {
  if (wanted === undefined) return 'yes';
  return units === undefined ? 'maybe' : holds(wanted.some((unit) => units.includes(unit)));
};

/** Whether a rule's condition holds: all that it names, and of each list one. */
export const matchRule = (when: Condition, facts: PolicyFacts): Match => {
  const parts: readonly Match[] = [
    holds(when.accounts?.some((account) => account === facts.account) ?? true),
    holds(when.findingTypes?.some((pattern) => fitsType(pattern, facts.findingType)) ?? true),
    holds(facts.severity >= (when.severityAtLeast ?? 0)),
    unitsHold(when, facts),
    tagsHold(when.accountTags, facts.accountTags),
    tagsHold(when.instanceTags, facts.instanceTags),
  ];
  if (parts.includes('no')) return 'no';
  return parts.includes('maybe') ? 'maybe' : 'yes';
};

/** What has to be looked up so that every rule can be decided. Severity, type and account come with the finding. */
export const factsNeeded = (
  rules: readonly { readonly when: Condition }[],
): { readonly units: boolean; readonly accountTags: boolean; readonly instanceTags: boolean } => ({
  units: rules.some(({ when }) => when.units !== undefined),
  accountTags: rules.some(({ when }) => when.accountTags !== undefined),
  instanceTags: rules.some(({ when }) => when.instanceTags !== undefined),
});
