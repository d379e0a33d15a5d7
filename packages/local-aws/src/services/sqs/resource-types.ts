import { compile } from '@cordon/iam';
import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { queueByArn, sqsState, type Queue } from './state.ts';

type ResourceType = (resource: ResolvedResource, deployment: Deployment) => Created;

/** Encryption properties are kept: the local organization does not check KMS keys of queues. */
const QUEUE_PROPERTIES = [
  'QueueName',
  'VisibilityTimeout',
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
  'Tags',
];

/** Defaults and ranges: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
const seconds = (
  properties: ResourceProperties,
  name: string,
  range: { readonly low: number; readonly high: number; readonly standard: number },
): number => {
  const value = properties.number(name) ?? range.standard;
  if (value < range.low || value > range.high) throw properties.refuse(name, `${range.low} to ${range.high}`);
  return value;
};

const redriveOf = (
  properties: ResourceProperties,
  { world, region, account }: Deployment,
): Pick<Queue, 'redrive'> => {
  const policy = properties.within('RedrivePolicy', ['deadLetterTargetArn', 'maxReceiveCount']);
  if (policy === undefined) return {};
  const deadLetterTargetArn = policy.requiredText('deadLetterTargetArn');
  const target = queueByArn(world, deadLetterTargetArn);
  if (target === undefined || target.region !== region || target.account !== account) {
    throw policy.refuse('deadLetterTargetArn', `a queue of ${account} in ${region}`);
  }
  const maxReceiveCount = policy.number('maxReceiveCount') ?? 0;
  if (maxReceiveCount < 1 || maxReceiveCount > 1000) throw policy.refuse('maxReceiveCount', '1 to 1000');
  return { redrive: { deadLetterTargetArn, maxReceiveCount } };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
const createQueue: ResourceType = (resource, deployment) => {
  const { world, account, region, ids, timeline } = deployment;
  const properties = new ResourceProperties(resource, QUEUE_PROPERTIES);
  const { queues } = world.of(sqsState, account, region);
  const name =
    properties.text('QueueName') ??
    `${resource.stackName}-${resource.logicalId}-${ids.base32('sqs-queue', 12)}`;
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name))
    throw properties.refuse('QueueName', 'up to 80 letters, digits, hyphens and underscores');
  if (queues.has(name))
    throw properties.refuse(
      'QueueName',
      `a name that no queue of ${account} in ${region} has: ${name} exists`,
    );
  const kmsMasterKeyId = properties.text('KmsMasterKeyId');
  const queue: Queue = {
    name,
    account,
    region,
    arn: `arn:${world.facts.partition}:sqs:${region}:${account}:${name}`,
    url: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    createdAt: timeline.now(),
    visibilityTimeoutSeconds: seconds(properties, 'VisibilityTimeout', {
      low: 0,
      high: 43_200,
      standard: 30,
    }),
    retentionSeconds: seconds(properties, 'MessageRetentionPeriod', {
      low: 60,
      high: 1_209_600,
      standard: 345_600,
    }),
    delaySeconds: seconds(properties, 'DelaySeconds', { low: 0, high: 900, standard: 0 }),
    maximumMessageBytes: seconds(properties, 'MaximumMessageSize', {
      low: 1024,
      high: 1_048_576,
      standard: 1_048_576,
    }),
    ...redriveOf(properties, deployment),
    redriveAllow: properties.kept('RedriveAllowPolicy'),
    encryption: {
      sqsManaged: properties.flag('SqsManagedSseEnabled') ?? kmsMasterKeyId === undefined,
      ...(kmsMasterKeyId === undefined ? {} : { kmsMasterKeyId }),
    },
    tags: properties.tags(),
    messages: [],
    listeners: new Set(),
  };
  queues.set(name, queue);
  return { ref: queue.url, attributes: { Arn: queue.arn, QueueName: name, QueueUrl: queue.url } };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html */
const createQueuePolicy: ResourceType = (resource, { world, account, region, ids }) => {
  const properties = new ResourceProperties(resource, ['Queues', 'PolicyDocument']);
  const document = properties.requiredDocument('PolicyDocument');
  const urls = properties.texts('Queues');
  if (urls.length === 0) throw properties.refuse('Queues', 'at least one queue URL');
  for (const url of urls) {
    const queue = [...world.of(sqsState, account, region).queues.values()].find((one) => one.url === url);
    if (queue === undefined) throw properties.refuse('Queues', `URLs of queues of ${account} in ${region}`);
    queue.policy = { compiled: compile(document, queue.arn), text: JSON.stringify(document) };
  }
  return {
    ref: `${resource.stackName}-${resource.logicalId}-${ids.base32('sqs-queue-policy', 12)}`,
    attributes: {},
  };
};

/** CloudFormation types of SQS; each throws on a property that it does not implement. */
export const sqsResourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::SQS::Queue': createQueue,
  'AWS::SQS::QueuePolicy': createQueuePolicy,
};
