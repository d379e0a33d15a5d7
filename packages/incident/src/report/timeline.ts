import { entryWords, kindOfId, stepWords } from './words.ts';
import type { ReportDocument, ReportEntry } from './report-document.ts';

/** Whose doing a row of the timeline is. */
export type Lane = 'attack' | 'detection' | 'response' | 'evidence' | 'people' | 'analysis';

/** Lanes, from top to bottom, with what they are called. */
export const LANES: readonly (readonly [lane: Lane, title: string])[] = [
  ['attack', 'What the finding saw'],
  ['detection', 'Detection'],
  ['response', 'Response'],
  ['people', 'People'],
  ['evidence', 'Evidence'],
  ['analysis', 'Analysis'],
];

/** One line of the timeline: something that happened at moments, or lasted from the first to the last of them. */
export interface TimelineRow {
  readonly lane: Lane;
  readonly what: string;
  /** Epoch milliseconds, ascending, one at least. */
  readonly at: readonly number[];
  /** Whether it went on from the first to the last moment. */
  readonly lasted: boolean;
}

/** Steps that say of themselves how they belong to another lane than the response. */
const LANE_OF_STEP: Readonly<Partial<Record<string, Lane>>> = {
  'preserve-context': 'evidence',
  'snapshot-volumes': 'evidence',
  'snapshot-memory': 'evidence',
  'launch-forensic-machine': 'analysis',
  'capture-memory': 'evidence',
  'live-response': 'evidence',
  'collect-context': 'evidence',
  'member-view': 'evidence',
  'inspector-findings': 'evidence',
  inventory: 'evidence',
};
const LANE_OF_ENTRY: Readonly<Partial<Record<string, Lane>>> = {
  'incident-opened': 'evidence',
  'volume-attached': 'analysis',
};

interface Happening {
  readonly lane: Lane;
  readonly what: string;
  readonly iso: string | undefined;
}

/** Looks that the ledger tells of, each time that one was made: what it found. */
const LOOKS: Readonly<Partial<Record<string, { readonly done: string; readonly failed: string }>>> = {
  'verify-containment': { done: 'Read back: contained', failed: 'Read back: something is open' },
  'prove-containment': {
    done: 'The look into flow logs ended',
    failed: 'Flow logs show packets that passed',
  },
};

const lookOf = ({ kind, step, outcome, detail }: ReportEntry['event']): readonly Happening[] => {
  const look = typeof step === 'string' && kind === 'step-reported' ? LOOKS[step] : undefined;
  if (look === undefined || typeof detail !== 'object' || detail === null || !('at' in detail)) return [];
  const what = outcome === 'done' ? look.done : look.failed;
  return typeof detail.at === 'string' ? [{ lane: 'response', what, iso: detail.at }] : [];
};

const happenings = ({ finding, told, ledger, writtenAt }: ReportDocument): readonly Happening[] => [
  { lane: 'attack', what: 'First activity that the finding tells of', iso: finding?.firstSeen },
  { lane: 'attack', what: 'Last activity that the finding tells of', iso: finding?.lastSeen },
  { lane: 'detection', what: 'GuardDuty made the finding', iso: finding?.createdAt },
  { lane: 'detection', what: 'The finding arrived', iso: told.incident.arrivedAt },
  { lane: 'detection', what: 'The incident was opened', iso: told.incident.openedAt },
  ...ledger.flatMap(({ event }) => lookOf(event)),
  ...told.outcomes
    .filter(({ id }) => LOOKS[id] === undefined)
    .map(({ id, at, status }): Happening => {
      const kind = kindOfId(id);
      const failed = status === 'done' ? '' : ` (${status})`;
      return { lane: LANE_OF_STEP[kind] ?? 'response', what: `${stepWords(kind)}${failed}`, iso: at };
    }),

  ...told.decisions.map(({ at, outcome, by }): Happening => ({
    lane: 'people',
    what: by === undefined ? `Nobody had answered (${outcome})` : `A person decided: ${outcome}`,
    iso: at,
  })),
  ...ledger
    // What the responder said is signed at the end, long after it happened; its own times are above.
    .filter(({ event }) => event.kind !== 'step-reported')
    .map(({ at, event }): Happening => ({
      lane: LANE_OF_ENTRY[event.kind] ?? 'evidence',
      what: entryWords(event.kind),
      iso: at,
    })),
  { lane: 'analysis', what: 'The forensic machine was asked for', iso: told.examination?.startedAt },
  {
    lane: 'analysis',
    what: 'The examination of the disks was begun',
    iso: told.examination?.triage?.sentAt,
  },
  {
    lane: 'analysis',
    what: 'The examination of memory was begun',
    iso: told.memoryExamination?.triage?.sentAt,
  },
  { lane: 'evidence', what: 'This report was written; the ledger is closed right after', iso: writtenAt },
];

const epoch = (iso: string | undefined): number | undefined => {
  const ms = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
};

/** How long each disk was on its way, from the freeze to the entry that saw its locked copy. */
const diskRows = ({ told, ledger }: ReportDocument): readonly TimelineRow[] =>
  told.disks.flatMap(({ volumeId, startedAt, evidenceSnapshotId, holds }): readonly TimelineRow[] => {
    const from = epoch(startedAt);
    const secured = ledger.find(
      ({ event }) =>
        event.kind === 'snapshot-secured' &&
        evidenceSnapshotId !== undefined &&
        event['snapshotId'] === evidenceSnapshotId,
    );
    const until = epoch(secured?.at);
    if (from === undefined || until === undefined) return [];
    const what = `Disk ${volumeId}${holds === undefined ? '' : ` (${holds})`}: from the freeze to a locked copy`;
    return [{ lane: 'evidence', what, at: [from, until], lasted: true }];
  });

/** Everything with a time, as rows: what is called the same is one row with several moments. In order of lane, then of time. */
export const timelineRows = (report: ReportDocument): readonly TimelineRow[] => {
  const rows = new Map<string, { lane: Lane; what: string; at: number[] }>();
  for (const { lane, what, iso } of happenings(report)) {
    const at = epoch(iso);
    if (at === undefined) continue;
    const key = `${lane}\n${what}`;
    const row = rows.get(key) ?? { lane, what, at: [] };
    row.at.push(at);
    rows.set(key, row);
  }
  const order = (lane: Lane): number => LANES.findIndex(([one]) => one === lane);
  return [
    ...[...rows.values()].map((row) => ({
      ...row,
      at: row.at.toSorted((a, b) => a - b),
      lasted: false,
    })),
    ...diskRows(report),
  ].toSorted((a, b) => order(a.lane) - order(b.lane) || (a.at[0] ?? 0) - (b.at[0] ?? 0));
};
