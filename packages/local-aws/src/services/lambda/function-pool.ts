import { ServiceFault } from '../../core/fault.ts';
import type { Ids } from '../../core/ids.ts';
import type { Host } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { LAMBDA_DURATIONS } from './durations.ts';
import type { ExecutionEnvironment, InvocationResult, LambdaRuntime } from './runtime.ts';
import { findFunction, type LambdaFunction } from './state.ts';

/** What the pool needs. */
export interface FunctionPoolOptions {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly host: Host;
  readonly runtime: LambdaRuntime;
  readonly coldStartMs?: number;
  readonly warmStartMs?: number;
}

interface Pooled {
  readonly environment: ExecutionEnvironment;
  /** Virtual epoch milliseconds. */
  readonly openedAt: number;
}

/** What an invocation gave: JSON text, and `error` (its kind) when the function failed. */
export interface Invoked {
  readonly payload: string;
  readonly error?: string;
}

/**
 * The execution environments of all functions: a free one is used again, else another is started.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export class FunctionPool {
  readonly #options: FunctionPoolOptions;
  readonly #free = new Map<string, Pooled[]>();
  readonly #running = new Map<string, number>();

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
  }

  /**
   * Runs a function; resolves on the virtual clock.
   *
   * @throws ServiceFault ResourceNotFoundException, TooManyRequestsException
   */
  async invoke(arn: string, payload: string): Promise<Invoked> {
    const fn = findFunction(this.#options.world, arn);
    if (fn === undefined)
      throw new ServiceFault('ResourceNotFoundException', `Function not found: ${arn}`, { status: 404 });
    const running = this.#running.get(fn.arn) ?? 0;
    if (fn.reservedConcurrency !== undefined && running >= fn.reservedConcurrency) {
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
      throw new ServiceFault('TooManyRequestsException', 'Rate Exceeded.', {
        status: 429,
        fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      });
    }
    this.#running.set(fn.arn, running + 1);
    try {
      return reported(await this.#run(fn, payload));
    } finally {
      this.#running.set(fn.arn, (this.#running.get(fn.arn) ?? 1) - 1);
    }
  }

  async #run(fn: LambdaFunction, payload: string): Promise<InvocationResult> {
    const { timeline, ids, coldStartMs, warmStartMs } = this.#options;
    const requestId = ids.uuid('invocation');
    const warm = this.#takeFree(fn);
    const pooled = warm ?? this.#open(fn);
    await timeline.sleep(
      warm === undefined
        ? (coldStartMs ?? LAMBDA_DURATIONS.coldStartMs)
        : (warmStartMs ?? LAMBDA_DURATIONS.warmStartMs),
    );
    const deadlineMs = timeline.now() + fn.timeoutSeconds * 1000;
    const result = await new Promise<InvocationResult>((resolve, reject) => {
      const cancel = timeline.at(deadlineMs, () => resolve(timedOut(fn, requestId)));
      // Environments end in an order that wall time decides; what follows must not depend on it.
      const settle = (ended: InvocationResult): void =>
        timeline.whenSettled(`invocation ${fn.arn} ${requestId}`, () => {
          cancel();
          resolve(ended);
        });
      pooled.environment
        .invoke(payload, { requestId, functionArn: fn.arn, deadlineMs })
        .then(settle)
        .catch(reject);
    });
    // An environment whose invocation timed out or whose process ended is not used again.
    if (result.kind === 'failed' && result.ended === true) pooled.environment.discard();
    else this.#freeOf(fn).push(pooled);
    return result;
  }

  #freeOf(fn: LambdaFunction): Pooled[] {
    const found = this.#free.get(fn.arn);
    if (found !== undefined) return found;
    const made: Pooled[] = [];
    this.#free.set(fn.arn, made);
    return made;
  }

  #takeFree(fn: LambdaFunction): Pooled | undefined {
    const free = this.#freeOf(fn);
    for (let pooled = free.pop(); pooled !== undefined; pooled = free.pop()) {
      if (pooled.openedAt + LAMBDA_DURATIONS.environmentMs > this.#options.timeline.now()) return pooled;
      pooled.environment.discard();
    }
    return undefined;
  }

  #open(fn: LambdaFunction): Pooled {
    const { host, timeline, runtime } = this.#options;
    // A session of the function's role, named after the function; it outlives the environment's use by the longest timeout.
    const seconds = LAMBDA_DURATIONS.environmentMs / 1000 + fn.timeoutSeconds;
    const credentials = host.issueCredentials(host.callerForRole(fn.roleArn, fn.name), seconds);
    return { environment: runtime.open(fn, credentials), openedAt: timeline.now() };
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (Sandbox.Timedout) */
const timedOut = (fn: LambdaFunction, requestId: string): InvocationResult => ({
  kind: 'failed',
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${fn.timeoutSeconds}.00 seconds`,
  ended: true,
});

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
const reported = (result: InvocationResult): Invoked => {
  if (result.kind === 'returned') return { payload: result.payload };
  const { errorType, errorMessage, trace } = result;
  return {
    payload: JSON.stringify({ errorType, errorMessage, ...(trace === undefined ? {} : { trace }) }),
    error: 'Unhandled',
  };
};
