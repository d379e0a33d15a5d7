import * as z from 'zod';
import { phaseEvent, type PhaseEvent } from '../workflow/phase-event.ts';
import { harmless } from './harmless.ts';
import { WORDS, type NoticeKind, type Urgency } from './words.ts';

/** A message to people: every text in it is ours, or harmless. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly urgency: Urgency;
  readonly title: string;
  /** Label and value, such as account and its id; in the order in which they are to be read. */
  readonly facts: readonly (readonly [string, string])[];
  readonly reasons: readonly string[];
  readonly next: readonly string[];
  readonly runbook?: string;
  /** What messages of one incident have in common; else the kind. */
  readonly thread: string;
  /** Where the finding is, if the message is about an incident. */
  readonly place?: NoticePlace;
}

/** The finding that opened an incident, and its instance. */
export interface NoticePlace {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  readonly findingId: string;
}

const LONGEST_FACT = 200;
const LONGEST_REASON = 500;
const MOST_REASONS = 12;

/** What CloudWatch publishes of an alarm. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html */
const alarmMessage = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string().nullish(),
  NewStateValue: z.string(),
  NewStateReason: z.string(),
});

/** `docs/events.md`: the one message that is no event. */
const readOutside = z.object({
  kind: z.literal('evidence-read-outside'),
  incidentId: z.string(),
  caller: z.string(),
  from: z.string(),
  accessKeyId: z.string().optional(),
});

/** Ids as AWS and we make them: what else stands there is no place. */
const place = z.object({
  account: z.string().regex(/^\d{12}$/),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  instanceId: z.string().regex(/^i-[0-9a-f]{8,17}$/),
  findingId: z.string().regex(/^[0-9a-f]{16,64}$/),
});

interface Said {
  readonly kind: NoticeKind;
  readonly title?: string;
  readonly facts: readonly (readonly [string, string | undefined])[];
  readonly reasons?: readonly string[];
  readonly runbook?: string;
  readonly thread?: string;
  readonly place?: NoticePlace;
}

const noticeOf = (said: Said): Notice => {
  const { kind, reasons = [], thread = kind } = said;
  const words = WORDS[kind];
  const runbook = said.runbook ?? words.runbook;
  const kept = reasons.slice(0, MOST_REASONS).map((reason) => harmless(reason, LONGEST_REASON));
  const left = reasons.length - kept.length;
  return {
    kind,
    urgency: words.urgency,
    title: said.title ?? words.title,
    facts: said.facts.flatMap(([label, value]) =>
      value === undefined || value === '' ? [] : [[label, harmless(value, LONGEST_FACT)] as const],
    ),
    reasons: left > 0 ? [...kept, `and ${left} more, which the event and the ledger have`] : kept,
    next: words.next,
    ...(runbook === undefined ? {} : { runbook }),
    thread: harmless(thread, LONGEST_FACT),
    ...(said.place === undefined ? {} : { place: said.place }),
  };
};

/** Fields of events, in the order in which they are read, by their labels. */
const LABELS = {
  account: 'account',
  accounts: 'accounts',
  region: 'Region',
  instanceId: 'instance',
  subject: 'about',
  incidentId: 'incident',
  caseId: 'case',
  findingId: 'finding',
  code: 'code',
  scope: 'scope',
  id: 'id',
  by: 'by',
  planHash: 'hash',
  expiresAt: 'until',
} as const;

const factsOf = (event: object): Said['facts'] => {
  const values = new Map(Object.entries(event));
  return Object.entries(LABELS).map(([field, label]) => {
    const value: unknown = values.get(field);
    return [label, Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : undefined];
  });
};

/** What people are told of a phase. */
export const noticeOfEvent = (event: PhaseEvent): Notice => {
  const where = place.safeParse(event);
  const incident = 'incidentId' in event ? event.incidentId : undefined;
  return noticeOf({
    kind: event.kind,
    facts: factsOf(event),
    ...('reasons' in event ? { reasons: event.reasons } : {}),
    ...(incident === undefined ? {} : { thread: incident }),
    ...(where.success ? { place: where.data } : {}),
  });
};

const asJson = (message: string): unknown => {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
};

/** Name of the runbook of an alarm (docs/runbooks/README.md). */
const runbookOf = (alarm: string): string | undefined =>
  /^cordon-[a-z-]{1,80}$/.test(alarm)
    ? alarm.replace(/^cordon-/, '').replace(/-throttled$/, '-failed')
    : undefined;

/** Reads a message of the topic `cordon-notifications`. Never throws: what cannot be read is told as such, without its text. */
export const readNotice = (message: string): Notice => {
  const value = asJson(message);
  const event = phaseEvent.safeParse(value);
  if (event.success) return noticeOfEvent(event.data);
  const read = readOutside.safeParse(value);
  if (read.success) {
    const { kind, incidentId, caller, from, accessKeyId } = read.data;
    return noticeOf({
      kind,
      thread: incidentId,
      facts: [
        ['incident', incidentId],
        ['caller', caller],
        ['from', from],
        ['access key', accessKeyId],
      ],
    });
  }
  const alarm = alarmMessage.safeParse(value);
  if (!alarm.success)
    return noticeOf({ kind: 'unreadable', facts: [['length', `${message.length} characters`]] });
  const { AlarmName, AlarmDescription, NewStateValue, NewStateReason } = alarm.data;
  const runbook = runbookOf(AlarmName);
  return noticeOf({
    kind: 'alarm',
    ...(NewStateValue === 'ALARM' ? {} : { title: 'An alarm of Cordon changed its state' }),
    facts: [
      ['alarm', AlarmName],
      ['state', NewStateValue],
    ],
    reasons: [AlarmDescription ?? '', NewStateReason].filter((reason) => reason !== ''),
    ...(runbook === undefined ? {} : { runbook }),
  });
};
