import { accountOf } from '../decide/request.ts';
import type { AuthorizationRequest } from '../decide/request.ts';
import type { PrincipalClause, PrincipalEntry } from '../policy/policy.ts';

/**
 * How directly a resource policy's Allow reaches the caller, strongest last:
 *
 *   account   delegates to the account: its own identity policies must allow as well
 *   capped    names the caller's role, or the user behind a federated session: capped by boundary and session policy
 *   direct    names the user, the session, the service or everyone: nothing caps it within the account
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export type Reach = 'none' | 'account' | 'capped' | 'direct';

type Principal = AuthorizationRequest['principal'];

const STRENGTH: Readonly<Record<Reach, number>> = { none: 0, account: 1, capped: 2, direct: 3 };

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
      if (accountOf(principal) !== entry.account) return 'none';
      return principal.kind === 'root' ? 'direct' : 'account';
    case 'user':
      if (principal.kind === 'user') return principal.arn === entry.arn ? 'direct' : 'none';
      return principal.kind === 'federated-user' && principal.userArn === entry.arn ? 'capped' : 'none';
    case 'role':
      return principal.kind === 'role-session' && principal.roleArn === entry.arn ? 'capped' : 'none';
    case 'role-session':
      return principal.kind === 'role-session' && principal.sessionArn === entry.arn ? 'direct' : 'none';
    case 'unique-id':
      return reachOfUniqueId(entry.id, principal);
    case 'service':
      return principal.kind === 'service' && principal.service === entry.service ? 'direct' : 'none';
    case 'federated-user':
      return principal.kind === 'federated-user' && principal.arn === entry.arn ? 'direct' : 'none';
    case 'federated':
      return principal.kind === 'federated' && principal.provider === entry.provider ? 'direct' : 'none';
  }
}

function reachOfUniqueId(id: string, principal: Principal): Reach {
  if (principal.kind === 'user') return principal.userId === id ? 'direct' : 'none';
  if (principal.kind === 'federated-user') return principal.userId === id ? 'capped' : 'none';
  return principal.kind === 'role-session' && principal.roleId === id ? 'capped' : 'none';
}

/**
 * How a statement's `Principal`/`NotPrincipal` reaches the caller.
 *
 * `NotPrincipal` (with Deny only) spares a caller when the list holds both its account and its own ARN (for a role session, its
 * role's), and never spares one that has a permissions boundary. AWS says that a policy which leaves out the account or the role
 * might deny; the engine takes the denying reading.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function reachOfClause(clause: PrincipalClause, principal: Principal, hasBoundary: boolean): Reach {
  const reaches = clause.entries.map((entry) => reachOfEntry(entry, principal));
  if (!clause.negated) return reaches.reduce(strongerReach, 'none');
  if (hasBoundary) return 'direct';
  const isAnyone = clause.entries.some((entry) => entry.kind === 'anyone');
  const isNamed = reaches.includes(principal.kind === 'role-session' ? 'capped' : 'direct');
  const isAccountListed =
    principal.kind === 'root' || accountOf(principal) === undefined || reaches.includes('account');
  return isAnyone || (isNamed && isAccountListed) ? 'none' : 'direct';
}
