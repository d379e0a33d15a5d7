import { arnPattern } from './arn-pattern.ts';
import { deviations, type Deviation } from './deviations.ts';
import { isKeyOf } from './key-template.ts';
import type { Catalogue, CatalogueAction, ResourceTypeUse } from './open-catalogue.ts';

/** One check of an operation, as far as the service reference says something of it. */
export interface ContractCheck {
  /** Such as `ec2:CopySnapshot`. */
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
  /** Condition keys given beside the global ones. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** An action with what AWS says of it elsewhere. */
interface Known extends CatalogueAction {
  /** Groups of required types of which a request names one. */
  readonly oneOf: readonly (readonly string[])[];
}

const withDeviations = (action: CatalogueAction, known: readonly Deviation[]): Known => {
  const own = known.filter((deviation) => deviation.action === action.name);
  return {
    ...action,
    resourceTypes: [...action.resourceTypes, ...own.flatMap(({ types = [] }) => types)],
    conditionKeys: [...action.conditionKeys, ...own.flatMap(({ keys = [] }) => keys)],
    oneOf: own.flatMap(({ oneOf }) => (oneOf === undefined ? [] : [oneOf])),
  };
};

const fitting = (action: Known, resource: string): readonly ResourceTypeUse[] =>
  action.resourceTypes.filter(({ arn }) => arnPattern(arn).test(resource));

const resourceProblems = (check: ContractCheck, action: Known): readonly string[] => {
  const types = action.resourceTypes;
  if (types.length === 0) {
    return check.resource === '*'
      ? []
      : [`${check.action} knows no resources: got ${check.resource}, want *`];
  }
  if (check.resource === '*')
    return [
      `${check.action} has resources: got *, want an ARN of ${types.map(({ name }) => name).join(', ')}`,
    ];
  if (fitting(action, check.resource).length > 0) return [];
  return [
    `${check.action} on ${check.resource}: no resource type of the action fits: want ${types.map(({ arn }) => arn).join(' or ')}`,
  ];
};

const keyProblems = (check: ContractCheck, action: Known, catalogue: Catalogue): readonly string[] => {
  const listed = [
    ...catalogue.globalKeys,
    ...action.conditionKeys,
    ...fitting(action, check.resource).flatMap(({ conditionKeys }) => conditionKeys),
  ];
  return Object.keys(check.context ?? {})
    .filter((key) => !listed.some((template) => isKeyOf(template, key)))
    .map((key) => `${check.action} on ${check.resource}: AWS does not give the condition key ${key}`);
};

/**
 * The condition keys that AWS lists for a check and that it does not give: those of the action and of the types that its ARN fits.
 *
 * @param check one check, or several of one action and type taken together
 * @param catalogue with the check's service loaded
 * @returns keys as the reference writes them, such as `aws:ResourceTag/${TagKey}`; none for an action that AWS does not have
 */
export const keysNotGiven = (check: ContractCheck, catalogue: Catalogue): readonly string[] => {
  const found = catalogue.action(check.action);
  if (found === undefined) return [];
  const action = withDeviations(found, deviations);
  const types = fitting(action, check.resource).flatMap(({ conditionKeys }) => conditionKeys);
  const given = Object.keys(check.context ?? {});
  return [...new Set([...action.conditionKeys, ...types])].filter(
    (template) => !given.some((key) => isKeyOf(template, key)),
  );
};

/** Types that every request must name, each with the types that may stand for it. */
const missingTypes = (action: Known, checks: readonly ContractCheck[]): readonly string[] => {
  const present = new Set(
    checks.flatMap(({ resource }) => fitting(action, resource).map(({ name }) => name)),
  );
  // An ARN that fits nothing was meant for one of them, and has been told already.
  if (present.size === 0) return [];
  return action.resourceTypes
    .filter(({ name, required }) => required && !present.has(name))
    .filter(
      ({ name }) =>
        !action.oneOf.some((group) => group.includes(name) && group.some((other) => present.has(other))),
    )
    .map(({ name }) => `${action.name}: no check on the required resource type ${name}`);
};

/**
 * What is wrong with the checks of one call, by AWS's service reference: an action that does not exist, an ARN of no resource type of
 * its action, a condition key that AWS does not give there, a required resource type that no check names. What the reference gets
 * wrong is listed in `deviations`.
 *
 * @param checks all checks of one call
 * @param catalogue with the services of the checks loaded
 * @param known what the reference gets wrong
 * @returns one sentence for each problem; empty when the checks keep the contract
 * @throws Error when the service of an action was not loaded
 */
export const contractProblems = (
  checks: readonly ContractCheck[],
  catalogue: Catalogue,
  known: readonly Deviation[] = deviations,
): readonly string[] => {
  const byAction = Map.groupBy(checks, ({ action }) => action);
  return [...byAction].flatMap(([name, held]) => {
    const found = catalogue.action(name);
    if (found === undefined) return [`${name} is no action of AWS`];
    if (found.name !== name) return [`${name} is spelled ${found.name}`];
    const action = withDeviations(found, known);
    return [
      ...held.flatMap((check) => [
        ...resourceProblems(check, action),
        ...keyProblems(check, action, catalogue),
      ]),
      ...missingTypes(action, held),
    ];
  });
};
