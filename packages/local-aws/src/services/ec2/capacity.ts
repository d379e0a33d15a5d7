import { ServiceFault } from '../../core/fault.ts';
import type { Ec2State } from './state.ts';

/**
 * Refuses a launch or start for which the state says that there is no capacity.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 *
 * @throws ServiceFault InsufficientInstanceCapacity (500: a server-side error)
 */
export const refuseWithoutCapacity = (state: Ec2State, instanceType: string, zone: string): void => {
  if (state.withoutCapacity.has(instanceType) || state.withoutCapacity.has(`${instanceType}@${zone}`)) {
    throw new ServiceFault(
      'InsufficientInstanceCapacity',
      `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested (${zone}).`,
      { status: 500 },
    );
  }
};
