import { compile } from '@cordon/iam';
import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { snsState, type Subscription, type Topic } from './state.ts';

type ResourceType = (resource: ResolvedResource, deployment: Deployment) => Created;

const PROTOCOLS = ['email', 'email-json', 'sqs', 'lambda', 'https'] as const;

const subscribe = (properties: ResourceProperties, topic: Topic, { ids }: Deployment): Subscription => {
  const protocol = properties.oneOf('Protocol', PROTOCOLS);
  if (protocol === undefined) throw properties.refuse('Protocol', `one of ${PROTOCOLS.join(', ')}`);
  const subscription: Subscription = {
    arn: `${topic.arn}:${ids.uuid('sns-subscription')}`,
    protocol,
    endpoint: properties.requiredText('Endpoint'),
    raw: properties.flag('RawMessageDelivery') ?? false,
  };
  if (subscription.raw && protocol !== 'sqs')
    throw properties.refuse('RawMessageDelivery', 'protocol sqs beside it');
  topic.subscriptions.push(subscription);
  return subscription;
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
const createTopic: ResourceType = (resource, deployment) => {
  const { world, account, region, ids } = deployment;
  const properties = new ResourceProperties(resource, [
    'TopicName',
    'DisplayName',
    'KmsMasterKeyId',
    'Subscription',
    'Tags',
  ]);
  const { topics } = world.of(snsState, account, region);
  const name =
    properties.text('TopicName') ??
    `${resource.stackName}-${resource.logicalId}-${ids.base32('sns-topic', 12)}`;
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name))
    throw properties.refuse('TopicName', 'up to 256 letters, digits, hyphens and underscores');
  const arn = `arn:${world.facts.partition}:sns:${region}:${account}:${name}`;
  if (topics.has(arn))
    throw properties.refuse(
      'TopicName',
      `a name that no topic of ${account} in ${region} has: ${name} exists`,
    );
  const displayName = properties.text('DisplayName');
  const kmsMasterKeyId = properties.text('KmsMasterKeyId');
  const topic: Topic = {
    arn,
    name,
    account,
    region,
    ...(displayName === undefined ? {} : { displayName }),
    ...(kmsMasterKeyId === undefined ? {} : { kmsMasterKeyId }),
    tags: properties.tags(),
    subscriptions: [],
    published: [],
  };
  topics.set(arn, topic);
  for (const inline of properties.eachWithin('Subscription', ['Protocol', 'Endpoint']))
    subscribe(inline, topic, deployment);
  return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
};

const ownTopic = (
  properties: ResourceProperties,
  arn: string,
  on: { readonly property: string; readonly deployment: Deployment },
): Topic => {
  const { world, account, region } = on.deployment;
  const topic = world.of(snsState, account, region).topics.get(arn);
  if (topic === undefined) throw properties.refuse(on.property, `topics of ${account} in ${region}`);
  return topic;
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html */
const createTopicPolicy: ResourceType = (resource, deployment) => {
  const properties = new ResourceProperties(resource, ['Topics', 'PolicyDocument']);
  const document = properties.requiredDocument('PolicyDocument');
  const arns = properties.texts('Topics');
  if (arns.length === 0) throw properties.refuse('Topics', 'at least one topic ARN');
  for (const arn of arns)
    ownTopic(properties, arn, { property: 'Topics', deployment }).policy = compile(document, arn);
  return {
    ref: `${resource.stackName}-${resource.logicalId}-${deployment.ids.base32('sns-topic-policy', 12)}`,
    attributes: {},
  };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html */
const createSubscription: ResourceType = (resource, deployment) => {
  const properties = new ResourceProperties(resource, [
    'TopicArn',
    'Protocol',
    'Endpoint',
    'RawMessageDelivery',
  ]);
  const topic = ownTopic(properties, properties.requiredText('TopicArn'), {
    property: 'TopicArn',
    deployment,
  });
  const { arn } = subscribe(properties, topic, deployment);
  return { ref: arn, attributes: { Arn: arn } };
};

/** CloudFormation types of SNS; each throws on a property that it does not implement. */
export const snsResourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::SNS::Topic': createTopic,
  'AWS::SNS::TopicPolicy': createTopicPolicy,
  'AWS::SNS::Subscription': createSubscription,
};
