import type { Capability, StackEvent, StackStatus } from '@aws-sdk/client-cloudformation';
import type { StandingStack } from '../../core/operation.ts';
import { defineState } from '../../core/world.ts';
import type { Parameters } from './state.ts';

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
}

/** Stacks of an account and Region by id, deleted ones included. */
export const stackState = defineState('cloudformation-stacks', 'regional', () => ({
  stacks: new Map<string, ApiStack>(),
}));
