import type {
  Capability,
  ChangeSetStatus,
  ExecutionStatus,
  ResourceChange,
  StackEvent,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import type { Created, Template } from '@cordon/templates';
import type { StandingStack } from '../../core/operation.ts';
import { defineState } from '../../core/world.ts';
import type { Parameters } from './state.ts';

/** What would be done to a stack. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html */
export interface ChangeSet {
  readonly name: string;
  readonly id: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly wanted: {
    readonly template: Template;
    readonly parameters: Parameters;
    readonly body: string;
    readonly description?: string;
  };
  readonly description?: string;
  readonly roleArn?: string;
  readonly capabilities: readonly Capability[];
  readonly tags: ReadonlyMap<string, string>;
  readonly importsExisting: boolean;
  readonly createdAt: number;
  status: ChangeSetStatus;
  reason?: string;
  executionStatus: ExecutionStatus;
  changes: readonly ResourceChange[];
  /** By logical id: what it takes in. */
  imported: ReadonlyMap<string, Created>;
}

/** A stack that was asked for by the API. */
export interface ApiStack {
  readonly name: string;
  /** ARN, a new one for each stack of a name. */
  readonly id: string;
  status: StackStatus;
  reason?: string;
  templateBody: string;
  parameters: Parameters;
  capabilities: readonly Capability[];
  tags: ReadonlyMap<string, string>;
  description?: string;
  isProtected: boolean;
  /** The role that CloudFormation acts as from then on, whoever asks. */
  roleArn?: string;
  readonly createdAt: number;
  updatedAt?: number;
  deletedAt?: number;
  /** Newest first, as they are listed. */
  events: readonly StackEvent[];
  /** Absent until it was made, and once it was deleted or rolled back. */
  standing?: StandingStack;
  /** Of the last request: that request again changes nothing. */
  token?: string;
  /** By name; gone once one of them is executed. */
  readonly changeSets: Map<string, ChangeSet>;
}

/** Stacks of an account and Region by id, deleted ones included. */
export const stackState = defineState('cloudformation-stacks', 'regional', () => ({
  stacks: new Map<string, ApiStack>(),
}));
