import type { ExecutionHost } from './execution-host.ts';
import type { HistoryEvent } from './history-event.ts';
import { StateFailure } from './state-failure.ts';
import { untilAborted } from './until-aborted.ts';

/** The last event that fits is the one that tells of the end. */
const EVENT_LIMIT = 25_000;

/** An event before the recorder gives it number, predecessor and time. */
export type EventDetails = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp'>;

/** Where in the history a branch stands. */
export type HistoryThread = {
  /** Fires when the branch must do nothing more. */
  readonly signal: AbortSignal;
  /** The branch's last event: the predecessor of its next. */
  lastEventId: number;
};

/**
 * The history of one execution. The host is told of every event, and waited for.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (25,000 events, then the execution fails)
 */
export class HistoryRecorder {
  readonly #events: HistoryEvent[] = [];
  readonly #host: ExecutionHost;

  constructor(host: ExecutionHost) {
    this.#host = host;
  }

  /** All events so far, oldest first. */
  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /** Adds an event. Throws BranchAborted when the branch was stopped, StateFailure `States.Runtime` when the history is full. */
  async record(thread: HistoryThread, details: EventDetails): Promise<void> {
    if (thread.signal.aborted) return untilAborted(Promise.resolve(), thread.signal);
    await untilAborted(this.#add(thread, details), thread.signal);
  }

  /** Adds the event that tells of a branch's abort: the one thing that a stopped branch still says. */
  async recordAbort(thread: HistoryThread, details: EventDetails): Promise<void> {
    await this.#add(thread, details);
  }

  /** Adds the event that ends the execution: it fits always. */
  async recordEnd(thread: HistoryThread, details: EventDetails): Promise<void> {
    await this.#push(thread, details);
  }

  async #add(thread: HistoryThread, details: EventDetails): Promise<void> {
    if (this.#events.length >= EVENT_LIMIT - 1) {
      const cause = `the execution reached the maximum number of history events (${EVENT_LIMIT})`;
      throw new StateFailure('States.Runtime', cause);
    }
    await this.#push(thread, details);
  }

  async #push(thread: HistoryThread, details: EventDetails): Promise<void> {
    const event: HistoryEvent = {
      id: this.#events.length + 1,
      previousEventId: thread.lastEventId,
      timestamp: this.#host.now(),
      ...details,
    };
    thread.lastEventId = event.id;
    this.#events.push(event);
    await this.#host.transition?.(event);
  }
}
