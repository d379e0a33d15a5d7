import type { GetSessionTokenCommandInput, GetSessionTokenCommandOutput } from '@aws-sdk/client-sts';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Caller } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { takeMfa, userOf } from './mfa.ts';
import { issueTime } from './role-session.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html (DurationSeconds) */
const SECONDS = { min: 900, max: 129_600, default: 43_200 };

/** Long-term keys have no time of issue. */
const isLongTerm = ({ context }: Caller): boolean => context['aws:TokenIssueTime'] === undefined;

/**
 * Why a session of GetSessionToken may not call an operation; undefined where it may. Without MFA none of IAM; of STS two alone.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export const sessionTokenRefusal = (
  caller: Caller,
  { service, operation: name }: { readonly service: string; readonly operation: string },
): ServiceFault | undefined => {
  if (caller.principal.kind !== 'user' || isLongTerm(caller)) return undefined;
  const refused =
    service === 'sts'
      ? !['AssumeRole', 'GetCallerIdentity'].includes(name)
      : service === 'iam' && caller.context['aws:MultiFactorAuthPresent'] !== 'true';
  return refused
    ? new ServiceFault('InvalidClientTokenId', 'The security token included in the request is invalid', {
        status: 403,
      })
    : undefined;
};

/**
 * Credentials of the user who calls, which say whether MFA was shown. No permission is needed, and no policy can ask for one. How long ago
 * MFA was shown (`aws:MultiFactorAuthAge`) is not implemented: a condition on it finds no such key.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export const getSessionToken = operation<
  GetSessionTokenCommandInput,
  Omit<GetSessionTokenCommandOutput, '$metadata'>
>({
  checks: () => [],
  run: (input, call) => {
    acceptMembers(input, 'GetSessionToken', ['DurationSeconds', 'SerialNumber', 'TokenCode']);
    const user = userOf(call.world, call.caller);
    if (user === undefined || !isLongTerm(call.caller))
      throw new ServiceFault('AccessDenied', 'Cannot call GetSessionToken with session credentials', {
        status: 403,
      });
    const seconds = input.DurationSeconds ?? SECONDS.default;
    if (seconds < SECONDS.min || seconds > SECONDS.max)
      throw new ServiceFault(
        'ValidationError',
        `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value between ${SECONDS.min} and ${SECONDS.max}`,
      );
    const withMfa = takeMfa(call, input);
    const { accessKeyId: _longTerm, ...caller } = call.caller;
    const issued = call.host.issueCredentials(
      {
        ...caller,
        accessKeyId: '',
        context: {
          ...caller.context,
          'aws:TokenIssueTime': issueTime(call.now),
          'aws:MultiFactorAuthPresent': String(withMfa),
        },
      },
      seconds,
    );
    return {
      Credentials: {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        SessionToken: issued.sessionToken,
        Expiration: new Date(issued.expiresAt),
      },
    };
  },
});
