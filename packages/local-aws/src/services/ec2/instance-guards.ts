import { ServiceFault } from '../../core/fault.ts';
import type { Instance } from './state.ts';

/**
 * Refuses to change an instance that a service provider manages. The page says that it cannot be modified or terminated
 * directly; the code is assumed.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/amazon-ec2-managed-instances.html
 *
 * @throws ServiceFault OperationNotPermitted
 */
export const refuseManaged = (instance: Instance): void => {
  if (instance.managedBy !== undefined) {
    throw new ServiceFault(
      'OperationNotPermitted',
      `The instance '${instance.instanceId}' is managed by ${instance.managedBy} and cannot be modified or terminated directly.`,
    );
  }
};

/**
 * Refuses an instance that is in none of these states.
 *
 * @throws ServiceFault IncorrectInstanceState. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export const requireState = (instance: Instance, allowed: readonly Instance['state'][]): void => {
  if (!allowed.includes(instance.state)) {
    throw new ServiceFault(
      'IncorrectInstanceState',
      `The instance '${instance.instanceId}' is not in the '${allowed.join("' or '")}' state: it is ${instance.state}.`,
    );
  }
};
