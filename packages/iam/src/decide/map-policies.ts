import type { CompiledPolicy } from '../compile.ts';
import type { RequestPolicies } from './request.ts';

type Levels = RequestPolicies['serviceControl'];

/** The same policies with each document replaced by what `change` gives for it; grants, which are no documents, stay. */
export const mapPolicies = (
  policies: RequestPolicies,
  change: (policy: CompiledPolicy) => CompiledPolicy,
): RequestPolicies => {
  const { identity, session, boundary, resource, endpoint } = policies;
  const levels = (of: Levels): Levels => of?.map((level) => level.map(change));
  const serviceControl = levels(policies.serviceControl);
  const resourceControl = levels(policies.resourceControl);
  return {
    ...policies,
    identity: identity.map(change),
    ...(session === undefined ? {} : { session: session.map(change) }),
    ...(boundary === undefined ? {} : { boundary: change(boundary) }),
    ...(resource === undefined ? {} : { resource: change(resource) }),
    ...(endpoint === undefined ? {} : { endpoint: change(endpoint) }),
    ...(serviceControl === undefined ? {} : { serviceControl }),
    ...(resourceControl === undefined ? {} : { resourceControl }),
  };
};
