import type { Decision, DecisiveStatement } from '@cordon/iam';
import type { Check } from './operation.ts';

/** One authorization check as it was decided. */
export interface JournalCheck {
  readonly action: string;
  readonly resource: string;
  /** Account that owns the resource, as the check says; the caller's own where it says none. */
  readonly account: string;
  /** Condition keys of the check itself, beside the global ones. */
  readonly context: NonNullable<Check['context']>;
  readonly verdict: Decision['verdict'];
  /** The layer that settled the verdict. */
  readonly layer: Decision['layer'];
  /** The statements that settled it; none for an implicit deny. */
  readonly decisive: readonly DecisiveStatement[];
  readonly why: string;
  /** Whether AWS does not document the check, and the stricter union was taken. */
  readonly assumed: boolean;
}

/** One API call as the organization saw it. Times are virtual epoch milliseconds. */
export interface JournalCall {
  readonly index: number;
  readonly service: string;
  readonly operation: string;
  /** Set where services share the signing name, as CloudTrail tells them apart. */
  readonly apiVersion?: string;
  readonly region: string;
  /** Account of the caller. */
  readonly account: string;
  /** Key that signed the call: tells two sessions of one name apart. */
  readonly accessKeyId: string;
  /** ARN of the caller: an assumed-role session, a user. */
  readonly caller: string;
  readonly sentAt: number;
  /** Absent while the reply is outstanding, and for ever when it was lost. */
  repliedAt?: number;
  readonly input: Readonly<Record<string, unknown>>;
  readonly checks: readonly JournalCheck[];
  outcome: 'pending' | 'ok' | { readonly code: string; readonly message: string };
  /** The answer, for judges that read what was given (ids of created things). */
  output?: object;
  readonly requestId: string;
}

/** Bytes of one member of an answer that the journal keeps; of a disk's blocks a run would keep gigabytes. */
const MOST_BYTES = 65_536;

/** An answer as the journal keeps it: of long bytes how many there were. */
export const withoutBulk = (output: object): object =>
  Object.values(output).some((value) => value instanceof Uint8Array && value.length > MOST_BYTES)
    ? Object.fromEntries(
        Object.entries(output).map(([name, value]: readonly [string, unknown]) => [
          name,
          value instanceof Uint8Array && value.length > MOST_BYTES ? { bytes: value.length } : value,
        ]),
      )
    : output;

/** An event as it arrived on a bus. */
export interface JournalEvent {
  readonly at: number;
  readonly busArn: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** What became of an event that a rule sent to a target: nothing is dropped silently. */
export interface JournalDelivery {
  readonly at: number;
  readonly ruleArn: string;
  readonly targetArn: string;
  /** The event's own id. */
  readonly eventId: string;
  readonly outcome: 'delivered' | 'dead-lettered' | 'lost';
  /** Why it did not reach its target. */
  readonly code?: string;
  readonly message?: string;
}

/** Everything that happened, in the order in which it took effect. */
export interface Journal {
  readonly calls: JournalCall[];
  readonly events: JournalEvent[];
  readonly deliveries: JournalDelivery[];
}

/** An empty journal. */
export const emptyJournal = (): Journal => ({ calls: [], events: [], deliveries: [] });
