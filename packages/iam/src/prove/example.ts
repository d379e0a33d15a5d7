import type { AuthorizationRequest } from '../decide/request.ts';
import type { Claim, Constraint } from './claim.ts';
import { constraintHolds } from './constraints.ts';

/** A text that a glob matches; good enough to try, and tried it is. */
const fill = (pattern: string): string => pattern.replaceAll(/[*?]/g, 'x');

/**
 * A request of the claim's shape, where a simple one is: each pattern filled in, each key given that the facts ask for. It
 * shows that the claim is about something, without a question to the solver. Undefined when the guess does not fit.
 */
export function exampleOf(claim: Claim): AuthorizationRequest | undefined {
  const [action] = claim.actions;
  const [form] = claim.resources;
  if (action === undefined || form === undefined) return undefined;
  const { name: _name, actions: _actions, resources: _forms, facts = [], unless, ...shape } = claim;
  const context = Object.fromEntries(facts.flatMap(givenBy));
  const example = { ...shape, action, resource: form === '*' ? form : fill(form), context };
  const fits = facts.every((fact) => constraintHolds(fact, example));
  return fits && (unless === undefined || !constraintHolds(unless, example)) ? example : undefined;
}

function givenBy(fact: Constraint): readonly (readonly [key: string, value: string])[] {
  if (!('key' in fact)) return 'all' in fact ? fact.all.flatMap(givenBy) : [];
  if ('equals' in fact) return fact.equals.slice(0, 1).map((value) => [fact.key, value]);
  if ('like' in fact) return fact.like.slice(0, 1).map((pattern) => [fact.key, fill(pattern)]);
  if ('includes' in fact) return [[fact.key, fact.includes]];
  return 'is' in fact && fact.is === 'present' ? [[fact.key, 'x']] : [];
}
