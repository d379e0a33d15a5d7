import type { CompiledExpression } from './expression.ts';
import type { IntegerField, Template } from './template.ts';

/** A compiled definition: every field checked, every expression parsed. Made by `compileStateMachine`, run by `execute`. */
export type StateMachine = {
  readonly comment: string | undefined;
  readonly flow: Flow;
  /** Whole seconds after which the execution ends as TIMED_OUT. */
  readonly timeoutSeconds: number | undefined;
};

/** States and where they start: the machine itself, a Parallel branch, or a Map's processor. */
export type Flow = { readonly startAt: string; readonly states: ReadonlyMap<string, State> };

/** What follows a state: another state of the same flow, or undefined for its end. */
export type Next = string | undefined;

/** Variable names and their values, all evaluated with the variables as they were at entry. */
export type Assign = readonly (readonly [string, Template])[];

/** What a state gives on: its output (undefined: the default) and its variables. */
export type Outcome = { readonly output: Template | undefined; readonly assign: Assign };

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export type Retrier = {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitter: 'FULL' | 'NONE';
};

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export type Catcher = {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly outcome: Outcome;
};

type Common = { readonly name: string; readonly outcome: Outcome };
type Recovering = {
  readonly next: Next;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
};

/** Calls the host and waits for its answer. */
export type TaskState = Common &
  Recovering & {
    readonly type: 'Task';
    readonly resource: string;
    readonly waitsForToken: boolean;
    readonly arguments: Template | undefined;
    readonly roleArn: Template | undefined;
    readonly timeoutSeconds: IntegerField | undefined;
    readonly heartbeatSeconds: IntegerField | undefined;
  };

/** Runs branches side by side; its result is the list of their outputs. */
export type ParallelState = Common &
  Recovering & {
    readonly type: 'Parallel';
    readonly arguments: Template | undefined;
    readonly branches: readonly Flow[];
  };

/** What a Map in Distributed mode has beside an inline one. */
export type Distributed = {
  /** How many children may fail, and how many of a hundred; without both, none may. */
  readonly toleratedFailureCount: IntegerField | undefined;
  readonly toleratedFailurePercentage: IntegerField | undefined;
};

/** Runs one flow for every item; its result is the list of their outputs. */
export type MapState = Common &
  Recovering & {
    readonly type: 'Map';
    readonly items: Template | undefined;
    readonly itemSelector: Template | undefined;
    readonly maxConcurrency: IntegerField;
    readonly processor: Flow;
    /** Set where each item is an execution of its own. */
    readonly distributed: Distributed | undefined;
  };

/** One way out of a Choice state. */
export type ChoiceRule = {
  readonly condition: CompiledExpression | boolean;
  readonly next: string;
  readonly outcome: Outcome;
};

/** Takes the first rule whose condition is true; its own outcome belongs to the default. */
export type ChoiceState = Common & {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default: string | undefined;
};

/** Waits on the virtual clock. */
export type WaitState = Common & {
  readonly type: 'Wait';
  readonly next: Next;
  readonly until:
    | { readonly kind: 'seconds'; readonly seconds: IntegerField }
    | { readonly kind: 'timestamp'; readonly timestamp: Template };
};

/** Hands its input, or its `Output`, on. */
export type PassState = Common & { readonly type: 'Pass'; readonly next: Next };

/** Ends its flow well. */
export type SucceedState = Common & { readonly type: 'Succeed' };

/** Ends its flow with an error. */
export type FailState = {
  readonly type: 'Fail';
  readonly name: string;
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
};

/** A state of any type. */
export type State =
  | TaskState
  | ParallelState
  | MapState
  | ChoiceState
  | WaitState
  | PassState
  | SucceedState
  | FailState;
