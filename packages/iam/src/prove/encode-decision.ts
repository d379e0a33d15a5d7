import { accountOf } from '../decide/request.ts';
import type { Bearing, ProvenLayer } from './bearing.ts';
import type { Claim } from './claim.ts';
import { encodeCondition } from './encode-condition.ts';
import { matchesPieces } from './encode-pieces.ts';
import { readPieces } from './pieces.ts';
import { and, not, or, truth } from './smt.ts';
import type { Term } from './smt.ts';
import type { SymbolicRequest } from './symbolic-request.ts';

/** A bearing statement with the term that says when it matches. */
interface EncodedStatement {
  readonly bearing: Bearing;
  readonly matches: Term;
}

/**
 * Encodes when `authorize` allows a request of the claim, layer by layer as it does:
 *
 *   no explicit deny anywhere, every SCP level and the endpoint policy allow, then
 *   same account    named directly | (caps and (named by way of its role or user | identity, and the resource policy where it must))
 *   other account   the resource's policy and the identity's, and caps
 *
 * where caps are boundary and session policy.
 */
export function encodeAllowed(claim: Claim, bearings: readonly Bearing[], request: SymbolicRequest): Term {
  const encoded = bearings.map((bearing) => ({ bearing, matches: encodeStatement(bearing, request) }));
  const { policies } = claim;
  const levels = accountOf(claim.principal) === undefined ? [] : (policies.serviceControl ?? []);
  return and([
    not(
      or(encoded.flatMap(({ bearing, matches }) => (bearing.statement.effect === 'Deny' ? [matches] : []))),
    ),
    ...levels.map((_, level) => allows(encoded, 'serviceControl', (bearing) => bearing.level === level)),
    policies.endpoint === undefined ? truth(true) : allows(encoded, 'endpoint'),
    isCrossAccount(claim) ? encodeAcrossAccounts(claim, encoded) : encodeWithinAccount(claim, encoded),
  ]);
}

function encodeStatement({ policy, statement }: Bearing, request: SymbolicRequest): Term {
  const { version } = policy;
  const place = { policy: policy.name, at: `statement ${statement.sid}` };
  const conditions = statement.conditions.map((clause) => {
    const at = `${place.at}, ${clause.operator}.${clause.key}`;
    return encodeCondition(clause, { request, version, place: { ...place, at } });
  });
  if (statement.resource === undefined) return and(conditions);
  const { negated, patterns } = statement.resource;
  const matched = or(
    patterns.map((pattern) =>
      pattern === '*'
        ? truth(true)
        : matchesPieces(request.resource, readPieces(pattern, { wildcards: true, version, place }), request),
    ),
  );
  return and([negated ? not(matched) : matched, ...conditions]);
}

function isCrossAccount({ principal, resourceAccount }: Claim): boolean {
  const account = accountOf(principal);
  return account !== undefined && resourceAccount !== undefined && resourceAccount !== account;
}

function encodeWithinAccount(claim: Claim, encoded: readonly EncodedStatement[]): Term {
  const direct = allows(encoded, 'resource', ({ reach }) => reach === 'direct');
  if (accountOf(claim.principal) === undefined) return direct;
  const capped = allows(encoded, 'resource', ({ reach }) => reach === 'capped');
  const account = allows(encoded, 'resource', ({ reach }) => reach === 'account');
  const delegated = claim.resourcePolicyMode === 'must-allow' ? account : truth(true);
  return or([
    direct,
    and([caps(claim, encoded), or([capped, and([delegated, identityAllows(claim, encoded)])])]),
  ]);
}

function encodeAcrossAccounts(claim: Claim, encoded: readonly EncodedStatement[]): Term {
  return and([allows(encoded, 'resource'), identityAllows(claim, encoded), caps(claim, encoded)]);
}

/** The account root user has every right that its account has. */
function identityAllows(claim: Claim, encoded: readonly EncodedStatement[]): Term {
  return claim.principal.kind === 'root' ? truth(true) : allows(encoded, 'identity');
}

function caps({ policies, principal }: Claim, encoded: readonly EncodedStatement[]): Term {
  const isSessionCapped = (policies.session ?? []).length > 0 || principal.kind === 'federated-user';
  return and([
    policies.boundary === undefined ? truth(true) : allows(encoded, 'boundary'),
    isSessionCapped ? allows(encoded, 'session') : truth(true),
  ]);
}

/** True when an Allow of the layer matches. */
function allows(
  encoded: readonly EncodedStatement[],
  layer: ProvenLayer,
  counts: (bearing: Bearing) => boolean = () => true,
): Term {
  return or(
    encoded.flatMap(({ bearing, matches }) =>
      bearing.layer === layer && bearing.statement.effect === 'Allow' && counts(bearing) ? [matches] : [],
    ),
  );
}
