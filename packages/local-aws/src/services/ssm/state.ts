import { defineState } from '../../core/world.ts';
import type { DocumentContent } from './document-content.ts';
import type { Guest } from './guest.ts';

/** One version of a document. */
export interface DocumentVersion {
  /** As it was given: hashes are of this text. */
  readonly text: string;
  readonly content: DocumentContent;
  readonly createdAt: number;
}

/** A document of type Command. */
export interface CommandDocument {
  readonly name: string;
  readonly arn: string;
  readonly ownerId: string;
  readonly targetType?: string;
  readonly tags: Map<string, string>;
  /** Accounts that may use it. */
  readonly sharedWith: Set<string>;
  /** The first is version 1. */
  readonly versions: DocumentVersion[];
  defaultVersion: number;
}

/** Where an invocation or a step of it is. */
export type RunStatus =
  | 'Pending'
  | 'Delayed'
  | 'InProgress'
  | 'Cancelling'
  | 'Success'
  | 'Failed'
  | 'TimedOut'
  | 'Cancelled';

/** What a step came to, as far as the service knows. */
export interface StepResult {
  readonly name: string;
  readonly action: string;
  status: RunStatus;
  statusDetails: string;
  /** -1 while there is none. */
  responseCode: number;
  startedAt?: number;
  endedAt?: number;
  stdout: string;
  stderr: string;
}

/** A command at one instance. */
export interface Invocation {
  readonly instanceId: string;
  status: RunStatus;
  statusDetails: string;
  readonly steps: StepResult[];
}

/** What was sent. Times in virtual epoch ms. */
export interface Command {
  readonly commandId: string;
  readonly documentName: string;
  readonly documentVersion: string;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly timeoutSeconds: number;
  readonly requestedAt: number;
  /** It does not begin after this. */
  readonly deliverBy: number;
  /** What has not ended by then has timed out. */
  readonly expiresAt: number;
  readonly invocations: Map<string, Invocation>;
}

/** An agent that has registered. Times in virtual epoch ms. */
export interface Agent {
  readonly registeredAt: number;
  lastPingAt: number;
  /** Whether it arrived or not. */
  lastTriedAt: number;
}

/** What an agent sent of one type of inventory. The values are the host's own words. */
export interface InventoryItem {
  /** Such as `AWS:Application`. */
  readonly typeName: string;
  readonly schemaVersion: string;
  /** ISO time in UTC. */
  readonly captureTime: string;
  readonly entries: readonly Readonly<Record<string, string>>[];
}

/** A parameter of Parameter Store. */
export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly type: 'String' | 'SecureString';
  /** In the clear: what is encrypted under which key only the checks know. */
  readonly value: string;
  readonly version: number;
  /** Virtual epoch ms. */
  readonly modifiedAt: number;
  readonly tags: ReadonlyMap<string, string>;
  /** Of a SecureString. */
  readonly keyArn?: string;
}

/** A session document, as far as sessions here go by it. */
export interface SessionDocument {
  readonly name: string;
  /** Of the channel; empty without. */
  readonly kmsKeyId: string;
  /** What the agent streams into; empty without. */
  readonly logGroupName: string;
  /** Whether the log group must have a key. */
  readonly logGroupEncrypted: boolean;
  readonly idleMinutes: number;
  readonly longestMinutes: number;
}

/** A session of Session Manager. Times in virtual epoch ms. */
export interface Session {
  readonly sessionId: string;
  readonly target: string;
  readonly owner: string;
  /** `aws:userid` of whoever started it. */
  readonly userId: string;
  readonly document: SessionDocument;
  readonly startedAt: number;
  /** When somebody typed last. */
  activeAt: number;
  /** Absent while nobody ended it; idle and longest time end it all the same. */
  endedAt?: number;
  failed?: boolean;
  /** Somebody on the host ended the stream of its recording. */
  silenced?: boolean;
}

/** Systems Manager in one account and Region. */
export interface SsmState {
  readonly documents: Map<string, CommandDocument>;
  /** By name. */
  readonly sessionDocuments: Map<string, SessionDocument>;
  /** By id. */
  readonly sessions: Map<string, Session>;
  /** By name. */
  readonly parameters: Map<string, Parameter>;
  readonly commands: Map<string, Command>;
  /** By instance id. */
  readonly agents: Map<string, Agent>;
  /** When agents that have never reached the service tried to for the last time, by instance id. */
  readonly hibernating: Map<string, number>;
  /** What runs inside of instances: by instance id, or by the id of the image that they were launched from. */
  readonly guests: Map<string, Guest>;
  /** Inventory by instance id, then by type. */
  readonly inventories: Map<string, Map<string, InventoryItem>>;
  /** Name of the role that Default Host Management Configuration gives to agents; absent where it is off. */
  defaultHostManagementRole?: string;
  /** Whether somebody looks after the heartbeats. */
  beating: boolean;
}

/** State of Systems Manager. */
export const ssmState = defineState<SsmState>('ssm', 'regional', () => ({
  documents: new Map(),
  sessionDocuments: new Map(),
  sessions: new Map(),
  parameters: new Map(),
  commands: new Map(),
  agents: new Map(),
  hibernating: new Map(),
  guests: new Map(),
  inventories: new Map(),
  beating: false,
}));
