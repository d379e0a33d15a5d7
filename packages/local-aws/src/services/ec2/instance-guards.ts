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
