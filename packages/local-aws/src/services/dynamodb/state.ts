import type { CompiledPolicy } from '@cordon/iam';
import { defineState } from '../../core/world.ts';
import type { Item } from './attribute-value.ts';

/** An attribute of a table's primary key. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** A table with its items. */
export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  /** Attribute that holds an expiry in epoch seconds. */
  readonly ttlAttribute?: string;
  readonly pointInTimeRecovery: boolean;
  readonly deletionProtection: boolean;
  /** As the template gives it; of no effect on reads and writes here. */
  readonly encryption?: unknown;
  readonly stream?: unknown;
  readonly tags: ReadonlyMap<string, string>;
  readonly policy?: CompiledPolicy;
  /** Items by the text of their key. */
  readonly items: Map<string, Item>;
}

/** An accepted ClientRequestToken. */
export interface AcceptedToken {
  readonly request: string;
  /** Virtual epoch ms. */
  readonly at: number;
}

/** DynamoDB in one account and Region. */
export interface DynamodbState {
  readonly tables: Map<string, Table>;
  /** Tokens of TransactWriteItems. */
  readonly tokens: Map<string, AcceptedToken>;
}

/** Tables by name. */
export const dynamodbState = defineState<DynamodbState>('dynamodb', 'regional', () => ({
  tables: new Map(),
  tokens: new Map(),
}));
