import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { compile, PolicyError, type CompiledPolicy } from '@cordon/iam';
import { ServiceFault } from '../../core/fault.ts';
import { findManagedPolicy } from '../iam/managed-policies.ts';
import { textOf } from '../iam/policy-documents.ts';
import { iamState } from '../iam/state.ts';
import type { World } from '../../core/world.ts';

/** Characters of inline and managed session policies together. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const PLAIN_LIMIT = 2048;
const MANAGED_LIMIT = 10;

/** The session policies of a request, and how much of the room for policies and tags they take, in percent. */
export interface SessionPolicies {
  readonly policies: readonly CompiledPolicy[];
  readonly packedPercent: number;
}

const compileInline = (text: string): CompiledPolicy => {
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html : U+0020 to U+00FF, tab, line feed, carriage return.
  if (!/^[\t\n\r\u0020-\u00FF]+$/.test(text))
    throw new ServiceFault(
      'ValidationError',
      "The specified value for 'policy' is invalid: characters U+0020 to U+00FF are allowed",
    );
  if (text.length > PLAIN_LIMIT) {
    throw new ServiceFault(
      'ValidationError',
      `1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${PLAIN_LIMIT}`,
    );
  }
  try {
    const policy = compile(JSON.parse(text), 'session policy');
    if (policy.shape !== 'names-principals') return policy;
    throw new ServiceFault('MalformedPolicyDocument', 'a session policy must not name a principal');
  } catch (error) {
    if (error instanceof PolicyError || error instanceof SyntaxError)
      throw new ServiceFault('MalformedPolicyDocument', error.message);
    throw error;
  }
};

/**
 * Reads `Policy` and `PolicyArns` of a request for a session in `account`.
 *
 * AWS packs policies, ARNs and tags into a binary form whose size it does not document. Here characters are counted instead,
 * all against 2,048: stricter than AWS, which compresses.
 *
 * @throws ServiceFault MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError
 */
export const sessionPolicies = (
  world: World,
  account: string,
  input: Pick<AssumeRoleCommandInput, 'Policy' | 'PolicyArns' | 'Tags'>,
): SessionPolicies => {
  const state = world.of(iamState, account, '');
  const arns = (input.PolicyArns ?? []).map(({ arn }) => arn ?? '');
  if (arns.length > MANAGED_LIMIT)
    throw new ServiceFault(
      'ValidationError',
      `1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${MANAGED_LIMIT}`,
    );
  const managed = arns.map((arn) => {
    const found = findManagedPolicy(state, arn);
    if (found === undefined)
      throw new ServiceFault(
        'MalformedPolicyDocument',
        `The policy is not in the valid JSON format or does not exist: ${arn}`,
      );
    return found.document;
  });
  const inline = input.Policy === undefined ? [] : [compileInline(input.Policy)];
  const tagText = (input.Tags ?? []).map(({ Key, Value }) => `${Key ?? ''}${Value ?? ''}`);
  const characters = [...managed.map((policy) => textOf(state, policy)), input.Policy ?? '', ...tagText].join(
    '',
  ).length;
  const packedPercent = Math.ceil((100 * characters) / PLAIN_LIMIT);
  if (packedPercent > 100) {
    throw new ServiceFault(
      'PackedPolicyTooLarge',
      `Packed policy consumes ${packedPercent}% of allotted space, please use smaller policy.`,
    );
  }
  return { policies: [...managed, ...inline], packedPercent };
};
