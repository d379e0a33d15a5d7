import { compileStateMachine } from './compile-state-machine.ts';
import { execute } from './execute.ts';
import type { ExecutionResult } from './execute.ts';
import type { ExecutionHost, MapRun, MapRunCall, TaskCall } from './execution-host.ts';
import type { HistoryEvent } from './history-event.ts';

/** When every virtual clock here starts: 2026-01-01T00:00:00Z. */
export const START_MS = 1_767_225_600_000;

/** What an execution says of itself. */
export const CONTEXT = {
  execution: {
    id: 'arn:execution',
    name: 'run-1',
    roleArn: 'arn:role',
    startTime: '2026-01-01T00:00:00.000Z',
  },
  stateMachine: { id: 'arn:machine', name: 'machine' },
} as const;

/** A host whose clock moves only when nothing else can, and whose tasks are plain functions. */
export class VirtualHost implements ExecutionHost {
  /** Every call, with the second (since the start) at which it was made. */
  readonly calls: { readonly atSeconds: number; readonly call: TaskCall }[] = [];
  readonly mapRuns: { readonly call: MapRunCall; readonly children: ExecutionResult[]; ended: string }[] = [];
  readonly #task: (call: TaskCall, host: VirtualHost) => unknown;
  readonly #sleepers: { readonly wakeAt: number; readonly wake: () => void }[] = [];
  #now = START_MS;
  #ids = 0;

  constructor(task: (call: TaskCall, host: VirtualHost) => unknown = () => null) {
    this.#task = task;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0.25;
  }

  uuid(): string {
    return `uuid-${++this.#ids}`;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { wakeAt: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      const drop = (): void => {
        const index = this.#sleepers.indexOf(sleeper);
        if (index >= 0) this.#sleepers.splice(index, 1);
        reject(new Error('sleep was cut short'));
      };
      signal?.addEventListener('abort', drop, { once: true });
    });
  }

  async task(call: TaskCall): Promise<unknown> {
    this.calls.push({ atSeconds: this.seconds(), call });
    return this.#task(call, this);
  }

  /** Children share clock and tasks; each has a history of its own. */
  mapRun(call: MapRunCall): MapRun {
    const told = { call, children: [] as ExecutionResult[], ended: '' };
    this.mapRuns.push(told);
    return {
      arn: `arn:mapRun:${this.mapRuns.length}`,
      child: async ({ machine, input, signal }) => {
        const result = await execute(machine, { input, host: this, context: CONTEXT, stop: signal });
        told.children.push(result);
        return result;
      },
      end: (status) => {
        told.ended = status;
      },
    };
  }

  /** Virtual seconds since the start. */
  seconds(): number {
    return (this.#now - START_MS) / 1000;
  }

  /** Waits for `work`, waking one sleeper after the other. Throws when nothing is left to wake. */
  async drive<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    work.then(settle, settle);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (settled) return work;
      const next = this.#sleepers.toSorted((a, b) => a.wakeAt - b.wakeAt)[0];
      if (!next) throw new Error('stuck: nobody sleeps, and the work has not ended');
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.#now = next.wakeAt;
      next.wake();
    }
  }
}

/** A machine of one language for all tests: `states` from `startAt` (the first by default). */
export function machineOf(states: Readonly<Record<string, object>>, top: object = {}): object {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...top };
}

/** Compiles and runs a definition to its end. */
export async function runMachine(
  definition: unknown,
  { input = {}, host = new VirtualHost() }: RunOptions = {},
): Promise<ExecutionResult> {
  return host.drive(execute(compileStateMachine(definition), { input, host, context: CONTEXT }));
}

type RunOptions = { readonly input?: unknown; readonly host?: VirtualHost };

/** `type` or `type stateName` of each event. */
export function outline(history: readonly HistoryEvent[]): readonly string[] {
  return history.map(({ type, stateName }) => (stateName === undefined ? type : `${type} ${stateName}`));
}
