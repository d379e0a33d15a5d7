import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import { unimplemented } from '../accept-members.ts';
import { kmsState } from './state.ts';

const knownToken = (call: Call, token: string): boolean =>
  call.world
    .all(kmsState)
    .some(({ state }) =>
      [...state.keys.values()].some((key) => key.grants.some((grant) => grant.tokens.includes(token))),
    );

/**
 * Begins a KMS operation: refuses members that are not implemented and grant tokens that KMS never gave, answers a dry run.
 * Grants take effect at once here, so that a token changes nothing.
 *
 * @param members the members that the operation reads, beside `DryRun` and `GrantTokens`
 * @throws ServiceFault UnsupportedOperation (501); InvalidGrantTokenException; DryRunOperationException.
 * https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
 */
export const acceptInput = <Input extends object>(
  input: Input,
  call: Call,
  on: { readonly operation: string; readonly members: readonly (keyof Input & string)[] },
): void => {
  const known: readonly string[] = on.members;
  const held = Object.entries(input).filter(([, value]) => value !== undefined);
  for (const [member, value] of held) {
    if (member === 'GrantTokens' && Array.isArray(value)) {
      const strange = value.map(String).find((token) => !knownToken(call, token));
      if (strange !== undefined)
        throw new ServiceFault('InvalidGrantTokenException', `Grant token ${strange} is not valid`);
    } else if (member !== 'DryRun' && !known.includes(member)) {
      throw unimplemented(member, on.operation);
    }
  }
  if (held.some(([member, value]) => member === 'DryRun' && value === true)) {
    throw new ServiceFault(
      'DryRunOperationException',
      'The request would have succeeded, but the DryRun option is set.',
      { status: 412 },
    );
  }
};

/** The value of a required member; ServiceFault ValidationException when it is absent. */
export const required = <Value>(value: Value | undefined, member: string): Value => {
  if (value !== undefined) return value;
  throw new ServiceFault(
    'ValidationException',
    `Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
};
