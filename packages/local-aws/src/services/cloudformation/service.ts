import type { DescribeOrganizationsAccessCommandInput } from '@aws-sdk/client-cloudformation';
import { operation, type Call, type Service } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { organizationState } from '../organizations/state.ts';
import { isTrusted, STACK_SETS_PRINCIPAL } from './access.ts';
import { validationError } from './faults.ts';
import { stackSetResourceRemoval } from './resource-removal.ts';
import { stackSetResourceTypes } from './resource-types.ts';
import { setOperationOperations } from './set-operations.ts';
import { stackInstanceOperations } from './stack-instances.ts';
import { stackSetHandling } from './stack-set-handling.ts';
import { stackSetOperations } from './stack-sets.ts';
import { stackOperations } from './stacks.ts';

const refuseMembers = ({ caller, world }: Call): void => {
  if (caller.account !== world.facts.managementAccount)
    throw validationError('Only the management account of an organization can do this');
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ActivateOrganizationsAccess.html */
const activateOrganizationsAccess = operation<object, object>({
  checks: () => [{ action: 'cloudformation:ActivateOrganizationsAccess', resource: '*' }],
  run: (_input, call) => {
    refuseMembers(call);
    call.world.of(organizationState, '', '').trustedServices.add(STACK_SETS_PRINCIPAL);
    return {};
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeOrganizationsAccess.html */
const describeOrganizationsAccess = operation<DescribeOrganizationsAccessCommandInput, object>({
  checks: () => [{ action: 'cloudformation:DescribeOrganizationsAccess', resource: '*' }],
  run: (input, { world }) => {
    acceptMembers(input, 'DescribeOrganizationsAccess', ['CallAs']);
    return { Status: isTrusted(world) ? 'ENABLED' : 'DISABLED' };
  },
});

/**
 * CloudFormation: StackSets of service-managed permissions, and stacks. A world deploys templates by
 * `Organization.deploy`, which leaves no stack that the API knows.
 */
export const cloudformationService: Service = {
  name: 'cloudformation',
  operations: {
    ActivateOrganizationsAccess: activateOrganizationsAccess,
    DescribeOrganizationsAccess: describeOrganizationsAccess,
    ...stackSetOperations,
    ...stackInstanceOperations,
    ...setOperationOperations,
    ...stackOperations,
  },
  resourceTypes: stackSetResourceTypes,
  resourceHandling: stackSetHandling,
  resourceRemoval: stackSetResourceRemoval,
};
