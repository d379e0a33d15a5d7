import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { onMessage } from '../sqs/messages.ts';
import { queueByArn, type Queue } from '../sqs/state.ts';
import { QueuePoller } from './queue-poller.ts';
import { lambdaState, type LambdaFunction } from './state.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html ; batches above ten need a window and several receives. */
const BATCH = { default: 10, most: 10, windowMost: 300 };
/** Batches at a time when nothing else is said. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const CONCURRENCY = { default: 5, least: 2, most: 1_000 };
/** What the function's role must be allowed. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
const NEEDED = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

const queueOf = (resource: ResolvedResource, deployment: Deployment, arn: string): Queue => {
  const queue = queueByArn(deployment.world, arn);
  if (queue === undefined)
    throw new Error(
      `${resource.type} ${resource.logicalId}: no queue ${arn}; deploy the queue first (only queues are event sources here)`,
    );
  return queue;
};

/** Lambda refuses a mapping whose function's role may not use the queue, and a visibility shorter than the function's timeout. */
const checkMapping = (deployment: Deployment, fn: LambdaFunction, queue: Queue): void => {
  const caller = deployment.host.callerForRole(fn.roleArn, fn.name);
  for (const name of NEEDED) {
    const decision = deployment.host.decideFor(caller, queue.region, {
      action: `sqs:${name}`,
      resource: queue.arn,
      account: queue.account,
    });
    if (decision.verdict === 'deny') {
      throw new Error(
        `AWS::Lambda::EventSourceMapping: role ${fn.roleArn} of ${fn.name} may not ${name} on ${queue.arn}: ${decision.why}; allow it in the role`,
      );
    }
  }
  if (queue.visibilityTimeoutSeconds < fn.timeoutSeconds) {
    throw new Error(
      `AWS::Lambda::EventSourceMapping: queue ${queue.name} has a visibility timeout of ${queue.visibilityTimeoutSeconds} s, ` +
        `less than the ${fn.timeoutSeconds} s of function ${fn.name}; raise it (AWS advises six times)`,
    );
  }
};

/**
 * Lets Lambda poll a queue for a function from now on.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html ; tags have no behaviour here.
 *
 * @param functionNamed finds the function, or throws
 */
export const createEventSourceMapping = (
  resource: ResolvedResource,
  deployment: Deployment,
  functionNamed: (reference: string) => LambdaFunction,
): Created => {
  const properties = new ResourceProperties(resource, [
    'EventSourceArn',
    'FunctionName',
    'BatchSize',
    'Enabled',
    'FunctionResponseTypes',
    'MaximumBatchingWindowInSeconds',
    'ScalingConfig',
    'Tags',
  ]);
  const fn = functionNamed(properties.requiredText('FunctionName'));
  const queue = queueOf(resource, deployment, properties.requiredText('EventSourceArn'));
  const batchSize = properties.number('BatchSize') ?? BATCH.default;
  if (batchSize < 1 || batchSize > BATCH.most) throw properties.refuse('BatchSize', `1 to ${BATCH.most}`);
  const windowSeconds = properties.number('MaximumBatchingWindowInSeconds') ?? 0;
  if (windowSeconds < 0 || windowSeconds > BATCH.windowMost)
    throw properties.refuse('MaximumBatchingWindowInSeconds', `0 to ${BATCH.windowMost}`);
  const concurrency =
    properties.within('ScalingConfig', ['MaximumConcurrency'])?.number('MaximumConcurrency') ??
    CONCURRENCY.default;
  if (concurrency < CONCURRENCY.least || concurrency > CONCURRENCY.most)
    throw properties.refuse('ScalingConfig', `${CONCURRENCY.least} to ${CONCURRENCY.most}`);
  const responses = properties.texts('FunctionResponseTypes');
  if (responses.some((type) => type !== 'ReportBatchItemFailures'))
    throw properties.refuse('FunctionResponseTypes', 'ReportBatchItemFailures');
  checkMapping(deployment, fn, queue);
  const id = deployment.ids.uuid('event-source-mapping');
  if (properties.flag('Enabled') !== false) {
    const poller = new QueuePoller(deployment, {
      fn,
      queue,
      batchSize,
      windowSeconds,
      concurrency,
      reportsFailures: responses.length > 0,
    });
    const quiet = onMessage(queue, (visibleAt) => poller.expect(visibleAt));
    deployment.world.of(lambdaState, fn.account, fn.region).eventSources.set(id, () => {
      quiet();
      poller.stop();
    });
    for (const { visibleAt } of queue.messages) poller.expect(visibleAt);
  }
  const { partition } = deployment.world.facts;
  return {
    ref: id,
    attributes: {
      Id: id,
      EventSourceMappingArn: `arn:${partition}:lambda:${fn.region}:${fn.account}:event-source-mapping:${id}`,
    },
  };
};
