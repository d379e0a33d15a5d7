// Runs in a worker thread, before the function's own code: gives it the virtual clock and tells the organization when it waits.
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { InvocationContext, InvocationResult } from './runtime.ts';
import type { InvokeMessage, WorkerMessage, WorkerSetting } from './worker-messages.ts';

/** Turns of the event loop without activity after which the worker only waits. */
const QUIET_TURNS = 3;

type Handler = (event: unknown, context: object) => unknown;

// The worker is started by worker-runtime.ts alone, which gives a WorkerSetting.
const setting = workerData as WorkerSetting;
const port = parentPort;
if (port === null)
  throw new Error('worker-bootstrap.ts runs in a worker only: start it through worker-runtime.ts');
const post = (message: WorkerMessage): void => port.postMessage(message);

const clock = new Float64Array(setting.clock);
const now = (): number => clock[0] ?? 0;
const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: unknown[], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as object,
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
});

let started = 0;
let finished = 0;
let quietTurns = 0;
let watching = false;

/** Opening, reading, and closing: between the three nothing else is to be seen. */
const readingFiles = (): boolean =>
  process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq') || name === 'CloseReq');

const watch = (): void => {
  quietTurns = readingFiles() ? 0 : quietTurns + 1;
  if (quietTurns < QUIET_TURNS) {
    setImmediate(watch);
    return;
  }
  watching = false;
  post({ kind: 'quiet', started, finished });
};

/** Something happened: look again when it is over. */
const stir = (): void => {
  quietTurns = 0;
  if (watching) return;
  watching = true;
  setImmediate(watch);
};

subscribe('http.client.request.created', (message) => {
  const { request } = message as { readonly request: ClientRequest };
  stir();
  // Counted when it has a socket: one that queues for a socket cannot reach the organization yet.
  request.once('socket', () => {
    started += 1;
    stir();
    request.once('close', () => {
      finished += 1;
      stir();
    });
  });
  request.once('response', stir);
});

const failure = (error: unknown): InvocationResult => {
  if (!(error instanceof Error))
    return { kind: 'failed', errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    kind: 'failed',
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
};

const problem = (errorType: string, errorMessage: string): InvocationResult => ({
  kind: 'failed',
  errorType,
  errorMessage,
  trace: [],
  ended: true,
});

const load = async (): Promise<Handler | InvocationResult> => {
  const dot = setting.handler.lastIndexOf('.');
  const [module, name] = [setting.handler.slice(0, dot), setting.handler.slice(dot + 1)];
  const file = ['.mjs', '.js', '.cjs']
    .map((ending) => join(setting.taskRoot, `${module}${ending}`))
    .find((path) => existsSync(path));
  if (file === undefined)
    return problem(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${module}' in ${setting.taskRoot}`,
    );
  // Bundles are large and each environment compiles its own: what was compiled before is taken when the text is the same.
  enableCompileCache(setting.compiled);
  try {
    const exported = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
    // Now, for a worker that is terminated writes nothing.
    flushCompileCache();
    const handler = exported[name];
    if (typeof handler !== 'function')
      return problem('Runtime.HandlerNotFound', `${setting.handler} is undefined or not exported`);
    return (event, context) => Reflect.apply(handler, undefined, [event, context]) as unknown;
  } catch (error) {
    return { ...failure(error), ended: true } as InvocationResult;
  }
};

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
const contextFor = ({ requestId, functionArn, deadlineMs }: InvocationContext): object => ({
  functionName: setting.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: functionArn,
  memoryLimitInMB: String(setting.memoryMib),
  awsRequestId: requestId,
  logGroupName: `/aws/lambda/${setting.functionName}`,
  logStreamName: requestId,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => deadlineMs - now(),
});

const run = async (handler: Handler, { payload, context }: InvokeMessage): Promise<InvocationResult> => {
  try {
    const given = await handler(JSON.parse(payload), contextFor(context));
    return { kind: 'returned', payload: JSON.stringify(given) ?? 'null' };
  } catch (error) {
    return failure(error);
  }
};

const loaded = await load();
if (typeof loaded === 'function') {
  port.on('message', (message: InvokeMessage) => {
    stir();
    void run(loaded, message).then((result) =>
      post({ kind: 'ended', requestId: message.context.requestId, result }),
    );
  });
  post({ kind: 'ready' });
} else {
  port.on('message', () => {});
  post({ kind: 'broken', failure: loaded });
}
