import type { ResourcePolicy, Service } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { sqsOperations } from './operations.ts';
import { sqsResourceRemoval } from './resource-removal.ts';
import { sqsResourceTypes } from './resource-types.ts';
import { queueByArn } from './state.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html */
const resourcePolicy = (arn: string, world: World): ResourcePolicy | undefined => {
  const policy = queueByArn(world, arn)?.policy;
  return policy === undefined ? undefined : { policy: policy.compiled, mode: 'alone-suffices' };
};

/** Amazon SQS, standard queues. */
export const sqsService: Service = {
  name: 'sqs',
  operations: sqsOperations,
  resourceTypes: sqsResourceTypes,
  resourceRemoval: sqsResourceRemoval,
  resourcePolicy,
};
