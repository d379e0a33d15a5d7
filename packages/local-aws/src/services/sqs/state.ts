import type { CompiledPolicy } from '@cordon/iam';
import { defineState, type World } from '../../core/world.ts';

/** A message attribute, as SQS and SNS know it. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** A message in a queue. Times are virtual epoch ms. */
export interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly senderId: string;
  readonly sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** Of the last receive. */
  receiptHandle?: string;
}

/** A standard queue. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: number;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly maximumMessageBytes: number;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
  /** As the template gives it: who may name this queue as its dead-letter queue. */
  readonly redriveAllow?: unknown;
  /** As the template gives it; of no effect here. */
  readonly encryption: { readonly kmsMasterKeyId?: string; readonly sqsManaged: boolean };
  readonly tags: ReadonlyMap<string, string>;
  policy?: { readonly compiled: CompiledPolicy; readonly text: string };
  readonly messages: Message[];
  readonly listeners: Set<(visibleAt: number) => void>;
}

/** SQS in one account and Region. */
export interface SqsState {
  readonly queues: Map<string, Queue>;
}

/** Queues by name. */
export const sqsState = defineState<SqsState>('sqs', 'regional', () => ({ queues: new Map() }));

/** The queue with this ARN. */
export const queueByArn = (world: World, arn: string): Queue | undefined => {
  const [, region, account, name] = /^arn:[^:]+:sqs:([^:]+):(\d{12}):(.+)$/.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return world.of(sqsState, account, region).queues.get(name);
};
