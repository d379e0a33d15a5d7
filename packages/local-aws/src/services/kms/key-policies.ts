import { compile, PolicyError, type CompiledPolicy } from '@cordon/iam';
import type {
  GetKeyPolicyCommandInput,
  GetKeyPolicyCommandOutput,
  PutKeyPolicyCommandInput,
} from '@aws-sdk/client-kms';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { keyCheck } from './key-checks.ts';
import { requireOwnKey, targetOf } from './key-target.ts';

/** The only policy a key has. https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html (PolicyName) */
const acceptName = (name: string | undefined): void => {
  if (name !== undefined && name !== 'default')
    throw new ServiceFault('NotFoundException', `No such policy exists: ${name}`);
};

const malformed = (why: string): ServiceFault => new ServiceFault('MalformedPolicyDocumentException', why);

const compiled = (text: string, arn: string): CompiledPolicy => {
  try {
    return compile(JSON.parse(text), arn);
  } catch (error) {
    if (error instanceof PolicyError || error instanceof SyntaxError) throw malformed(error.message);
    throw error;
  }
};

const getKeyPolicy = operation<GetKeyPolicyCommandInput, Omit<GetKeyPolicyCommandOutput, '$metadata'>>({
  checks: (input, call) => [keyCheck(call, 'GetKeyPolicy', { target: targetOf(call, input.KeyId) })],
  run: (input, call) => {
    acceptInput(input, call, { operation: 'GetKeyPolicy', members: ['KeyId', 'PolicyName'] });
    acceptName(input.PolicyName);
    return {
      Policy: requireOwnKey(call, targetOf(call, required(input.KeyId, 'keyId'))).policyText,
      PolicyName: 'default',
    };
  },
});

/**
 * Replaces the key policy. Unless told to bypass it, the caller must be allowed PutKeyPolicy by the new policy too.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html (BypassPolicyLockoutSafetyCheck)
 */
const putKeyPolicy = operation<PutKeyPolicyCommandInput, object>({
  checks: (input, call) => [
    keyCheck(call, 'PutKeyPolicy', {
      target: targetOf(call, input.KeyId),
      context: {
        'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck === true),
      },
    }),
  ],
  run: (input, call) => {
    acceptInput(input, call, {
      operation: 'PutKeyPolicy',
      members: ['KeyId', 'PolicyName', 'Policy', 'BypassPolicyLockoutSafetyCheck'],
    });
    acceptName(input.PolicyName);
    const target = targetOf(call, required(input.KeyId, 'keyId'));
    const key = requireOwnKey(call, target);
    const text = required(input.Policy, 'policy');
    const before = key.policy;
    key.policy = compiled(text, key.arn);
    const locksOut =
      input.BypassPolicyLockoutSafetyCheck !== true &&
      call.decide(keyCheck(call, 'PutKeyPolicy', { target })).verdict === 'deny';
    if (locksOut) {
      key.policy = before;
      throw malformed('The new key policy will not allow you to update the key policy in the future.');
    }
    key.policyText = text;
    return {};
  },
});

/** Operations on key policies. */
export const keyPolicyOperations: Readonly<Record<string, Operation>> = {
  GetKeyPolicy: getKeyPolicy,
  PutKeyPolicy: putKeyPolicy,
};
