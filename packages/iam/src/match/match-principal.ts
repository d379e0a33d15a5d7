import type { Principal } from '../decide/request.ts';
import type { PrincipalClause, PrincipalEntry } from '../policy/policy.ts';

/**
 * How directly a resource policy's Allow reaches the caller, strongest last:
 *
 *   account   delegates to the account: its own identity policies must allow as well
 *   role      names the caller's role: capped by boundary and session policy
 *   direct    names the user, the session, the service or everyone: nothing caps it within the account
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export type Reach = 'none' | 'account' | 'role' | 'direct';

const STRENGTH: Readonly<Record<Reach, number>> = { none: 0, account: 1, role: 2, direct: 3 };

/** The stronger of two reaches. */
export function strongerReach(one: Reach, other: Reach): Reach {
  return STRENGTH[one] >= STRENGTH[other] ? one : other;
}

/** How an entry of `Principal` reaches the caller. */
export function reachOfEntry(entry: PrincipalEntry, principal: Principal): Reach {
  switch (entry.kind) {
    case 'anyone':
      return 'direct';
    case 'account':
      if (principal.kind === 'service' || principal.account !== entry.account) return 'none';
      return principal.kind === 'root' ? 'direct' : 'account';
    case 'user':
      return principal.kind === 'user' && principal.arn === entry.arn ? 'direct' : 'none';
    case 'role':
      return principal.kind === 'role-session' && principal.roleArn === entry.arn ? 'role' : 'none';
    case 'role-session':
      return principal.kind === 'role-session' && principal.sessionArn === entry.arn ? 'direct' : 'none';
    case 'unique-id':
      if (principal.kind === 'user') return principal.userId === entry.id ? 'direct' : 'none';
      return principal.kind === 'role-session' && principal.roleId === entry.id ? 'role' : 'none';
    case 'service':
      return principal.kind === 'service' && principal.service === entry.service ? 'direct' : 'none';
    case 'federated':
      // No caller of this engine is a web identity, SAML or GetFederationToken session.
      return 'none';
  }
}

/**
 * How a statement's `Principal`/`NotPrincipal` reaches the caller.
 *
 * `NotPrincipal` (with Deny only) spares a caller when the list holds both its account and its own ARN (or its role's), and
 * never spares one that has a permissions boundary. AWS says that the account must be listed "otherwise the policy might deny";
 * the engine takes the denying reading.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function reachOfClause(clause: PrincipalClause, principal: Principal, hasBoundary: boolean): Reach {
  const reaches = clause.entries.map((entry) => reachOfEntry(entry, principal));
  if (!clause.negated) return reaches.reduce(strongerReach, 'none');
  if (hasBoundary) return 'direct';
  const isAnyone = clause.entries.some((entry) => entry.kind === 'anyone');
  const isNamed = reaches.some((reach) => reach === 'direct' || reach === 'role');
  const isAccountListed =
    principal.kind === 'service' || principal.kind === 'root' || reaches.includes('account');
  return isAnyone || (isNamed && isAccountListed) ? 'none' : 'direct';
}
