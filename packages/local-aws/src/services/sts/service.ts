import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { operation, type Service } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { assumeRole } from './assume-role.ts';
import { callerIdentity } from './caller-identity.ts';
import { getSessionToken } from './get-session-token.ts';

/** Needs no permission, and no policy can take it away. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const getCallerIdentity = operation<
  GetCallerIdentityCommandInput,
  Omit<GetCallerIdentityCommandOutput, '$metadata'>
>({
  checks: () => [],
  run: (input, call) => {
    acceptMembers(input, 'GetCallerIdentity', []);
    const { userId, arn } = callerIdentity(call.caller);
    return { UserId: userId, Account: call.caller.account, Arn: arn };
  },
});

/** AWS Security Token Service. A role's trust policy is served by `iam`, as the resource policy of the role. */
export const stsService: Service = {
  name: 'sts',
  operations: {
    AssumeRole: assumeRole,
    GetCallerIdentity: getCallerIdentity,
    GetSessionToken: getSessionToken,
  },
};
