import type { Ids } from '../../core/ids.ts';
import type { World } from '../../core/world.ts';
import { queueByArn, type Message, type MessageAttribute, type Queue } from './state.ts';

/** What is to be put into a queue. */
export interface NewMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  /** Until the message becomes visible; the queue's delay when absent. */
  readonly delaySeconds?: number;
  /** Principal that sends, such as `AROA...:session` or a service's name. */
  readonly senderId?: string;
}

/**
 * Calls `listener` with the virtual epoch ms at which a message is or becomes visible: on arrival, and when a message
 * that was taken comes back. For event source mappings. Gives the function that ends it.
 */
export const onMessage = (queue: Queue, listener: (visibleAt: number) => void): (() => void) => {
  queue.listeners.add(listener);
  return () => {
    queue.listeners.delete(listener);
  };
};

const announce = (queue: Queue, visibleAt: number): void => {
  for (const listener of queue.listeners) listener(visibleAt);
};

/** Puts a message into a queue, rights aside. */
export const addMessage = (
  queue: Queue,
  given: NewMessage,
  on: { readonly now: number; readonly ids: Ids },
): Message => {
  const message: Message = {
    messageId: on.ids.uuid('sqs-message'),
    body: given.body,
    attributes: given.attributes ?? {},
    senderId: given.senderId ?? '',
    sentAt: on.now,
    visibleAt: on.now + (given.delaySeconds ?? queue.delaySeconds) * 1000,
    receiveCount: 0,
  };
  queue.messages.push(message);
  announce(queue, message.visibleAt);
  return message;
};

/**
 * As `addMessage`, for another service that knows the queue by ARN and has had its right checked.
 *
 * @returns the message, or undefined when there is no such queue
 */
export const enqueue = (
  world: World,
  queueArn: string,
  given: NewMessage & { readonly now: number; readonly ids: Ids },
): Message | undefined => {
  const queue = queueByArn(world, queueArn);
  return queue === undefined ? undefined : addMessage(queue, given, given);
};

/** Drops what is older than the retention period. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const expire = (queue: Queue, now: number): void => {
  const kept = queue.messages.filter(({ sentAt }) => sentAt + queue.retentionSeconds * 1000 > now);
  if (kept.length < queue.messages.length) queue.messages.splice(0, queue.messages.length, ...kept);
};

/** Messages of a queue that have not expired. */
export const messagesOf = (queue: Queue, now: number): readonly Message[] => {
  expire(queue, now);
  return queue.messages;
};

/**
 * Moves a message that was received too often to the dead-letter queue; its age goes on.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
const moveAside = (
  world: World,
  queue: Queue,
  on: { readonly message: Message; readonly now: number },
): boolean => {
  const { redrive } = queue;
  if (redrive === undefined || on.message.receiveCount < redrive.maxReceiveCount) return false;
  const deadLetters = queueByArn(world, redrive.deadLetterTargetArn);
  if (deadLetters === undefined) return false;
  queue.messages.splice(queue.messages.indexOf(on.message), 1);
  const { receiptHandle: _, firstReceivedAt: __, ...rest } = on.message;
  deadLetters.messages.push({ ...rest, visibleAt: on.now, receiveCount: 0 });
  announce(deadLetters, on.now);
  return true;
};

/**
 * Receives messages: each is hidden for the visibility timeout, and one received `maxReceiveCount` times already goes to
 * the dead-letter queue instead.
 *
 * @param on `max` messages at most; `visibilityTimeoutSeconds` in place of the queue's
 */
export const takeVisible = (
  world: World,
  queue: Queue,
  on: { readonly max: number; readonly now: number; readonly visibilityTimeoutSeconds?: number },
): readonly Message[] => {
  const taken: Message[] = [];
  const { now } = on;
  for (const message of messagesOf(queue, now).slice()) {
    if (taken.length >= on.max) break;
    if (message.visibleAt > now || moveAside(world, queue, { message, now })) continue;
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.visibleAt = now + (on.visibilityTimeoutSeconds ?? queue.visibilityTimeoutSeconds) * 1000;
    message.receiptHandle = Buffer.from(`${message.messageId}#${message.receiveCount}`).toString('base64');
    announce(queue, message.visibleAt);
    taken.push(message);
  }
  return taken;
};

/** Deletes the message of a receipt handle; an old handle of a message received again deletes nothing. */
export const removeMessage = (queue: Queue, receiptHandle: string): void => {
  const at = queue.messages.findIndex((message) => message.receiptHandle === receiptHandle);
  if (at >= 0) queue.messages.splice(at, 1);
};

/** Lets a message that is being worked on become visible at another time (virtual epoch ms). */
export const showAgain = (queue: Queue, message: Message, visibleAt: number): void => {
  message.visibleAt = visibleAt;
  announce(queue, visibleAt);
};
