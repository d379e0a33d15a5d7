import { RequestError } from '../errors.ts';
import { reachOfEntry, strongerReach } from '../match/match-principal.ts';
import type { Reach } from '../match/match-principal.ts';
import { parsePrincipal } from '../policy/parse-principal.ts';
import type { PrincipalEntry } from '../policy/policy.ts';
import { accountOf } from './request.ts';
import type { AuthorizationRequest, Grant } from './request.ts';

/** Operations a grant may hold. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations */
const GRANT_OPERATIONS: ReadonlySet<string> = new Set([
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'Sign',
  'Verify',
  'GenerateMac',
  'VerifyMac',
  'GetPublicKey',
  'DescribeKey',
  'CreateGrant',
  'RetireGrant',
  'DeriveSharedSecret',
]);

/**
 * Operations without an encryption context, to which the constraint does not apply. For CreateGrant it binds the *child*
 * grant instead; that check belongs to the key's keeper, which sees the child.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
 */
const UNCONSTRAINED: ReadonlySet<string> = new Set(['kms:describekey', 'kms:retiregrant', 'kms:creategrant']);

const CONTEXT_PREFIX = 'kms:encryptioncontext:';

/** What the grants on a key give to one caller. */
export interface GrantFindings {
  readonly reach: Reach;
  /** The same, counting only grants that the caller's own account issued. */
  readonly ownReach: Reach;
}

/**
 * Finds how the request's grants reach its caller: a grantee session or user directly, a role capped by boundary and session
 * policy, an account through its identity policies. A grant only ever allows.
 *
 * Throws RequestError for a grantee or an operation that KMS would refuse.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export function evaluateGrants(request: AuthorizationRequest): GrantFindings {
  const { principal } = request;
  let findings: GrantFindings = { reach: 'none', ownReach: 'none' };
  for (const grant of request.policies.grants ?? []) {
    const reach = reachOfEntry(granteeOf(grant), principal);
    if (!operationsOf(grant).has(request.action.toLowerCase()) || reach === 'none') continue;
    if (!isContextAccepted(grant, request)) continue;
    const account = accountOf(principal);
    const isOwn = account !== undefined && grant.issuingAccount === account;
    findings = {
      reach: strongerReach(findings.reach, reach),
      ownReach: isOwn ? strongerReach(findings.ownReach, reach) : findings.ownReach,
    };
  }
  return findings;
}

function granteeOf(grant: Grant): PrincipalEntry {
  const place = { policy: 'kms grant', at: 'GranteePrincipal' };
  const [entry] = parsePrincipal({ AWS: grant.granteePrincipalArn }, false, place).entries;
  if (entry === undefined || entry.kind === 'anyone') {
    throw new RequestError(
      `kms grant to ${grant.granteePrincipalArn}; want the ARN of one user, role, session or account`,
    );
  }
  return entry;
}

function operationsOf(grant: Grant): ReadonlySet<string> {
  return new Set(
    grant.operations.map((operation) => {
      if (!GRANT_OPERATIONS.has(operation)) {
        throw new RequestError(
          `kms grant operation ${operation} is none; want one of ${[...GRANT_OPERATIONS].join(', ')}`,
        );
      }
      return `kms:${operation.toLowerCase()}`;
    }),
  );
}

function isContextAccepted(grant: Grant, request: AuthorizationRequest): boolean {
  if (UNCONSTRAINED.has(request.action.toLowerCase())) return true;
  const given = encryptionContextOf(request);
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = grant;
  const has = ([key, value]: readonly [string, string]): boolean => given.get(key) === value;
  if (equals !== undefined) {
    const wanted = Object.entries(equals);
    if (wanted.length !== given.size || !wanted.every(has)) return false;
  }
  return subset === undefined || Object.entries(subset).every(has);
}

/** The request's encryption context; its keys keep their case, which grant constraints compare. */
function encryptionContextOf(request: AuthorizationRequest): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const [key, value] of Object.entries(request.context)) {
    if (!key.toLowerCase().startsWith(CONTEXT_PREFIX)) continue;
    const [text, ...more] = typeof value === 'string' ? [value] : value;
    if (text === undefined || more.length > 0)
      throw new RequestError(`${key} has ${1 + more.length} values; want exactly one`);
    pairs.set(key.slice(CONTEXT_PREFIX.length), text);
  }
  return pairs;
}
