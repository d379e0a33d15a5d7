/** Something that acts in the organization and can tell whether it waits for it: a Lambda worker, an in-process handler. */
export interface Runner {
  /** What to call it in an error. */
  readonly name: string;
  /** True when it cannot go on before a reply, a timer of the timeline or new work reaches it. */
  blocked(): boolean;
}

interface Arrival {
  readonly key: string;
  readonly act: () => void;
}

interface Appointment {
  readonly time: number;
  readonly order: number;
  readonly act: () => void;
  readonly background: boolean;
  cancelled: boolean;
}

/** Wall-clock bound, in ms, on one runner computing without a call; a handler that spins is a bug that must show. */
const STUCK_AFTER_MS = 30_000;

/** Turns of the event loop without any activity after which nothing is going on. */
const QUIET_TURNS = 3;

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** File reads of an SDK's configuration loader: work in progress that no counter of ours sees. */
const readingFiles = (): boolean => process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));

/**
 * The organization's one virtual clock. Time moves only in `run`, and only when every runner is blocked, so that
 * "serial" is exact: of two calls of one handler, the second is serial to the first only if it was sent after the reply.
 *
 *     settle -> flush what arrived -> settle ... -> jump to the next appointment -> settle ...
 */
export class Timeline {
  /** The time, in memory that workers of this process read too: `Date` is there what it is here. */
  readonly #clock = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  #order = 0;
  #activity = 0;
  #appointments: Appointment[] = [];
  #waiters: (() => void)[] = [];
  #arrivals: Arrival[] = [];
  #failure: { readonly error: unknown } | undefined;
  readonly #runners = new Set<Runner>();
  readonly #flushes: (() => boolean)[] = [];

  /** @param startMs epoch milliseconds at which the organization's time begins */
  constructor(startMs: number) {
    this.#clock[0] = startMs;
  }

  /** Virtual epoch milliseconds. */
  now(): number {
    return this.#clock[0] ?? 0;
  }

  /** One 64-bit float: `now()` for a worker that may read it whenever it likes. */
  get sharedClock(): SharedArrayBuffer {
    return this.#clock.buffer;
  }

  /**
   * Calls `act` at virtual `time` (epoch ms; a past time means now); gives a function that cancels it. What is in the background (a
   * schedule that recurs for ever) happens when its time comes, but time does not move for its sake: a run without anything else to
   * wait for is idle.
   */
  at(time: number, act: () => void, kind: 'work' | 'background' = 'work'): () => void {
    const appointment: Appointment = {
      time: Math.max(time, this.now()),
      order: this.#order++,
      act,
      background: kind === 'background',
      cancelled: false,
    };
    this.#appointments.push(appointment);
    this.touch();
    return () => {
      appointment.cancelled = true;
    };
  }

  /** Lets `ms` of virtual time pass, with all that happens meanwhile, in the background too. */
  async pass(ms: number): Promise<void> {
    const until = this.now() + ms;
    // Time stands still where nothing is to happen, so the end of the wait is itself an appointment.
    this.at(until, () => {});
    await this.run(undefined, until);
  }

  /** Resolves after `ms` of virtual time; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const cancel = this.at(this.now() + ms, () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      });
      const stop = (): void => {
        cancel();
        reject(signal?.reason);
      };
      // Taken off in either case: Node keeps a composed signal that somebody listens to, and whatever its reason holds, for good.
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /**
   * Calls `act` once all runners are blocked and before time moves, in the order of `key` among what arrived meanwhile: for what
   * comes in an order that wall time decides (requests, ends of invocations), so that it takes effect in one that it does not.
   */
  whenSettled(key: string, act: () => void): void {
    this.#arrivals.push({ key, act });
    this.touch();
  }

  /** Makes `run` reject with `error`: a bug that showed where nobody awaits it. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.touch();
  }

  /** A look at the world each time all runners are blocked, before time moves; true when it changed anything. */
  onSettled(flush: () => boolean): void {
    this.#flushes.push(flush);
  }

  /** Lets `runner` hold the clock while it computes; gives the function that ends that. */
  add(runner: Runner): () => void {
    this.#runners.add(runner);
    this.touch();
    return () => {
      this.#runners.delete(runner);
      this.touch();
    };
  }

  /** Tells that something happened, so that settling looks again. */
  touch(): void {
    this.#activity += 1;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /** Moves time on until `done()` holds, nothing but the background is left to happen, or the next appointment lies after `limitMs`. */
  async run(
    done: () => boolean = () => false,
    limitMs = Number.POSITIVE_INFINITY,
  ): Promise<'done' | 'idle' | 'limit'> {
    for (;;) {
      await this.#settle();
      if (this.#failure !== undefined) throw this.#failure.error;
      if (done()) return 'done';
      if (this.#serveArrivals() || this.#flushes.map((flush) => flush()).some(Boolean)) continue;
      const next = this.#nextTime();
      if (next === undefined) return 'idle';
      if (next > limitMs) {
        this.#clock[0] = Math.max(this.now(), limitMs);
        return 'limit';
      }
      this.#clock[0] = next;
      this.#fire(next);
    }
  }

  #serveArrivals(): boolean {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    arrivals.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    for (const { act } of arrivals) act();
    return arrivals.length > 0;
  }

  #nextTime(): number | undefined {
    this.#appointments = this.#appointments.filter((appointment) => !appointment.cancelled);
    let next: number | undefined;
    for (const { time } of this.#appointments) if (next === undefined || time < next) next = time;
    return this.#appointments.every(({ background }) => background) ? undefined : next;
  }

  #fire(time: number): void {
    const due = this.#appointments.filter((appointment) => appointment.time <= time);
    this.#appointments = this.#appointments.filter((appointment) => appointment.time > time);
    due.sort((a, b) => a.time - b.time || a.order - b.order);
    for (const appointment of due) if (!appointment.cancelled) appointment.act();
  }

  async #settle(): Promise<void> {
    let quietTurns = 0;
    let seen = this.#activity;
    while (quietTurns < QUIET_TURNS && this.#failure === undefined) {
      await turn();
      const busy = [...this.#runners].find((runner) => !runner.blocked());
      if (busy !== undefined) {
        await this.#waitForActivity(busy);
        quietTurns = 0;
      } else if (this.#activity !== seen || readingFiles()) {
        quietTurns = 0;
      } else {
        quietTurns += 1;
      }
      seen = this.#activity;
    }
  }

  #waitForActivity(busy: Runner): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(
            new Error(
              `${busy.name} has computed for ${STUCK_AFTER_MS} ms of wall time without a call or an end`,
            ),
          ),
        STUCK_AFTER_MS,
      );
      this.#waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
