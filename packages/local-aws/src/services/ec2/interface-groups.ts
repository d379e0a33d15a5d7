import { ServiceFault } from '../../core/fault.ts';
import { idKinds, requireAll } from './resource-ids.ts';
import type { Ec2State, NetworkInterface } from './state.ts';

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html : default quota of groups for each interface. */
const MOST_GROUPS = 5;

/**
 * Refuses groups that an interface in `vpcId` cannot have.
 *
 * @throws ServiceFault MissingParameter (none), SecurityGroupsPerInterfaceLimitExceeded, InvalidGroup.NotFound,
 *   InvalidParameterValue for a group of another VPC
 */
export const acceptGroups = (state: Ec2State, groups: readonly string[], vpcId: string): void => {
  // "You must specify at least one security group". https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
  if (groups.length === 0)
    throw new ServiceFault('MissingParameter', 'The request must contain at least one security group');
  if (new Set(groups).size > MOST_GROUPS) {
    throw new ServiceFault(
      'SecurityGroupsPerInterfaceLimitExceeded',
      `The maximum number of security groups per interface has been reached: ${MOST_GROUPS}`,
    );
  }
  const found = requireAll(idKinds.securityGroup, state.securityGroups, groups);
  if (found.some((group) => group.vpcId !== vpcId)) {
    throw new ServiceFault(
      'InvalidParameterValue',
      'You have specified two resources that belong to different networks.',
    );
  }
};

/** Replaces an interface's groups; refuses as `acceptGroups`, and then changes nothing. */
export const replaceGroups = (
  state: Ec2State,
  networkInterface: NetworkInterface,
  groups: readonly string[],
): void => {
  acceptGroups(state, groups, networkInterface.vpcId);
  networkInterface.groups = [...new Set(groups)];
};
