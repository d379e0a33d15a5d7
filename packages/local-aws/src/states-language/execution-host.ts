import type { HistoryEvent } from './history-event.ts';
import type { Json } from './json-value.ts';
import type { StateMachine } from './state-machine.ts';

/** One call that a Task state makes. */
export type TaskCall = {
  /** The state's `Resource`, with its integration pattern, as `arn:aws:states:::lambda:invoke.waitForTaskToken`. */
  readonly resource: string;
  /** The evaluated `Arguments`; the state's input where the state has none. A fresh copy: the host may keep it. */
  readonly arguments: unknown;
  readonly stateName: string;
  /** The task token, for `.waitForTaskToken` alone. */
  readonly token?: string;
  /** The role of `Credentials.RoleArn`, when the call is to be made with another role than the machine's. */
  readonly roleArn?: string;
  /** Fires when nobody waits for the answer any more: timeout, a failed sibling branch, the end of the execution. */
  readonly signal: AbortSignal;
  /** To be called for each SendTaskHeartbeat; restarts the `HeartbeatSeconds` clock. */
  readonly heartbeat: () => void;
};

/** What a distributed Map starts. */
export type MapRunCall = {
  readonly stateName: string;
  readonly items: number;
  readonly maxConcurrency: number;
  /** 0 where none is given. */
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
};

/** How a child of a Map Run ended. */
export type ChildEnding =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED' };

/** The children that a distributed Map starts, as executions of their own. */
export type MapRun = {
  readonly arn: string;
  /** Runs one child to its end; `signal` stops it. */
  child(of: {
    readonly machine: StateMachine;
    readonly input: Json;
    readonly signal: AbortSignal;
  }): Promise<ChildEnding>;
  /** Tells how the run ended. */
  end(status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void;
};

/** What the interpreter needs of the world. Nothing else reaches it: same host answers, same execution. */
export interface ExecutionHost {
  /** The virtual time, epoch milliseconds. */
  now(): number;
  /** Resolves after `ms` of virtual time; after `signal` fires it may resolve, reject or stay pending. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Makes the call and gives its result as plain JSON data; for a task token, resolves on SendTaskSuccess. Throws TaskFailure. */
  task(call: TaskCall): Promise<unknown>;
  /** Starts a Map Run. Throws TaskFailure where the machine's role may not. */
  mapRun(call: MapRunCall): MapRun;
  /** A number in [0, 1): `$random`, `$shuffle` and jitter. */
  random(): number;
  /** A version 4 UUID: `$uuid` and task tokens. */
  uuid(): string;
  /** Told of every history event in order; the interpreter waits for it, so the host can charge the time of a transition. */
  transition?(event: HistoryEvent): void | Promise<void>;
}
