import type { CreateKeyCommandInput, CreateKeyCommandOutput } from '@aws-sdk/client-kms';
import { PolicyError } from '@cordon/iam';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import type { Context } from './key-checks.ts';
import { metadataOf } from './key-operations.ts';
import { makeKey } from './make-key.ts';

/** What every key is that is made here. */
const KIND = {
  'kms:KeySpec': 'SYMMETRIC_DEFAULT',
  'kms:KeyUsage': 'ENCRYPT_DECRYPT',
  'kms:KeyOrigin': 'AWS_KMS',
  'kms:MultiRegion': 'false',
} as const;

const tagContext = ({ Tags = [] }: CreateKeyCommandInput): Context => ({
  ...(Tags.length === 0 ? {} : { 'aws:TagKeys': Tags.map(({ TagKey = '' }) => TagKey) }),
  ...Object.fromEntries(Tags.map(({ TagKey = '', TagValue = '' }) => [`aws:RequestTag/${TagKey}`, TagValue])),
});

/** A policy that KMS cannot read is refused. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html (Errors) */
const made = (input: CreateKeyCommandInput, call: Call) => {
  try {
    return makeKey(
      call.world,
      {
        account: call.caller.account,
        region: call.region,
        description: input.Description ?? '',
        ...(input.Policy === undefined ? {} : { policy: input.Policy }),
        tags: Object.fromEntries(
          (input.Tags ?? []).map(({ TagKey = '', TagValue = '' }) => [TagKey, TagValue]),
        ),
      },
      { ids: call.ids, now: call.now },
    );
  } catch (error) {
    if (error instanceof PolicyError || error instanceof SyntaxError)
      throw new ServiceFault('MalformedPolicyDocumentException', error.message);
    throw error;
  }
};

/**
 * A symmetric key of the caller's account. It has no resource to be checked on:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
 * KMS also asks that the policy lets its maker change it later; that is not checked here.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 */
export const createKey = operation<CreateKeyCommandInput, Omit<CreateKeyCommandOutput, '$metadata'>>({
  checks: (input, call) => {
    const tags = tagContext(input);
    const made = { 'kms:CallerAccount': call.caller.account, ...KIND, ...tags };
    const check = {
      action: 'kms:CreateKey',
      resource: '*',
      context: { ...made, 'kms:BypassPolicyLockoutSafetyCheck': 'false' },
    };
    if (input.Tags === undefined) return [check];
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html (Tags): TagResource must be allowed by a policy of IAM.
    const { account } = call.caller;
    const resource = `arn:${call.world.facts.partition}:kms:${call.region}:${account}:key/*`;
    return [check, { action: 'kms:TagResource', resource, account, context: made, assumed: true }];
  },
  run: (input, call) => {
    acceptInput(input, call, { operation: 'CreateKey', members: ['Description', 'Policy', 'Tags'] });
    return { KeyMetadata: metadataOf(made(input, call), call.caller.account) };
  },
});
