import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-route53resolver';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { requestTagContext } from '../request-tags.ts';
import { pageOf } from './pages.ts';
import { checkedTags, KINDS, notFound, onThing, stateOf, type Kind } from './resources.ts';

/** Kind and id in an ARN; undefined for what has no tags here. */
const named = (arn = ''): readonly [Kind, string] | undefined => {
  const [kind = '', id = ''] = arn.split(':').slice(5).join(':').split('/');
  const known = (Object.keys(KINDS) as Kind[]).find((one) => one === kind);
  return known === undefined ? undefined : [known, id];
};

const checkOf = (call: Call, action: string, arn: string | undefined): Check => {
  const thing = named(arn);
  return thing === undefined
    ? { action: `route53resolver:${action}`, resource: arn ?? '*' }
    : onThing(call, action, thing);
};

const tagsAt = (call: Call, arn = ''): Map<string, string> => {
  const state = stateOf(call);
  const [kind, id] = named(arn) ?? [undefined, ''];
  const thing =
    state.domainLists.get(id) ?? state.ruleGroups.get(id) ?? state.associations.get(id) ?? undefined;
  if (kind === undefined || thing?.arn !== arn) throw notFound('resource', arn);
  return thing.tags;
};

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_TagResource.html */
const tagResource = operation<TagResourceCommandInput, Omit<TagResourceCommandOutput, '$metadata'>>({
  checks: (input, call) => {
    const check = checkOf(call, 'TagResource', input.ResourceArn);
    return [{ ...check, context: { ...check.context, ...requestTagContext(input.Tags) } }];
  },
  run: (input, call) => {
    acceptMembers(input, 'TagResource', ['ResourceArn', 'Tags']);
    const tags = tagsAt(call, input.ResourceArn);
    for (const [key, value] of checkedTags(input.Tags)) tags.set(key, value);
    return {};
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UntagResource.html */
const untagResource = operation<UntagResourceCommandInput, Omit<UntagResourceCommandOutput, '$metadata'>>({
  checks: (input, call) => {
    const check = checkOf(call, 'UntagResource', input.ResourceArn);
    return [{ ...check, context: { ...check.context, 'aws:TagKeys': input.TagKeys ?? [] } }];
  },
  run: (input, call) => {
    acceptMembers(input, 'UntagResource', ['ResourceArn', 'TagKeys']);
    const tags = tagsAt(call, input.ResourceArn);
    for (const key of input.TagKeys ?? []) tags.delete(key);
    return {};
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListTagsForResource.html */
const listTagsForResource = operation<
  ListTagsForResourceCommandInput,
  Omit<ListTagsForResourceCommandOutput, '$metadata'>
>({
  checks: (input, call) => [checkOf(call, 'ListTagsForResource', input.ResourceArn)],
  run: (input, call) => {
    acceptMembers(input, 'ListTagsForResource', ['ResourceArn', 'MaxResults', 'NextToken']);
    const { items, ...next } = pageOf([...tagsAt(call, input.ResourceArn)], input, 100);
    return { ...next, Tags: items.map(([Key, Value]) => ({ Key, Value })) };
  },
});

/** Operations on tags. */
export const tagOperations: Readonly<Record<string, Operation>> = {
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
  UntagResource: untagResource,
};
