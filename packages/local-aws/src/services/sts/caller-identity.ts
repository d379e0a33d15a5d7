import { ServiceFault } from '../../core/fault.ts';
import type { Caller } from '../../core/operation.ts';
import { arnOf } from '../../core/denied.ts';

const userIdOf = ({ principal }: Caller): string => {
  switch (principal.kind) {
    case 'role-session':
      return `${principal.roleId}:${principal.sessionName}`;
    case 'user':
      return principal.userId;
    case 'root':
      return principal.account;
    case 'service':
      throw new ServiceFault(
        'InvalidClientTokenId',
        `the service ${principal.service} has no identity of its own in an account`,
        { status: 403 },
      );
  }
};

/**
 * Who a caller is in the words of GetCallerIdentity.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 *
 * @throws ServiceFault InvalidClientTokenId for a service, which has no identity in an account
 */
export const callerIdentity = (caller: Caller): { readonly userId: string; readonly arn: string } => ({
  userId: userIdOf(caller),
  arn: arnOf(caller),
});
