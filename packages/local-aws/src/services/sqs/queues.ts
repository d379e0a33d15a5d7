import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { resourceTagContext } from '../request-tags.ts';
import { sqsState, type Queue } from './state.ts';

/** Account and name from a queue's URL: its last two parts. */
const placeOf = (
  call: Call,
  url: string | undefined,
): { readonly account: string; readonly name: string } => {
  const [, account = call.caller.account, name = url ?? ''] =
    /^https?:\/\/[^/]+\/(?:.*\/)?(\d{12})\/([^/]+)$/.exec(url ?? '') ?? [];
  return { account, name };
};

/** The check of one action on the queue of a URL. */
export const queueCheck = (call: Call, url: string | undefined, action: string): Check => {
  const { account, name } = placeOf(call, url);
  return {
    action: `sqs:${action}`,
    resource: `arn:${call.world.facts.partition}:sqs:${call.region}:${account}:${name}`,
    account,
    context: resourceTagContext(call.world.of(sqsState, account, call.region).queues.get(name)?.tags),
  };
};

/** The queue of a URL. @throws ServiceFault QueueDoesNotExist. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const requireQueue = (call: Call, url: string | undefined): Queue => {
  const { account, name } = placeOf(call, url);
  const queue = call.world.of(sqsState, account, call.region).queues.get(name);
  if (queue === undefined) throw new ServiceFault('QueueDoesNotExist', 'The specified queue does not exist.');
  return queue;
};

/** Refuses a number outside `low` to `high`. @throws ServiceFault InvalidParameterValue */
export const within = (
  value: number,
  member: string,
  range: { readonly low: number; readonly high: number },
): number => {
  if (value >= range.low && value <= range.high) return value;
  throw new ServiceFault(
    'InvalidParameterValue',
    `Value ${value} for parameter ${member} is invalid. Reason: Must be between ${range.low} and ${range.high}, if provided.`,
  );
};
