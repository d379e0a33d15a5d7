import { ServiceFault } from '../../core/fault.ts';
import type { Key } from './state.ts';

/**
 * Refuses a key that is pending deletion.
 *
 * @throws ServiceFault KMSInvalidStateException. https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html [3]
 */
export const refusePendingDeletion = (key: Key): void => {
  if (key.state === 'PendingDeletion')
    throw new ServiceFault('KMSInvalidStateException', `${key.arn} is pending deletion.`);
};

/**
 * Refuses a key that cannot be used: for cryptographic operations and CreateGrant.
 *
 * @throws ServiceFault DisabledException, KMSInvalidStateException.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html [1] [3]
 */
export const requireEnabled = (key: Key): void => {
  refusePendingDeletion(key);
  if (key.state === 'Disabled') throw new ServiceFault('DisabledException', `${key.arn} is disabled.`);
};

/**
 * As `requireEnabled`, for an operation that needs a key of this usage.
 *
 * @throws ServiceFault InvalidKeyUsageException. https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html (Errors)
 */
export const requireUsable = (key: Key, usage: Key['usage'], operationName: string): void => {
  requireEnabled(key);
  if (key.usage !== usage) {
    throw new ServiceFault(
      'InvalidKeyUsageException',
      `${key.arn} key usage is ${key.usage} which is not valid for ${operationName}.`,
    );
  }
};
