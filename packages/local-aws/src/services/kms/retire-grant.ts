import type { RetireGrantCommandInput } from '@aws-sdk/client-kms';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { encryptionContextKeys, keyCheck } from './key-checks.ts';
import { findKey } from './key-target.ts';
import { principalArns } from './principal-arns.ts';
import { kmsState, type Key, type KmsGrant } from './state.ts';

interface Held {
  readonly key: Key;
  readonly grant: KmsGrant;
}

/** A grant is named by its token alone, or by the key's ARN and the grant's id. */
const heldBy = (input: RetireGrantCommandInput, call: Call): Held | undefined => {
  const keys =
    input.GrantToken === undefined
      ? [findKey(call.world, { account: call.caller.account, region: call.region }, input.KeyId ?? '').key]
      : call.world
          .all(kmsState)
          .flatMap(({ region, state }) => (region === call.region ? [...state.keys.values()] : []));
  for (const key of keys) {
    const grant = key?.grants.find(({ grantId, tokens }) =>
      input.GrantToken === undefined ? grantId === input.GrantId : tokens.includes(input.GrantToken),
    );
    if (key !== undefined && grant !== undefined) return { key, grant };
  }
  return undefined;
};

/** The grant itself lets its retiring principal retire it, and its grantee when it includes RetireGrant. */
const retirableByGrant = (call: Call, { grant }: Held): boolean => {
  const names = principalArns(call.world, call.caller);
  return (
    (grant.retiringPrincipal !== undefined && names.includes(grant.retiringPrincipal)) ||
    (names.includes(grant.granteePrincipalArn) && grant.operations.includes('RetireGrant'))
  );
};

/**
 * Retiring is permitted by the grant first; otherwise by `kms:RetireGrant` on the key.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
 */
export const retireGrant = operation<RetireGrantCommandInput, object>({
  checks: (input, call) => {
    const held = heldBy(input, call);
    if (held !== undefined && retirableByGrant(call, held)) return [];
    const constraint = held?.grant.encryptionContextEquals ?? held?.grant.encryptionContextSubset;
    const place = { account: call.caller.account, region: call.region };
    return [
      keyCheck(call, 'RetireGrant', {
        target: findKey(call.world, place, held?.key.arn ?? input.KeyId ?? '*'),
        context: {
          ...encryptionContextKeys(constraint),
          ...(constraint === undefined
            ? {}
            : {
                'kms:GrantConstraintType':
                  held?.grant.encryptionContextEquals === undefined
                    ? 'EncryptionContextSubset'
                    : 'EncryptionContextEquals',
              }),
        },
      }),
    ];
  },
  run: (input, call) => {
    acceptInput(input, call, { operation: 'RetireGrant', members: ['GrantToken', 'KeyId', 'GrantId'] });
    if (input.GrantToken === undefined && (input.KeyId === undefined || input.GrantId === undefined)) {
      throw new ServiceFault(
        'ValidationException',
        'RetireGrant needs a GrantToken, or a KeyId and a GrantId',
      );
    }
    const held = heldBy(input, call);
    if (held === undefined) {
      throw input.GrantToken === undefined
        ? new ServiceFault('NotFoundException', `Grant ID ${input.GrantId} not found`)
        : new ServiceFault('InvalidGrantTokenException', 'The grant token is not valid');
    }
    held.key.grants.splice(held.key.grants.indexOf(held.grant), 1);
    return {};
  },
});
