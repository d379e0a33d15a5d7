import {
  compilePolicy,
  mapPolicies,
  type AuthorizationRequest,
  type CompiledPolicy,
  type Grant,
  type Statement,
} from '@cordon/iam';

/** Where the response takes place: the member's account and Region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

type Rename = (text: string) => string;

/** Renames account ids that stand alone and Regions that are a whole component, an Availability Zone's among them. */
const renaming = (from: Place, to: Place): Rename => {
  const account = new RegExp(`(?<!\\d)${from.account}(?!\\d)`, 'g');
  const region = new RegExp(`(?<![\\w-])${from.region}([a-z]?)(?![\\w-])`, 'g');
  return (text) => text.replaceAll(account, to.account).replaceAll(region, `${to.region}$1`);
};

/** Compiled once for each document: thousands of requests share some dozens. */
const policiesRenamed = (rename: Rename): ((policy: CompiledPolicy) => CompiledPolicy) => {
  const done = new Map<CompiledPolicy, CompiledPolicy>();
  return (policy) => {
    const known = done.get(policy);
    if (known !== undefined) return known;
    const { name, version, statements } = policy;
    const made = compilePolicy({
      name: rename(name),
      version,
      statements: statements.map((statement) => statementRenamed(statement, rename)),
    });
    done.set(policy, made);
    return made;
  };
};

const statementRenamed = (statement: Statement, rename: Rename): Statement => {
  const { sid, effect, action, principal, resource, conditions } = statement;
  return {
    sid,
    effect,
    action,
    principal:
      principal === undefined
        ? undefined
        : { ...principal, entries: principal.entries.map((entry) => textsRenamed(entry, rename)) },
    resource: resource === undefined ? undefined : { ...resource, patterns: resource.patterns.map(rename) },
    conditions: conditions.map((clause) => ({ ...clause, values: clause.values.map(rename) })),
  };
};

/** The same record with every text in it renamed; what is no text stays. */
const textsRenamed = <T extends object>(record: T, rename: Rename): T => {
  const changed = { ...record };
  for (const key of Object.keys(record) as (keyof T)[]) {
    const value = record[key];
    // The texts of these records are ids, ARNs and names: a renamed one is as good a value of its member.
    if (typeof value === 'string') changed[key] = rename(value) as typeof value;
  }
  return changed;
};

const contextRenamed = (
  context: AuthorizationRequest['context'],
  rename: Rename,
): AuthorizationRequest['context'] =>
  Object.fromEntries(
    Object.entries(context).map(([key, value]) => [
      key,
      typeof value === 'string' ? rename(value) : value.map(rename),
    ]),
  );

/** The ARNs and encryption contexts of a grant; its operations name no place. */
const grantRenamed = (grant: Grant, rename: Rename): Grant => {
  const { encryptionContextSubset: subset, encryptionContextEquals: equals } = grant;
  return {
    ...textsRenamed(grant, rename),
    ...(subset === undefined ? {} : { encryptionContextSubset: textsRenamed(subset, rename) }),
    ...(equals === undefined ? {} : { encryptionContextEquals: textsRenamed(equals, rename) }),
  };
};

/**
 * Makes the function that says a request as if the response had taken place elsewhere: principal, resource, condition keys
 * and every policy that bears on it alike, so that what was allowed stays allowed.
 */
export const requestRenamed = (
  from: Place,
  to: Place,
): ((request: AuthorizationRequest) => AuthorizationRequest) => {
  if (from.account === to.account && from.region === to.region) return (request) => request;
  const rename = renaming(from, to);
  const policy = policiesRenamed(rename);
  return (request) => {
    const { grants } = request.policies;
    return {
      ...request,
      principal: textsRenamed(request.principal, rename),
      resource: rename(request.resource),
      resourceAccount: request.resourceAccount === undefined ? undefined : rename(request.resourceAccount),
      context: contextRenamed(request.context, rename),
      policies: {
        ...mapPolicies(request.policies, policy),
        ...(grants === undefined ? {} : { grants: grants.map((grant) => grantRenamed(grant, rename)) }),
      },
    };
  };
};
