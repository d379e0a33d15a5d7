import type { Credentials } from '../../core/operation.ts';
import type { LambdaFunction } from './state.ts';

/** How an invocation ended: the JSON that the handler gave, or the error that Lambda reports. */
export type InvocationResult =
  | { readonly kind: 'returned'; readonly payload: string }
  | {
      readonly kind: 'failed';
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace?: readonly string[];
      readonly ended?: true;
    };

/** What an invocation is told beside its payload. */
export interface InvocationContext {
  readonly requestId: string;
  readonly functionArn: string;
  /** Virtual epoch milliseconds at which the invocation times out. */
  readonly deadlineMs: number;
}

/** One execution environment: runs one invocation at a time. */
export interface ExecutionEnvironment {
  /** Runs the handler. Never rejects; stays pending when the environment is discarded meanwhile. */
  invoke(payload: string, context: InvocationContext): Promise<InvocationResult>;
  /** Ends it for good, whatever it is doing. */
  discard(): void;
}

/** A way to run functions. */
export interface LambdaRuntime {
  /** Begins a new environment for a function, with the credentials of its role. */
  open(fn: LambdaFunction, credentials: Credentials): ExecutionEnvironment;
  /** Waits until everything that was opened has ended. */
  close(): Promise<void>;
}
