import type { CompiledPolicy, CompiledStatement } from './compile.ts';
import { RequestError } from './errors.ts';

/**
 * Lists the actions that the policies may allow in some request: an upper bound, in the order given.
 *
 * An action counts when an Allow statement's Action or NotAction matches it, whatever the statement's resource, principal and
 * conditions, unless a Deny that spares nothing (resource `*`, no condition, nobody exempt) matches it too. Takes names such as
 * `ec2:CopySnapshot` (those of the catalogue); throws RequestError for one without a service.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html
 */
export function possibleActions(
  policies: readonly CompiledPolicy[],
  actions: readonly string[],
): readonly string[] {
  const statements = policies.flatMap((policy) => policy.statements);
  const allows = byService(statements.filter(({ effect }) => effect === 'Allow'));
  const denies = byService(statements.filter(isTotalDeny));
  return actions.filter((action) => {
    const name = action.toLowerCase();
    const colon = name.indexOf(':');
    if (colon < 1) throw new RequestError(`action "${action}"; want "service:Operation"`);
    const service = name.slice(0, colon);
    const matches = (statement: CompiledStatement): boolean => statement.matchesAction(name);
    return allows(service).some(matches) && !denies(service).some(matches);
  });
}

function isTotalDeny({ conditions, effect, principal, resource }: CompiledStatement): boolean {
  const isForAll =
    principal === undefined ||
    (!principal.negated && principal.entries.some(({ kind }) => kind === 'anyone'));
  const isOnAll = resource !== undefined && !resource.negated && resource.patterns.includes('*');
  return effect === 'Deny' && conditions.length === 0 && isForAll && isOnAll;
}

/** Finds the statements that can match an action of a service, so that 22,000 actions do not meet every statement. */
function byService(
  statements: readonly CompiledStatement[],
): (service: string) => readonly CompiledStatement[] {
  const found = new Map<string, readonly CompiledStatement[]>();
  return (service) => {
    const known = found.get(service);
    if (known !== undefined) return known;
    const prefix = `${service}:`;
    const list = statements.filter(
      ({ action }) =>
        action.negated ||
        action.patterns.some((pattern) => pattern === '*' || pattern.toLowerCase().startsWith(prefix)),
    );
    found.set(service, list);
    return list;
  };
}
