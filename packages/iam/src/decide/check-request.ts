import type { CompiledPolicy, PolicyShape } from '../compile.ts';
import { RequestError } from '../errors.ts';
import type { AuthorizationRequest, RequestPolicies } from './request.ts';

const ACTION = /^[a-z0-9-]+:[a-z0-9-]+$/i;

/**
 * Refuses a request that no AWS caller could make: a malformed action or resource, a policy in the wrong layer, a layer that
 * its principal cannot have. Throws RequestError.
 */
export function checkRequest(request: AuthorizationRequest): void {
  const { action, resource, policies } = request;
  if (!ACTION.test(action))
    throw new RequestError(`action "${action}"; want "service:Operation" without wildcards`);
  if (resource !== '*' && !resource.startsWith('arn:'))
    throw new RequestError(`resource "${resource}"; want an ARN or "*"`);
  checkPrincipal(request);
  for (const policy of policies.identity) refuseShape(policy, 'names-principals', 'an identity policy');
  for (const policy of policies.session ?? []) refuseShape(policy, 'names-principals', 'a session policy');
  if (policies.boundary !== undefined)
    refuseShape(policies.boundary, 'names-principals', 'a permissions boundary');
  if (policies.resource !== undefined)
    refuseShape(policies.resource, 'attached-to-principal', 'a resource policy');
  if (policies.endpoint !== undefined)
    refuseShape(policies.endpoint, 'attached-to-principal', 'a VPC endpoint policy');
  refuseLevels(policies.serviceControl, 'names-principals', 'a service control policy');
  refuseLevels(policies.resourceControl, 'attached-to-principal', 'a resource control policy');
}

/** What a caller without AWS credentials may ask. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html */
const ACTIONS_OF_FEDERATED: ReadonlySet<string> = new Set([
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:setsourceidentity',
  'sts:tagsession',
]);

function checkPrincipal({ action, policies, principal }: AuthorizationRequest): void {
  const { kind } = principal;
  const wrongLayer =
    kind === 'service' || kind === 'root' || kind === 'federated'
      ? policies.identity.length > 0 || hasSession(policies) || policies.boundary !== undefined
      : kind === 'user' && hasSession(policies);
  if (wrongLayer) {
    throw new RequestError(
      `a ${kind} principal has identity policies, a session policy or a boundary that it cannot have; leave them out`,
    );
  }
  if (kind === 'service' && policies.endpoint !== undefined) {
    throw new RequestError(
      'a service principal comes through no VPC endpoint; leave the endpoint policy out',
    );
  }
  if (kind === 'federated' && !ACTIONS_OF_FEDERATED.has(action.toLowerCase())) {
    throw new RequestError(
      `a federated principal asks for ${action}; without AWS credentials it can only call AssumeRoleWithWebIdentity or ` +
        'AssumeRoleWithSAML (with TagSession and SetSourceIdentity)',
    );
  }
}

function hasSession(policies: RequestPolicies): boolean {
  return policies.session !== undefined && policies.session.length > 0;
}

function refuseLevels(levels: RequestPolicies['serviceControl'], refused: PolicyShape, layer: string): void {
  for (const level of levels ?? []) for (const policy of level) refuseShape(policy, refused, layer);
}

function refuseShape(policy: CompiledPolicy, refused: PolicyShape, layer: string): void {
  if (policy.shape !== refused) return;
  throw new RequestError(
    refused === 'names-principals'
      ? `policy ${policy.name} has Principal elements and cannot be ${layer}`
      : `policy ${policy.name} has no Principal element and cannot be ${layer}`,
  );
}
