import type { Check, Deployment, ResourceRemoval, Service } from '../../core/operation.ts';
import { keyCheck, type Context } from './key-checks.ts';
import { scheduleDeletion } from './key-deletion.ts';
import { findKey } from './key-target.ts';
import { kmsState } from './state.ts';

/** 30 where the template says nothing. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html */
const windowOf = ({ properties }: { readonly properties: Readonly<Record<string, unknown>> }): number =>
  Number(properties['PendingWindowInDays'] ?? 30);

const onKey = (
  { account, world, region }: Deployment,
  { action, keyId, context = {} }: { action: string; keyId: string; context?: Context },
): Check => ({
  ...keyCheck({ caller: { account } }, action, {
    target: findKey(world, { account, region }, keyId),
    context,
  }),
  assumed: true,
});

/**
 * CloudFormation does not delete a key but has its deletion scheduled.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html (PendingWindowInDays)
 */
const key: ResourceRemoval = {
  checks: (resource, { ref }, on) => [
    onKey(on, {
      action: 'ScheduleKeyDeletion',
      keyId: ref,
      context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(windowOf(resource)) },
    }),
  ],
  remove: (resource, { ref }, on) => {
    const found = on.world.of(kmsState, on.account, on.region).keys.get(ref);
    if (found !== undefined && found.state !== 'PendingDeletion')
      scheduleDeletion(on, found, windowOf(resource));
    return undefined;
  },
};

/**
 * The right is needed on the alias and on its key, whose policy says it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
 */
const alias: ResourceRemoval = {
  checks: (_resource, { ref }, on) => {
    const { world, account, region } = on;
    const keyId = world.of(kmsState, account, region).aliases.get(ref);
    const arn = `arn:${world.facts.partition}:kms:${region}:${account}:${ref}`;
    return [
      { action: 'kms:DeleteAlias', resource: arn, assumed: true },
      ...(keyId === undefined ? [] : [onKey(on, { action: 'DeleteAlias', keyId })]),
    ];
  },
  remove: (_resource, { ref }, { world, account, region }) => {
    world.of(kmsState, account, region).aliases.delete(ref);
    return undefined;
  },
};

/** How keys and aliases of templates are taken away. */
export const kmsResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::KMS::Key': key,
  'AWS::KMS::Alias': alias,
};
