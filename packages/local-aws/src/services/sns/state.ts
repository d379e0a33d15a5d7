import type { CompiledPolicy } from '@cordon/iam';
import { defineState } from '../../core/world.ts';
import type { MessageAttribute } from '../sqs/state.ts';

/** A published message. */
export interface Published {
  readonly messageId: string;
  readonly subject?: string;
  /** What all get for whose protocol nothing else was given. */
  readonly message: string;
  /** By protocol, where the publisher gave several. */
  readonly perProtocol?: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** Virtual epoch ms. */
  readonly at: number;
}

/** What subscribers of a protocol get of a message. */
export const textFor = ({ message, perProtocol }: Published, protocol: Subscription['protocol']): string =>
  perProtocol?.[protocol] ?? message;

/** Who hears of a topic. Only `sqs` acts here: the others are kept. */
export interface Subscription {
  readonly arn: string;
  readonly protocol: 'email' | 'email-json' | 'sqs' | 'lambda' | 'https';
  readonly endpoint: string;
  readonly raw: boolean;
}

/** A standard topic. */
export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly displayName?: string;
  /** Kept: the local organization does not check KMS keys of topics. */
  readonly kmsMasterKeyId?: string;
  readonly tags: ReadonlyMap<string, string>;
  policy?: CompiledPolicy;
  readonly subscriptions: Subscription[];
  /** Everything that was published, in order. */
  readonly published: Published[];
}

/** SNS in one account and Region. */
export interface SnsState {
  /** By ARN. */
  readonly topics: Map<string, Topic>;
}

/** Topics by ARN. */
export const snsState = defineState<SnsState>('sns', 'regional', () => ({ topics: new Map() }));
