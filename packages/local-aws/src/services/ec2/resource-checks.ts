import type { Call, Check } from '../../core/operation.ts';
import { arnOf, ownerOf } from './lookup.ts';
import { factsOf, type Context } from './resource-facts.ts';
import { withoutWithheld } from './withheld-keys.ts';

/** Condition keys for tags that a request brings. */
export const requestTagContext = (tags: ReadonlyMap<string, string>): Context => {
  const context: Context = {};
  if (tags.size > 0) context['aws:TagKeys'] = [...tags.keys()];
  for (const [key, value] of tags) context[`aws:RequestTag/${key}`] = value;
  return context;
};

/** The key for the attribute that a Modify operation sets, by its name in the request; EC2 takes one at a time. */
export const attributeContext = ([attribute]: readonly string[]): Context =>
  attribute === undefined ? {} : { 'ec2:Attribute': attribute };

/** The one check of a Describe operation, which knows no resources. */
export const describeCheck = (action: string, call: Call): readonly Check[] => [
  { action: `ec2:${action}`, resource: '*', context: { 'ec2:Region': call.region } },
];

/** What a check is on: a type as in ARNs, an id, `*` for a thing that is being made, and keys of the request. */
interface On {
  readonly type: string;
  readonly id: string;
  /** Region of a snapshot, when not that of the call. */
  readonly region?: string;
  readonly more?: Context;
}

/** The check on any resource, which may not exist, with the keys that AWS gives of it. */
export const resourceCheck = (action: string, call: Call, on: On): Check => {
  const { type, id, region = call.region } = on;
  const facts = withoutWithheld(action, type, factsOf(call, { type, id, region }));
  const owner = ownerOf(call, type, id);
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
  const shared = owner === call.caller.account ? {} : { 'aws:ResourceAccount': owner };
  return {
    action: `ec2:${action}`,
    resource: arnOf({ ...call, region }, type, id),
    context: { 'ec2:Region': call.region, ...shared, ...facts, ...on.more },
  };
};

/** The check on an instance that may not exist. */
export const instanceCheck = (action: string, call: Call, id: string, more: Context = {}): Check =>
  resourceCheck(action, call, { type: 'instance', id, more });

/**
 * The check on tags given to a resource that is being made: none when there are no tags.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
export const tagOnCreateChecks = (
  createAction: string,
  call: Call,
  on: { type: string; tags: ReadonlyMap<string, string> },
): readonly Check[] =>
  on.tags.size === 0
    ? []
    : [
        resourceCheck('CreateTags', call, {
          type: on.type,
          id: '*',
          more: { 'ec2:CreateAction': createAction, ...requestTagContext(on.tags) },
        }),
      ];
