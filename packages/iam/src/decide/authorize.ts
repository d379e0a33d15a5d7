import { checkRequest } from './check-request.ts';
import { policyKind } from './denial.ts';
import { evaluateGrants } from './grants.ts';
import type { GrantFindings } from './grants.ts';
import type { CompiledPolicy } from '../compile.ts';
import { evaluatePolicies } from './evaluate-policy.ts';
import type { LayerFindings, Question } from './evaluate-policy.ts';
import { strongerReach } from '../match/match-principal.ts';
import { indexKeys } from './request-keys.ts';
import { accountOf } from './request.ts';
import type { AuthorizationRequest, Decision, DecisiveStatement, Layer, PolicyLayer } from './request.ts';
import { isUnderResourceControl } from './resource-control.ts';

/** What every layer says, before it is decided which of them count. */
interface Findings {
  readonly serviceControl: readonly LayerFindings[];
  readonly resourceControl: readonly LayerFindings[];
  readonly endpoint: LayerFindings | undefined;
  readonly identity: LayerFindings;
  readonly boundary: LayerFindings | undefined;
  readonly session: LayerFindings | undefined;
  readonly resource: LayerFindings;
  readonly grants: GrantFindings;
}

/**
 * Decides one request from the policies that bear on it.
 *
 *   explicit deny anywhere -> every SCP level allows -> VPC endpoint policy allows -> same account: resource policy or grant
 *   naming the caller, else identity and boundary and session -> other account: both sides
 *
 * An explicit deny gives layer `explicit-deny`, save an RCP's, which gives `resource-control`; otherwise a deny gives the first
 * layer that withheld its allow. Throws RequestError when the request is malformed, and when a key with several values meets
 * an operator for one. Pure: same request, same decision.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
export function authorize(request: AuthorizationRequest): Decision {
  checkRequest(request);
  const findings = evaluateLayers(request);
  return (
    explicitDeny(findings) ??
    resourceControlDeny(findings) ??
    serviceControlDeny(findings) ??
    endpointDeny(findings) ??
    (isCrossAccount(request)
      ? decideAcrossAccounts(request, findings)
      : decideWithinAccount(request, findings))
  );
}

function evaluateLayers(request: AuthorizationRequest): Findings {
  const { policies, principal } = request;
  const question: Question = {
    principal,
    hasBoundary: policies.boundary !== undefined,
    lowerCaseAction: request.action.toLowerCase(),
    resource: request.resource,
    keys: indexKeys(request.context),
  };
  const of = (layer: PolicyLayer, list: readonly CompiledPolicy[]): LayerFindings =>
    evaluatePolicies(layer, list, question);
  const { boundary, endpoint, identity, resource, session = [] } = policies;
  const { resourceControl = [], serviceControl = [] } = policies;
  return {
    // SCPs bind the principals of an account: no service acting on its own behalf, and nobody from outside AWS.
    serviceControl:
      accountOf(principal) === undefined ? [] : serviceControl.map((level) => of('service-control', level)),
    resourceControl: isUnderResourceControl(question.lowerCaseAction)
      ? resourceControl.map((level) => of('resource-control', level))
      : [],
    endpoint: endpoint === undefined ? undefined : of('endpoint', [endpoint]),
    identity: of('identity', identity),
    boundary: boundary === undefined ? undefined : of('boundary', [boundary]),
    // Without a session policy GetFederationToken gives a session without permissions, AssumeRole one with all of the role's.
    session: session.length === 0 && principal.kind !== 'federated-user' ? undefined : of('session', session),
    resource: of('resource', resource === undefined ? [] : [resource]),
    grants: evaluateGrants(request),
  };
}

function isCrossAccount({ principal, resourceAccount }: AuthorizationRequest): boolean {
  const account = accountOf(principal);
  return account !== undefined && resourceAccount !== undefined && resourceAccount !== account;
}

function explicitDeny(findings: Findings): Decision | undefined {
  const denies = [
    ...findings.serviceControl.flatMap((level) => level.denies),
    ...findings.resource.denies,
    ...findings.identity.denies,
    ...(findings.boundary?.denies ?? []),
    ...(findings.session?.denies ?? []),
    ...(findings.endpoint?.denies ?? []),
  ];
  if (denies.length === 0) return undefined;
  const kinds = [...new Set(denies.map(({ layer }) => layer))].map(
    (layer) => `${policyKind(layer)} (${named(denies.filter((deny) => deny.layer === layer))})`,
  );
  return {
    verdict: 'deny',
    layer: 'explicit-deny',
    decisive: denies,
    why: `explicit deny in ${kinds.join(' and ')}`,
  };
}

/** Only denies are read: the Allow of `RCPFullAWSAccess` is always attached, and customers cannot write another. */
function resourceControlDeny(findings: Findings): Decision | undefined {
  const denies = findings.resourceControl.flatMap((level) => level.denies);
  if (denies.length === 0) return undefined;
  const why = `explicit deny in a resource control policy (${named(denies)})`;
  return { verdict: 'deny', layer: 'resource-control', decisive: denies, why };
}

