import type { Credentials } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import {
  requestHandler,
  type InProcessRequestHandler,
  type WireRequest,
  type WireResponse,
} from '../../wire/index.ts';
import type { ExecutionEnvironment, InvocationContext, InvocationResult, LambdaRuntime } from './runtime.ts';
import type { LambdaFunction } from './state.ts';

/** What a handler in process is given in place of an environment: everything that clients are made from, and the clock. */
export interface InProcessConnection {
  readonly region: string;
  readonly credentials: Pick<Credentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;
  readonly requestHandler: InProcessRequestHandler;
  /** Virtual epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after virtual time: for retry strategies and polls. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** The same handler function as deployed, given its connection by the test. */
export type InProcessHandler = (event: unknown, connection: InProcessConnection) => Promise<unknown>;

/** What handlers in process need of the organization. */
export interface InProcessRuntimeOptions {
  readonly timeline: Timeline;
  readonly receive: (request: WireRequest) => Promise<WireResponse>;
  /** By function name. */
  readonly handlers: Readonly<Record<string, InProcessHandler>>;
}

/** Runs functions as plain calls in this process: for thousands of seeded runs. */
export class InProcessRuntime implements LambdaRuntime {
  readonly #options: InProcessRuntimeOptions;

  constructor(options: InProcessRuntimeOptions) {
    this.#options = options;
  }

  open(fn: LambdaFunction, credentials: Credentials): ExecutionEnvironment {
    const handler = this.#options.handlers[fn.name];
    if (handler === undefined) {
      throw new Error(
        `function ${fn.name} has no handler in process; given: ${Object.keys(this.#options.handlers).join(', ') || 'none'}`,
      );
    }
    return new InProcessEnvironment(this.#options, { fn, handler, credentials });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class InProcessEnvironment implements ExecutionEnvironment {
  readonly #options: InProcessRuntimeOptions;
  readonly #handler: InProcessHandler;
  readonly #connection: InProcessConnection;
  readonly #forget: () => void;
  #state: 'idle' | 'running' | 'ended' = 'idle';
  /** Requests and sleeps that it waits for. */
  #waits = 0;

  constructor(
    options: InProcessRuntimeOptions,
    made: {
      readonly fn: LambdaFunction;
      readonly handler: InProcessHandler;
      readonly credentials: Credentials;
    },
  ) {
    const { timeline } = options;
    this.#options = options;
    this.#handler = made.handler;
    const { accessKeyId, secretAccessKey, sessionToken } = made.credentials;
    this.#connection = {
      region: made.fn.region,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      requestHandler: requestHandler((request) => this.#wait(() => options.receive(request))),
      now: () => timeline.now(),
      sleep: (ms) => this.#wait(() => timeline.sleep(ms)),
    };
    this.#forget = timeline.add({
      name: `function ${made.fn.name}`,
      blocked: () => this.#state !== 'running' || this.#waits > 0,
    });
  }

  /** See ExecutionEnvironment. */
  async invoke(payload: string, _context: InvocationContext): Promise<InvocationResult> {
    this.#become('running');
    try {
      const given = await this.#handler(JSON.parse(payload), this.#connection);
      return { kind: 'returned', payload: JSON.stringify(given) ?? 'null' };
    } catch (error) {
      const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
      return { kind: 'failed', errorType: name, errorMessage: message, trace: stack.split('\n') };
    } finally {
      this.#become('idle');
    }
  }

  /** See ExecutionEnvironment. */
  discard(): void {
    this.#state = 'ended';
    this.#forget();
  }

  async #wait<Value>(begin: () => Promise<Value>): Promise<Value> {
    // Code of an invocation that timed out is gone in AWS: here it waits for ever.
    if (this.#state === 'ended') return new Promise<Value>(() => {});
    this.#waits += 1;
    this.#options.timeline.touch();
    try {
      return await begin();
    } finally {
      this.#waits -= 1;
      this.#options.timeline.touch();
    }
  }

  #become(state: 'idle' | 'running'): void {
    if (this.#state !== 'ended') this.#state = state;
    this.#options.timeline.touch();
  }
}
