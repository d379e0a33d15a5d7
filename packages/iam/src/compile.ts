import { PolicyError } from './errors.ts';
import { compileCondition } from './conditions/compile-condition.ts';
import type { ConditionTest } from './conditions/compile-condition.ts';
import type { RequestKeys } from './decide/request-keys.ts';
import { compileGlob } from './match/glob.ts';
import { compileResource } from './match/match-arn.ts';
import type { Place } from './policy/json.ts';
import { parsePolicy } from './policy/parse-policy.ts';
import type { PatternClause, Policy, Statement } from './policy/policy.ts';

/** A statement with its matchers built; everything about the principal stays with the statement. */
export interface CompiledStatement extends Statement {
  /** Takes the action in lower case. */
  readonly matchesAction: (lowerCaseAction: string) => boolean;
  readonly matchesResource: (resource: string, keys: RequestKeys) => boolean;
  /** Tests every condition, even after one failed: an ill-formed request must throw whatever the order. */
  readonly conditionsHold: (keys: RequestKeys) => boolean;
}

/** Whether a document names principals (resource, trust and resource control policies do) or is attached to one. */
export type PolicyShape = 'names-principals' | 'attached-to-principal' | 'empty';

/** A parsed policy whose patterns are compiled once, for any number of requests. */
export interface CompiledPolicy extends Policy {
  readonly shape: PolicyShape;
  readonly statements: readonly CompiledStatement[];
}

/**
 * Parses and compiles an IAM policy document.
 *
 * Takes the document as JSON (an object, not text) and a name for messages and decisions. Throws PolicyError naming any
 * element, operator, principal type, version or value that it does not know.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function compile(document: unknown, name: string): CompiledPolicy {
  return compilePolicy(parsePolicy(document, name));
}

/** Builds the matchers of a policy that is parsed already. Throws PolicyError as `compile` does. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const { name } = policy;
  const allowVariables = policy.version === '2012-10-17';
  return {
    name,
    version: policy.version,
    shape: shapeOf(policy),
    statements: policy.statements.map((statement) =>
      compileStatement(statement, allowVariables, { policy: name, at: `statement ${statement.sid}` }),
    ),
  };
}

function shapeOf(policy: Policy): PolicyShape {
  const withPrincipal = policy.statements.filter((statement) => statement.principal !== undefined).length;
  if (policy.statements.length === 0) return 'empty';
  if (withPrincipal === 0) return 'attached-to-principal';
  if (withPrincipal === policy.statements.length) return 'names-principals';
  throw new PolicyError(
    policy.name,
    'some statements name a principal and some do not; a document is one kind or the other',
  );
}

function compileStatement(statement: Statement, allowVariables: boolean, place: Place): CompiledStatement {
  const conditions = statement.conditions.map((clause) =>
    compileCondition(clause, allowVariables, {
      ...place,
      at: `${place.at}, ${clause.operator}.${clause.key}`,
    }),
  );
  return {
    ...statement,
    matchesAction: compileActions(statement.action),
    matchesResource: compileResources(statement.resource, allowVariables, place),
    conditionsHold: allHold(conditions),
  };
}

/** Most actions are written out: one look into a set takes the place of a comparison with each, in every statement of a request. */
function compileActions({ patterns, negated }: PatternClause): CompiledStatement['matchesAction'] {
  const lower = patterns.map((pattern) => pattern.toLowerCase());
  const exact = new Set(lower.filter((pattern) => !/[*?]/.test(pattern)));
  const globs = lower.filter((pattern) => !exact.has(pattern)).map(compileGlob);
  return (action) => (exact.has(action) || globs.some((test) => test(action))) !== negated;
}

function compileResources(
  clause: PatternClause | undefined,
  allowVariables: boolean,
  place: Place,
): CompiledStatement['matchesResource'] {
  // Without Resource a statement is about whatever carries the policy: the role of a trust policy, say.
  if (clause === undefined) return () => true;
  const tests = clause.patterns.map((pattern) => compileResource(pattern, allowVariables, place));
  return (resource, keys) => tests.some((test) => test(resource, keys)) !== clause.negated;
}

function allHold(conditions: readonly ConditionTest[]): (keys: RequestKeys) => boolean {
  return (keys) => conditions.reduce((held, test) => test(keys) && held, true);
}
