import type { Deployment, ResourceRemoval, Service } from '../../core/operation.ts';
import { needs } from '../removal-checks.ts';
import { snsState, type Topic } from './state.ts';

const topicsOf = ({ world, account, region }: Deployment): Map<string, Topic> =>
  world.of(snsState, account, region).topics;

/** With its subscriptions. https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html */
const topic: ResourceRemoval = {
  checks: (_resource, { ref }) => needs(['sns:DeleteTopic'], ref),
  remove: (_resource, { ref }, on) => {
    topicsOf(on).delete(ref);
    return undefined;
  },
};

const named = ({ properties }: { readonly properties: Readonly<Record<string, unknown>> }) =>
  [properties['Topics'] ?? []].flat().map(String);

/**
 * The topic has its default policy again: its own account alone may use it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
 */
const topicPolicy: ResourceRemoval = {
  checks: (resource) => named(resource).flatMap((arn) => needs(['sns:SetTopicAttributes'], arn)),
  remove: (resource, _created, on) => {
    for (const arn of named(resource)) delete topicsOf(on).get(arn)?.policy;
    return undefined;
  },
};

/** https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html */
const subscription: ResourceRemoval = {
  checks: ({ properties }) => needs(['sns:Unsubscribe'], String(properties['TopicArn'])),
  remove: ({ properties }, { ref }, on) => {
    const subscriptions = topicsOf(on).get(String(properties['TopicArn']))?.subscriptions ?? [];
    const at = subscriptions.findIndex(({ arn }) => arn === ref);
    if (at >= 0) subscriptions.splice(at, 1);
    return undefined;
  },
};

/** How topics of templates are taken away. */
export const snsResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SNS::Subscription': subscription,
};
