import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { addAlias } from './build.ts';
import { findKey } from './key-target.ts';
import { makeKey } from './make-key.ts';

/**
 * PendingWindowInDays counts when the stack is deleted. BypassPolicyLockoutSafetyCheck has no effect here: who changes the key later is not looked at.
 */
const KEY_PROPERTIES = [
  'KeyPolicy',
  'KeySpec',
  'KeyUsage',
  'EnableKeyRotation',
  'Enabled',
  'Description',
  'MultiRegion',
  'PendingWindowInDays',
  'BypassPolicyLockoutSafetyCheck',
  'Tags',
];

const specOf = (properties: ResourceProperties): 'SYMMETRIC_DEFAULT' | 'ECC_NIST_P256' => {
  const spec = properties.oneOf('KeySpec', ['SYMMETRIC_DEFAULT', 'ECC_NIST_P256']) ?? 'SYMMETRIC_DEFAULT';
  const fitting = spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY';
  if ((properties.text('KeyUsage') ?? 'ENCRYPT_DECRYPT') !== fitting)
    throw properties.refuse('KeyUsage', `${fitting} with KeySpec ${spec}`);
  return spec;
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html */
const createKey = (
  resource: ResolvedResource,
  { world, account, region, ids, timeline }: Deployment,
): Created => {
  const properties = new ResourceProperties(resource, KEY_PROPERTIES);
  if (properties.flag('MultiRegion') === true)
    throw properties.refuse('MultiRegion', 'false: multi-Region keys are not implemented');
  const spec = specOf(properties);
  const rotates = properties.flag('EnableKeyRotation') ?? false;
  if (rotates && spec !== 'SYMMETRIC_DEFAULT')
    throw properties.refuse('EnableKeyRotation', `false with KeySpec ${spec}`);
  const policy =
    properties.kept('KeyPolicy') === undefined ? undefined : properties.requiredDocument('KeyPolicy');
  const key = makeKey(
    world,
    {
      account,
      region,
      spec,
      rotates,
      description: properties.text('Description') ?? '',
      tags: Object.fromEntries(properties.tags()),
      state: properties.flag('Enabled') === false ? 'Disabled' : 'Enabled',
      ...(policy === undefined ? {} : { policy }),
    },
    { ids, now: timeline.now() },
  );
  return { ref: key.keyId, attributes: { Arn: key.arn, KeyId: key.keyId } };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html */
const createAlias = (resource: ResolvedResource, { world, account, region }: Deployment): Created => {
  const properties = new ResourceProperties(resource, ['AliasName', 'TargetKeyId']);
  const alias = properties.requiredText('AliasName');
  const target = findKey(world, { account, region }, properties.requiredText('TargetKeyId'));
  const isHere = target.account === account && target.region === region;
  if (target.key === undefined || !isHere)
    throw properties.refuse('TargetKeyId', `the id or ARN of a key of ${account} in ${region}`);
  if (alias.startsWith('alias/aws/'))
    throw properties.refuse('AliasName', 'another name: alias/aws/ is reserved for AWS managed keys');
  addAlias(world, { account, region, alias, keyId: target.key.keyId });
  return { ref: alias, attributes: {} };
};

/** CloudFormation types of KMS; each throws on a property that it does not implement. */
export const kmsResourceTypes: Readonly<
  Record<string, (resource: ResolvedResource, deployment: Deployment) => Created>
> = {
  'AWS::KMS::Key': createKey,
  'AWS::KMS::Alias': createAlias,
};
