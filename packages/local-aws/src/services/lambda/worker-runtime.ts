import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Credentials } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import { serve, type Listener, type WireRequest, type WireResponse } from '../../wire/index.ts';
import type { ExecutionEnvironment, InvocationContext, InvocationResult, LambdaRuntime } from './runtime.ts';
import type { LambdaFunction } from './state.ts';
import type { InvokeMessage, WorkerMessage, WorkerSetting } from './worker-messages.ts';

const BOOTSTRAP = new URL('./worker-bootstrap.ts', import.meta.url);
/** Beside this package's dependencies, for the shared temporary directory is open to whoever would plant code. */
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url));

/** What workers need of the organization. */
export interface WorkerRuntimeOptions {
  readonly timeline: Timeline;
  readonly receive: (request: WireRequest) => Promise<WireResponse>;
  /** Told of what functions print; nothing is kept when absent. */
  readonly print?: (functionName: string, text: string) => void;
}

/**
 * Runs functions as built: the deployable bundle, unmodified, in a worker thread with the environment that its template gives it and
 * that Lambda adds. Each worker has a listener of its own, so that it is known which requests are its.
 */
export class WorkerRuntime implements LambdaRuntime {
  readonly #options: WorkerRuntimeOptions;
  readonly #environments = new Set<WorkerEnvironment>();

  constructor(options: WorkerRuntimeOptions) {
    this.#options = options;
  }

  open(fn: LambdaFunction, credentials: Credentials): ExecutionEnvironment {
    const environment = new WorkerEnvironment(this.#options, fn, credentials);
    this.#environments.add(environment);
    return environment;
  }

  async close(): Promise<void> {
    for (const environment of this.#environments) environment.discard();
    await Promise.all([...this.#environments].map((environment) => environment.gone()));
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const lambdaVariables = (fn: LambdaFunction, credentials: Credentials, taskRoot: string) => ({
  AWS_REGION: fn.region,
  AWS_DEFAULT_REGION: fn.region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMib),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  LAMBDA_TASK_ROOT: taskRoot,
  _HANDLER: fn.handler,
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
});

class WorkerEnvironment implements ExecutionEnvironment {
  readonly #options: WorkerRuntimeOptions;
  readonly #fn: LambdaFunction;
  readonly #ready: Promise<Worker>;
  readonly #forget: () => void;
  #state: 'starting' | 'idle' | 'running' | 'ended' = 'starting';
  #received = 0;
  #answered = 0;
  #quiet = { started: 0, finished: 0 };
  #listener: Listener | undefined;
  #worker: Worker | undefined;
  #broken: InvocationResult | undefined;
  #gone: Promise<void> = Promise.resolve();
  #end: (result: InvocationResult) => void = () => {};

  constructor(options: WorkerRuntimeOptions, fn: LambdaFunction, credentials: Credentials) {
    this.#options = options;
    this.#fn = fn;
    this.#forget = options.timeline.add({ name: `function ${fn.name}`, blocked: () => this.#isBlocked() });
    this.#ready = this.#start(credentials);
    // Whoever invokes awaits it; an environment that nobody invokes any more must still not crash the process.
    this.#ready.catch((error: unknown) => options.timeline.fail(error));
  }

  /** See ExecutionEnvironment. */
  async invoke(payload: string, context: InvocationContext): Promise<InvocationResult> {
    const worker = await this.#ready;
    if (this.#broken !== undefined) return this.#broken;
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#become('running');
      worker.postMessage({ payload, context } satisfies InvokeMessage);
    });
  }

  /** See ExecutionEnvironment. */
  discard(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#forget();
    this.#gone = this.#tearDown();
  }

  /** Resolves when the worker and listener of a discarded environment have ended. */
  gone(): Promise<void> {
    return this.#gone;
  }

  async #tearDown(): Promise<void> {
    // One that could not start has nothing to end, and has told the timeline why.
    await this.#ready.catch(() => {});
    await Promise.all([this.#worker?.terminate(), this.#listener?.close()]);
  }

  /**
   * It waits when all that it last told of (requests begun and ended) is all that the gateway knows (received and answered), and one
   * of them is outstanding. Whatever is still on its way, in either direction, makes the two differ.
   */
  #isBlocked(): boolean {
    if (this.#state === 'starting') return false;
    if (this.#state !== 'running') return true;
    const { started, finished } = this.#quiet;
    return started === this.#received && finished === this.#answered && this.#received > this.#answered;
  }

  #become(state: 'idle' | 'running'): void {
    if (this.#state !== 'ended') this.#state = state;
    this.#options.timeline.touch();
  }

  async #receive(request: WireRequest): Promise<WireResponse> {
    this.#received += 1;
    this.#options.timeline.touch();
    const response = await this.#options.receive(request);
    this.#answered += 1;
    this.#options.timeline.touch();
    return response;
  }

  async #start(credentials: Credentials): Promise<Worker> {
    const fn = this.#fn;
    if (fn.codeDirectory === undefined) {
      throw new Error(`function ${fn.arn} has no code: give deploy() an assetDirectory that knows its S3Key`);
    }
    this.#listener = await serve((request) => this.#receive(request));
    const setting: WorkerSetting = {
      taskRoot: fn.codeDirectory,
      handler: fn.handler,
      clock: this.#options.timeline.sharedClock,
      memoryMib: fn.memoryMib,
      functionName: fn.name,
      compiled: COMPILED,
    };
    const worker = new Worker(BOOTSTRAP, {
      workerData: setting,
      execArgv: [],
      stdout: true,
      stderr: true,
      env: {
        ...fn.environment,
        ...lambdaVariables(fn, credentials, fn.codeDirectory),
        AWS_ENDPOINT_URL: this.#listener.url,
        // Not Lambda's: keeps the configuration files of whoever runs this away from the SDK.
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
    });
    this.#worker = worker;
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.on('data', (text: Buffer) => this.#options.print?.(fn.name, text.toString('utf8')));
    }
    return new Promise((resolve) => {
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready' || message.kind === 'broken') resolve(worker);
        this.#hear(message);
      });
      worker.on('error', (error) => this.#crashed(String(error)));
      worker.on('exit', (code) => {
        this.#crashed(`exit status ${code}`);
        resolve(worker);
      });
    });
  }

  #hear(message: WorkerMessage): void {
    switch (message.kind) {
      case 'ready':
        return this.#become('idle');
      case 'broken':
        this.#broken = message.failure;
        return this.#become('idle');
      case 'quiet':
        this.#quiet = { started: message.started, finished: message.finished };
        return this.#options.timeline.touch();
      case 'ended':
        this.#end(message.result);
        return this.#become('idle');
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html : the process ended without an answer. */
  #crashed(how: string): void {
    if (this.#state === 'ended') return;
    const result: InvocationResult = {
      kind: 'failed',
      errorType: 'Runtime.ExitError',
      errorMessage: `Error: Runtime exited with error: ${how}`,
      ended: true,
    };
    this.#broken = result;
    this.#end(result);
    this.#become('idle');
  }
}
