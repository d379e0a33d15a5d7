import { compilePolicy } from './compile.ts';
import type { CompiledPolicy } from './compile.ts';
import type {
  ConditionClause,
  Effect,
  PatternClause,
  Policy,
  PrincipalClause,
  PrincipalEntry,
  Statement,
} from './policy/policy.ts';

/** A policy with exactly one thing taken out: what a suite must notice, or the thing was not needed. */
export interface Mutant {
  readonly sid: string;
  readonly effect: Effect;
  readonly kind: 'statement' | 'action' | 'resource' | 'principal' | 'condition' | 'condition-value';
  /** What is gone, for a person: `action ec2:CopySnapshot`, `condition StringEquals ec2:Add/userId`. */
  readonly removed: string;
  readonly policy: CompiledPolicy;
}

/** A statement without one of its parts. */
interface Reduction {
  readonly kind: Exclude<Mutant['kind'], 'statement'>;
  readonly removed: string;
  readonly statement: Statement;
}

/**
 * Lists every policy that has one thing less: a whole statement, one of several actions, resources, principals or values of a
 * condition, or one condition (an operator with its key). The only entry of a clause is not taken out: that would be no policy,
 * and the mutant without the statement covers it. The other statements keep their order and their Sids, `#3` too.
 */
export function mutantsOf(policy: CompiledPolicy): readonly Mutant[] {
  const statements = policy.statements.map(sourceOf);
  const withStatements = (list: readonly Statement[]): CompiledPolicy =>
    compilePolicy({ name: policy.name, version: policy.version, statements: list } satisfies Policy);
  return statements.flatMap((statement, index): readonly Mutant[] => {
    const { effect, sid } = statement;
    const whole: Mutant = {
      sid,
      effect,
      kind: 'statement',
      removed: `statement ${sid}`,
      policy: withStatements(statements.toSpliced(index, 1)),
    };
    const parts = reductionsOf(statement).map(({ kind, removed, statement: reduced }): Mutant => ({
      sid,
      effect,
      kind,
      removed,
      policy: withStatements(statements.with(index, reduced)),
    }));
    return [whole, ...parts];
  });
}

/** The statement as parsed, without the matchers, which belong to what is about to be taken out. */
function sourceOf({ action, conditions, effect, principal, resource, sid }: Statement): Statement {
  return { sid, effect, principal, action, resource, conditions };
}

function reductionsOf(statement: Statement): readonly Reduction[] {
  const { action, principal, resource } = statement;
  return [
    ...patternReductions(action, 'action').map(([removed, clause]): Reduction => {
      return { kind: 'action', removed, statement: { ...statement, action: clause } };
    }),
    ...(resource === undefined ? [] : patternReductions(resource, 'resource')).map(
      ([removed, clause]): Reduction => {
        return { kind: 'resource', removed, statement: { ...statement, resource: clause } };
      },
    ),
    ...(principal === undefined ? [] : principalReductions(principal)).map(([removed, clause]): Reduction => {
      return { kind: 'principal', removed, statement: { ...statement, principal: clause } };
    }),
    ...statement.conditions.flatMap((_, index) => conditionReductions(statement, index)),
  ];
}

/** The list without each of its entries in turn; nothing for a list of one. */
function withoutEach<T>(entries: readonly T[]): readonly (readonly [entry: T, rest: readonly T[]])[] {
  if (entries.length < 2) return [];
  return entries.map((entry, index) => [entry, entries.toSpliced(index, 1)]);
}

function patternReductions(
  clause: PatternClause,
  element: 'action' | 'resource',
): readonly (readonly [removed: string, clause: PatternClause])[] {
  const name = clause.negated ? `not-${element}` : element;
  return withoutEach(clause.patterns).map(([pattern, patterns]) => [
    `${name} ${pattern}`,
    { ...clause, patterns },
  ]);
}

function principalReductions(
  clause: PrincipalClause,
): readonly (readonly [removed: string, clause: PrincipalClause])[] {
  const name = clause.negated ? 'not-principal' : 'principal';
  return withoutEach(clause.entries).map(([entry, entries]) => [
    `${name} ${nameOf(entry)}`,
    { ...clause, entries },
  ]);
}

function conditionReductions(statement: Statement, index: number): readonly Reduction[] {
  const clause = statement.conditions[index];
  if (clause === undefined) return [];
  const name = `${operatorOf(clause)} ${clause.key}`;
  const without: Reduction = {
    kind: 'condition',
    removed: `condition ${name}`,
    statement: { ...statement, conditions: statement.conditions.toSpliced(index, 1) },
  };
  const values = withoutEach(clause.values).map(([value, rest]): Reduction => {
    const conditions = statement.conditions.with(index, { ...clause, values: rest });
    return {
      kind: 'condition-value',
      removed: `value ${value} of condition ${name}`,
      statement: { ...statement, conditions },
    };
  });
  return [without, ...values];
}

/** The operator as the policy's author wrote it. */
function operatorOf({ ifExists, operator, quantifier }: ConditionClause): string {
  const prefix = { single: '', 'for-all-values': 'ForAllValues:', 'for-any-value': 'ForAnyValue:' }[
    quantifier
  ];
  return `${prefix}${operator}${ifExists ? 'IfExists' : ''}`;
}

function nameOf(entry: PrincipalEntry): string {
  switch (entry.kind) {
    case 'anyone':
      return '*';
    case 'account':
      return entry.account;
    case 'user':
    case 'role':
    case 'role-session':
    case 'federated-user':
      return entry.arn;
    case 'unique-id':
      return entry.id;
    case 'service':
      return entry.service;
    case 'federated':
      return entry.provider;
  }
}
