import { SESSION_DENY_POLICY_NAME } from '@cordon/incident';
import { inner, list, text } from './fields.ts';

const INSTANCE = /\bi-[0-9a-f]{8,17}\b/g;

/** Read by hand, not by the product's own reader: the judge must not share its mistakes. */
const statementsOf = (document: string): readonly unknown[] | undefined => {
  try {
    const parsed = JSON.parse(document) as unknown;
    return inner(parsed, 'Statement') === undefined ? undefined : list(parsed, 'Statement');
  } catch {
    return undefined;
  }
};

/** The instances that a statement's condition names, each once. */
const namedBy = (statement: unknown): readonly string[] => [
  ...new Set(JSON.stringify(inner(statement, 'Condition') ?? {}).match(INSTANCE)),
];

/**
 * What the input of a PutRolePolicy of ours opens: undefined when it writes nothing but denies of everything to the sessions
 * of `instanceId`, under the name of that instance's deny, so that it overwrites no other's.
 */
export const openedByPolicy = (input: unknown, instanceId: string): string | undefined => {
  const name = text(input, 'PolicyName');
  const statements = statementsOf(text(input, 'PolicyDocument') ?? '');
  if (name !== `${SESSION_DENY_POLICY_NAME}-${instanceId}`)
    return `it writes the policy ${name}, which is not the deny of ${instanceId}`;
  if (statements === undefined || statements.length === 0) return 'it writes a policy without statements';
  const other = statements.find(
    (statement) =>
      text(statement, 'Effect') !== 'Deny' ||
      text(statement, 'Action') !== '*' ||
      text(statement, 'Resource') !== '*',
  );
  if (other !== undefined) return `it writes ${JSON.stringify(other)}, which is no deny of everything`;
  const astray = statements.map(namedBy).find((named) => named.length !== 1 || !named.includes(instanceId));
  return astray === undefined
    ? undefined
    : `it writes a deny of [${astray.join(', ')}] in place of ${instanceId} alone`;
};
