import { compilePolicy, type AuthorizationRequest, type CompiledPolicy, type Statement } from '@cordon/iam';

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
  return (request) => ({
    ...request,
    principal: textsRenamed(request.principal, rename),
    resource: rename(request.resource),
    resourceAccount: request.resourceAccount === undefined ? undefined : rename(request.resourceAccount),
    context: contextRenamed(request.context, rename),
    policies: policiesOf(request.policies, { policy, rename }),
  });
};

const policiesOf = (
  policies: AuthorizationRequest['policies'],
  { policy, rename }: { readonly policy: (one: CompiledPolicy) => CompiledPolicy; readonly rename: Rename },
): AuthorizationRequest['policies'] => {
  const { identity, session, boundary, resource, endpoint, grants, serviceControl, resourceControl } =
    policies;
  return {
    identity: identity.map(policy),
    ...(session === undefined ? {} : { session: session.map(policy) }),
    ...(boundary === undefined ? {} : { boundary: policy(boundary) }),
    ...(resource === undefined ? {} : { resource: policy(resource) }),
    ...(endpoint === undefined ? {} : { endpoint: policy(endpoint) }),
    ...(serviceControl === undefined
      ? {}
      : { serviceControl: serviceControl.map((level) => level.map(policy)) }),
    ...(resourceControl === undefined
      ? {}
      : { resourceControl: resourceControl.map((level) => level.map(policy)) }),
    ...(grants === undefined
      ? {}
      : {
          grants: grants.map((grant) => ({
            ...textsRenamed(grant, rename),
            ...(grant.encryptionContextSubset === undefined
              ? {}
              : { encryptionContextSubset: textsRenamed(grant.encryptionContextSubset, rename) }),
            ...(grant.encryptionContextEquals === undefined
              ? {}
              : { encryptionContextEquals: textsRenamed(grant.encryptionContextEquals, rename) }),
          })),
        }),
  };
};
