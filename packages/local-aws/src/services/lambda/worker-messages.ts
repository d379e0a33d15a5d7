import type { InvocationContext, InvocationResult } from './runtime.ts';

/** What a worker is started with. */
export interface WorkerSetting {
  /** Directory with the function's code. */
  readonly taskRoot: string;
  /** Module and export, such as `index.handler`. */
  readonly handler: string;
  /** One 64-bit float: the virtual clock. */
  readonly clock: SharedArrayBuffer;
  readonly memoryMib: number;
  readonly functionName: string;
  /** Directory in which V8's compiled form of the code is kept from one start to the next. */
  readonly compiled: string;
}

/** From the organization to a worker: run the handler. */
export interface InvokeMessage {
  readonly payload: string;
  readonly context: InvocationContext;
}

/** From a worker to the organization. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  /** The module could not be loaded, or exports no handler. */
  | { readonly kind: 'broken'; readonly failure: InvocationResult }
  /** Nothing is going on but requests that wait for replies; counts since the start of the worker. */
  | { readonly kind: 'quiet'; readonly started: number; readonly finished: number }
  | { readonly kind: 'ended'; readonly requestId: string; readonly result: InvocationResult };
