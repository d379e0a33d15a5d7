import type { Json, JsonObject } from './json-value.ts';

/**
 * The event types used here, by AWS's names.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export type HistoryEventType =
  | 'ExecutionStarted'
  | 'ExecutionSucceeded'
  | 'ExecutionFailed'
  | 'ExecutionTimedOut'
  | 'ExecutionAborted'
  | `${'Task' | 'Pass' | 'Choice' | 'Wait' | 'Map' | 'Parallel' | 'Succeed'}State${'Entered' | 'Exited'}`
  | `${'Task' | 'Wait' | 'Map' | 'Parallel'}StateAborted`
  | `${'Map' | 'Parallel'}State${'Started' | 'Succeeded' | 'Failed'}`
  | `MapRun${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `MapIteration${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `Task${'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut'}`
  | 'FailStateEntered'
  | 'EvaluationFailed';

/**
 * What a state did about a failure. AWS's history leaves this to be read from the events that follow; it is said here outright.
 * `attempt` is the retry about to be made, from 1.
 */
export type FailureHandling =
  | { readonly kind: 'retried'; readonly attempt: number; readonly delaySeconds: number }
  | { readonly kind: 'caught'; readonly next: string }
  | { readonly kind: 'uncaught' };

/** One line of an execution's history: AWS's event with its details laid flat. */
export type HistoryEvent = {
  /** From 1, in order. */
  readonly id: number;
  /** The event that led to this one in the same branch; 0 for the first. */
  readonly previousEventId: number;
  /** Epoch milliseconds of virtual time. */
  readonly timestamp: number;
  readonly type: HistoryEventType;
  readonly stateName?: string;
  readonly input?: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly resource?: string;
  /** The variables that the state set on leaving. */
  readonly assignedVariables?: JsonObject;
  /** The index of the Map iteration. */
  readonly iteration?: number;
  /** How many items a Map has. */
  readonly length?: number;
  readonly mapRunArn?: string;
  readonly handling?: FailureHandling;
};