function serviceControlDeny(findings: Findings): Decision | undefined {
  const level = findings.serviceControl.findIndex(({ allows }) => allows.length === 0);
  if (level < 0) return undefined;
  return deny(
    'service-control',
    `no service control policy allows the action at level ${level} (0 is the organization root)`,
  );
}

/** An endpoint policy stands before the service: what it does not allow does not pass, whoever asks. */
function endpointDeny({ endpoint }: Findings): Decision | undefined {
  return endpoint?.allows.length === 0
    ? deny('endpoint', 'no VPC endpoint policy allows the action')
    : undefined;
}

function decideWithinAccount(request: AuthorizationRequest, findings: Findings): Decision {
  const { grants, resource } = findings;
  const reach = strongerReach(resource.reach, grants.reach);
  const granted = (): Decision =>
    resource.reach === reach
      ? allow('resource', resource.allows, 'the resource-based policy allows the caller')
      : allow('grant', [], 'a grant on the key allows the caller');
  if (reach === 'direct') return granted();
  if (accountOf(request.principal) === undefined)
    return deny('resource', 'no resource-based policy allows the service or federated identity');
  if (reach === 'capped') return capDeny(findings) ?? granted();
  if (reach === 'none' && request.resourcePolicyMode === 'must-allow') {
    return deny(
      'resource',
      'the policy of the key or role allows neither the caller nor its account, and nothing else can',
    );
  }
  return identityDeny(request, findings) ?? identityAllow(request, findings);
}

/** Both accounts must agree: the resource's by its policy or a grant, the caller's by its identity policies. */
function decideAcrossAccounts(request: AuthorizationRequest, findings: Findings): Decision {
  const { grants, identity, resource } = findings;
  const owner = request.resourceAccount ?? 'the resource account';
  if (resource.reach === 'none' && grants.reach === 'none') {
    return deny('cross-account', `no resource-based policy or grant of account ${owner} allows the caller`);
  }
  // KMS accepts "a grant or IAM policy in your account" from a caller abroad: a grant that the caller's own account issued.
  // https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
  if (grants.ownReach === 'direct' || grants.ownReach === 'capped') {
    const capped = grants.ownReach === 'capped' ? capDeny(findings) : undefined;
    return (
      capped ??
      allow('grant', [], `a grant on the key of account ${owner}, issued by the caller's account, allows it`)
    );
  }
  return (
    identityDeny(request, findings) ??
    allow(
      'cross-account',
      [...resource.allows, ...identity.allows],
      `account ${owner} and the caller's account both allow`,
    )
  );
}

/** The account root user has every right that its account has. */
function identityDeny(request: AuthorizationRequest, findings: Findings): Decision | undefined {
  if (request.principal.kind !== 'root' && findings.identity.allows.length === 0) {
    return deny('identity', 'no identity-based policy allows the action');
  }
  return capDeny(findings);
}

function identityAllow(request: AuthorizationRequest, findings: Findings): Decision {
  if (request.principal.kind === 'root') {
    return allow('identity', [], 'the account root user has full access within its account');
  }
  // A key or trust policy that delegates to the account is as needed as the identity policy itself.
  const delegating = request.resourcePolicyMode === 'must-allow' ? findings.resource.allows : [];
  return allow(
    'identity',
    [...findings.identity.allows, ...delegating],
    'an identity-based policy allows the action',
  );
}

/** Boundary and session policy give nothing; they withhold. */
function capDeny(findings: Findings): Decision | undefined {
  if (findings.boundary?.allows.length === 0)
    return deny('boundary', 'no permissions boundary allows the action');
  if (findings.session?.allows.length === 0) return deny('session', 'no session policy allows the action');
  return undefined;
}

function allow(layer: Layer, decisive: readonly DecisiveStatement[], why: string): Decision {
  return {
    verdict: 'allow',
    layer,
    decisive,
    why: decisive.length === 0 ? why : `${why} (${named(decisive)})`,
  };
}

function deny(layer: Layer, why: string): Decision {
  return { verdict: 'deny', layer, decisive: [], why };
}

function named(statements: readonly DecisiveStatement[]): string {
  return statements.map(({ policy, sid }) => `${policy}/${sid}`).join(', ');
}
