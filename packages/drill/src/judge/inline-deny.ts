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

/** `<role id>:<session name>`, in full. */
const USER_ID = /^[A-Z0-9]+:[A-Za-z0-9_+=,.@-]{2,64}$/;

/** True where a statement's condition is that one user id, in full, is calling, and nothing else. */
const namesOneSession = (statement: unknown): boolean => {
  const condition = inner(statement, 'Condition');
  const id = text(inner(condition, 'StringEquals'), 'aws:userid');
  return (
    id !== undefined &&
    USER_ID.test(id) &&
    JSON.stringify(condition) === JSON.stringify({ StringEquals: { 'aws:userid': id } })
  );
};

/**
 * What the input of a PutRolePolicy of ours opens: undefined when it writes nothing but denies of everything to the sessions
 * of `instanceId`, under the name of that instance's deny, so that it overwrites no other's; or to one session that the instance
 * assumed, under a name made of that.
 */
export const openedByPolicy = (input: unknown, instanceId: string): string | undefined => {
  const name = text(input, 'PolicyName');
  const statements = statementsOf(text(input, 'PolicyDocument') ?? '');
  const own = `${SESSION_DENY_POLICY_NAME}-${instanceId}`;
  const ofChain =
    name !== undefined && name.startsWith(`${own}-`) && /^[0-9a-f]{12}$/.test(name.slice(own.length + 1));
  if (name !== own && !ofChain) return `it writes the policy ${name}, which is not the deny of ${instanceId}`;
  if (statements === undefined || statements.length === 0) return 'it writes a policy without statements';
  const other = statements.find(
    (statement) =>
      text(statement, 'Effect') !== 'Deny' ||
      text(statement, 'Action') !== '*' ||
      text(statement, 'Resource') !== '*',
  );
  if (other !== undefined) return `it writes ${JSON.stringify(other)}, which is no deny of everything`;
  if (ofChain)
    return statements.every((statement) => namesOneSession(statement))
      ? undefined
      : `it writes ${name}, which denies more than one session`;
  const astray = statements.map(namedBy).find((named) => named.length !== 1 || !named.includes(instanceId));
  return astray === undefined
    ? undefined
    : `it writes a deny of [${astray.join(', ')}] in place of ${instanceId} alone`;
};
