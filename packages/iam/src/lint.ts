import type { CompiledPolicy } from './compile.ts';
import { splitArn } from './match/match-arn.ts';
import type { Statement } from './policy/policy.ts';

/** A construct that the engine evaluates, but whose meaning AWS leaves open or that is wider than it looks. */
export interface Problem {
  readonly policy: string;
  readonly sid: string;
  readonly rule:
    | 'resource-type-wildcard'
    | 'arn-operator-bare-wildcard'
    | 'not-principal'
    | 'public-principal'
    | 'for-all-values-allow'
    | 'for-any-value-if-exists'
    | 'set-operator-single-value'
    | 'literal-wildcard'
    | 'not-action-allow'
    | 'not-resource-allow'
    | 'literal-variable';
  /** What was found and what to write instead. */
  readonly message: string;
}

type Finding = Pick<Problem, 'rule' | 'message'>;

/**
 * Lists the ambiguous constructs of a policy; an empty list means none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
 */
export function lint(policy: CompiledPolicy): readonly Problem[] {
  return policy.statements.flatMap((statement) =>
    [
      ...typeWildcards(statement),
      ...bareArnWildcards(statement),
      ...principals(statement),
      ...loneForAllValues(statement),
      ...setOperators(statement),
      ...literalWildcards(statement),
      ...negatedAllows(statement),
      ...(policy.version === '2008-10-17' ? literalVariables(statement) : []),
    ].map((finding) => ({ policy: policy.name, sid: statement.sid, ...finding })),
  );
}

/** `arn:aws:ec2:*:*:*` + `/*`: AWS allows no wildcard for a resource's type. S3 ARNs start with a bucket, not with a type. */
function typeWildcards(statement: Statement): readonly Finding[] {
  return (statement.resource?.patterns ?? []).flatMap((pattern) => {
    const arn = splitArn(pattern);
    const type = /^([^/:]*)[/:]/.exec(arn?.[5] ?? '')?.[1];
    if (arn?.[2] === 's3' || type === undefined || !/[*?]/.test(type)) return [];
    const message = `resource ${pattern} has a wildcard for its type; list the types, or end the ARN with a single "*"`;
    return [{ rule: 'resource-type-wildcard', message }];
  });
}

function bareArnWildcards(statement: Statement): readonly Finding[] {
  return statement.conditions
    .filter(({ operator }) => operator.startsWith('Arn'))
    .flatMap(({ key, operator, values }) =>
      values
        .filter((value) => splitArn(value) === undefined)
        .map((value): Finding => {
          const message = `${operator} compares ${key} with "${value}", which has not six components; use Null or a full ARN`;
          return { rule: 'arn-operator-bare-wildcard', message };
        }),
    );
}

function principals({ conditions, effect, principal }: Statement): readonly Finding[] {
  if (principal === undefined) return [];
  if (principal.negated) {
    const message =
      'NotPrincipal depends on how the caller signed in; use Principal "*" with ArnNotEquals aws:PrincipalArn';
    return [{ rule: 'not-principal', message }];
  }
  const isPublic =
    effect === 'Allow' && conditions.length === 0 && principal.entries.some(({ kind }) => kind === 'anyone');
  const message = 'Principal "*" without a condition lets anyone in; name the principals or add a condition';
  return isPublic ? [{ rule: 'public-principal', message }] : [];
}

function loneForAllValues({ conditions, effect }: Statement): readonly Finding[] {
  if (effect !== 'Allow') return [];
  const required = new Set(
    conditions
      .filter(({ operator, values }) => operator === 'Null' && values.every((value) => value === 'false'))
      .map(({ key }) => key.toLowerCase()),
  );
  return conditions
    .filter(({ key, quantifier }) => quantifier === 'for-all-values' && !required.has(key.toLowerCase()))
    .map(({ key }): Finding => {
      const message = `ForAllValues on ${key} also holds when the key is absent; add "Null": {"${key}": "false"}`;
      return { rule: 'for-all-values-allow', message };
    });
}

/** Global keys with at most one value in a request, which a set operator makes optional. */
const SINGLE_VALUED =
  /^aws:(?:(?:principal|request|resource)tag\/.*|principal(?:account|arn|orgid|type)|resource(?:account|orgid)|source(?:account|arn|ip|vpc|vpce|identity)|requestedregion|userid|username|securetransport|viaawsservice)$/;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
function setOperators({ conditions }: Statement): readonly Finding[] {
  return conditions.flatMap(({ ifExists, key, operator, quantifier }): readonly Finding[] => {
    if (quantifier === 'single') return [];
    if (SINGLE_VALUED.test(key.toLowerCase())) {
      const message = `${key} has one value, for which AWS advises against ForAllValues and ForAnyValue; write ${operator} alone`;
      return [{ rule: 'set-operator-single-value', message }];
    }
    if (quantifier === 'for-all-values' || !ifExists) return [];
    const message = `ForAnyValue:${operator}IfExists on ${key} also holds when the key is absent; drop IfExists, or say Null`;
    return [{ rule: 'for-any-value-if-exists', message }];
  });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html (wildcard without like operator) */
function literalWildcards({ conditions }: Statement): readonly Finding[] {
  return conditions
    .filter(({ operator }) => /^String(?:Not)?Equals/.test(operator))
    .flatMap(({ key, operator, values }) =>
      values
        .filter((value) => /[*?]/.test(value.replaceAll(/\$\{[^}]*\}/g, '')))
        .map((value): Finding => {
          const message = `${operator} takes the wildcard in "${value}" (${key}) literally; use StringLike or StringNotLike`;
          return { rule: 'literal-wildcard', message };
        }),
    );
}

/** An Allow of everything but a list also allows what AWS adds tomorrow. */
function negatedAllows({ action, effect, principal, resource }: Statement): readonly Finding[] {
  if (effect !== 'Allow' || principal !== undefined) return [];
  const onAction: Finding = {
    rule: 'not-action-allow',
    message: `Allow with NotAction gives every action of every service but ${action.patterns.join(', ')}; list the actions`,
  };
  const onResource: Finding = {
    rule: 'not-resource-allow',
    message: `Allow with NotResource gives every resource but ${resource?.patterns.join(', ') ?? ''}, also one whose variable has no value; list the resources`,
  };
  return [...(action.negated ? [onAction] : []), ...(resource?.negated === true ? [onResource] : [])];
}

function literalVariables(statement: Statement): readonly Finding[] {
  const values = [
    ...(statement.resource?.patterns ?? []),
    ...statement.conditions.flatMap((clause) => clause.values),
  ];
  return values
    .filter((value) => value.includes('${'))
    .map((value): Finding => {
      const message = `${value} is literal text without "Version": "2012-10-17"; add the version`;
      return { rule: 'literal-variable', message };
    });
}
