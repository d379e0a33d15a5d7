import { inner, list, text, texts } from './fields.ts';

/** Actions that read: they may be asked for everything, since most have no resource level. */
const READS = /^[a-z0-9-]+:(Describe|Get|List|Lookup)/;
/** ARNs that have no account of their own, though what they name does; of S3 one object of one bucket alone. */
const WITHOUT_ACCOUNT =
  /^arn:[^:]+:(ec2:[^:*]+::(snapshot|image)\/|ssm:[^:*]+::parameter\/aws\/service\/|s3:::[^/*]+\/[^*]+$)/;

/** Changes that have no resource level: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
const WITHOUT_RESOURCE: ReadonlySet<string> = new Set(['kms:CreateKey']);

const oneOrMore = (of: unknown, name: string): readonly string[] => {
  const one = text(of, name);
  return one === undefined ? texts(of, name) : [one];
};

const statementsOf = (policy: string): readonly unknown[] | undefined => {
  try {
    return list(JSON.parse(policy), 'Statement');
  } catch {
    return undefined;
  }
};

const wideIn = (statement: unknown, account: string): readonly string[] => {
  const actions = oneOrMore(statement, 'Action');
  const resources = oneOrMore(statement, 'Resource');
  const wide = actions.filter((action) => action === '*' || action.endsWith(':*'));
  if (actions.every((action) => READS.test(action) || WITHOUT_RESOURCE.has(action))) return wide;
  const places = resources.filter(
    (arn) => !WITHOUT_ACCOUNT.test(arn) && !/^\d{12}$/.test(arn.split(':')[4] ?? ''),
  );
  // What is launched has no id yet: it must then be marked for the incident from its birth.
  const marksAtBirth = Object.keys(inner(inner(statement, 'Condition'), 'StringEquals') ?? {}).some((key) =>
    key.startsWith('aws:RequestTag/'),
  );
  const anyInstance = marksAtBirth ? [] : resources.filter((arn) => arn.endsWith(`:${account}:instance/*`));
  return [...wide, ...places, ...anyInstance];
};

/**
 * What makes a session's policy wider than one incident: that there is none, an action of every name, a change on what no
 * account is named for, or on any instance of the account. `account` is the suspect's; undefined when nothing is wide.
 */
export const widenessOf = (policy: string | undefined, account: string): string | undefined => {
  if (policy === undefined) return 'without a session policy';
  const statements = statementsOf(policy);
  if (statements === undefined || statements.length === 0) return 'with a session policy that says nothing';
  const wide = statements.flatMap((statement) => wideIn(statement, account));
  return wide.length === 0 ? undefined : `with a session policy that is as wide as ${wide.join(', ')}`;
};
