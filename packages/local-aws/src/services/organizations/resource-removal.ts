import type { ResourceRemoval, Service } from '../../core/operation.ts';
import { needs } from '../removal-checks.ts';
import { organizationState } from './state.ts';

/**
 * Detached from all that it binds, then deleted; its kind stays enabled.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html
 */
const policy: ResourceRemoval = {
  checks: (_resource, { attributes }) =>
    needs(['organizations:DetachPolicy', 'organizations:DeletePolicy'], attributes['Arn'] ?? '*'),
  remove: (_resource, { ref }, { world }) => {
    const { policies, attachments } = world.of(organizationState, '', '');
    const found = [...policies.values()].find(({ policyId }) => policyId === ref);
    if (found === undefined) return undefined;
    const left = attachments.filter(({ kind, name }) => kind !== found.kind || name !== found.name);
    attachments.splice(0, attachments.length, ...left);
    policies.delete(found.name);
    return undefined;
  },
};

/** How policies of templates are taken away. */
export const organizationsResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::Organizations::Policy': policy,
};
