import type { CustodyEvent, SignedEntry } from '@cordon/evidence';
import { ledgerRow, type LedgerRow } from '../ledger-row.ts';

type Recorded = Extract<CustodyEvent, { kind: 'session-recorded' }>;
type Missing = Extract<CustodyEvent, { kind: 'recording-missing' }>;

/** What became of a recording's own ledger in the place where it was looked for. */
export interface FoundRecording {
  /** `verified`: it is what the entry names. `not-here`: no such folder lies beside. `broken`: it is none, or another. */
  readonly status: 'verified' | 'not-here' | 'broken';
  readonly because?: string;
}

/** A session on a forensic machine with what the ledger says of its recording. */
export interface KeptSession extends Omit<Recorded | Missing, 'kind'> {
  readonly entry: number;
  readonly recording:
    | ({ readonly status: 'recorded'; readonly found: FoundRecording } & Pick<
        Recorded,
        | 'ledgerId'
        | 'parts'
        | 'sha256'
        | 'sizeBytes'
        | 'events'
        | 'firstAt'
        | 'lastAt'
        | 'endsEarly'
        | 'bound'
      >)
    | { readonly status: 'missing'; readonly because: string };
}

/** What somebody did with the evidence, as an entry has it. Names, reasons and callers are in the words of whoever acted. */
export interface KeptAct {
  readonly entry: number;
  readonly at: string;
  readonly who: string;
  /** ARN of the session; absent where the entry has but one name. */
  readonly arn?: string;
  readonly what: string;
  readonly why?: string;
}

/** What the ledger of keeping says, as data: what happened to the evidence beside and after its sealed report. */
export interface KeptReport {
  readonly schemaVersion: 1;
  readonly incidentId: string;
  /** What shows that no entry was cut off at the end: nothing, a signed head, or the certificate of disposal. */
  readonly end: 'not-shown' | 'signed' | 'disposed';
  /** Whether the key was told from elsewhere, or is the folder's own word. */
  readonly signer: 'known' | 'unknown';
  readonly keyFingerprint: string;
  readonly sessions: readonly KeptSession[];
  readonly acts: readonly KeptAct[];
  readonly ledger: readonly LedgerRow[];
}

/** What a report of keeping is made from. All of it was verified before. */
export interface KeptSources extends Pick<KeptReport, 'incidentId' | 'end' | 'signer' | 'keyFingerprint'> {
  /** Of the ledger of keeping, in order. */
  readonly entries: readonly SignedEntry[];
  /** By the id of a recording's ledger. */
  readonly recordings: ReadonlyMap<string, FoundRecording>;
}

const sessionOf = (
  { sequence, event }: SignedEntry['entry'],
  recordings: KeptSources['recordings'],
): readonly KeptSession[] => {
  if (event.kind === 'recording-missing') {
    const { kind: _kind, because, ...session } = event;
    return [{ ...session, entry: sequence, recording: { status: 'missing', because } }];
  }
  if (event.kind !== 'session-recorded') return [];
  const {
    kind: _kind,
    sessionId,
    region,
    instanceId,
    owner,
    document,
    startedAt,
    endedAt,
    ...recording
  } = event;
  const found = recordings.get(event.ledgerId) ?? { status: 'not-here' };
  return [
    {
      sessionId,
      region,
      instanceId,
      owner,
      document,
      startedAt,
      endedAt,
      entry: sequence,
      recording: { status: 'recorded', ...recording, found },
    },
  ];
};

type ByPerson = Extract<CustodyEvent, { readonly by: unknown }>;

/** In words of ours but for what the entry quotes; undefined for what is nobody's act. */
const wordsOf = (event: CustodyEvent): Pick<KeptAct, 'who' | 'arn' | 'what' | 'why'> | undefined => {
  if (event.kind === 'evidence-read') {
    const reads = event.reads.map(
      ({ name, subject, refused }) =>
        `${name} ${subject}${refused === undefined ? '' : ` (refused: ${refused})`}`,
    );
    const way = event.through === 'desk' ? 'by the desk' : 'past the desk';
    return { who: event.caller, what: `read ${way}: ${reads.join(', ')}` };
  }
  if (!('by' in event)) return undefined;
  return { who: event.by.name, arn: event.by.arn, what: doneBy(event), why: event.reason };
};

const doneBy = (event: ByPerson): string => {
  switch (event.kind) {
    case 'access-opened':
      return `opened the evidence until ${event.until}`;
    case 'exported':
      return `exported it for: ${event.to}`;
    case 'hold-set':
      return `put ${event.objects} objects under legal hold`;
    case 'keeping-asked':
      return `asked for ${event.what}`;
    case 'keeping-approved':
      return `approved ${event.what}`;
  }
};

/** Puts the report of keeping together. Pure. */
export const keptReport = ({ entries, recordings, ...known }: KeptSources): KeptReport => ({
  schemaVersion: 1,
  ...known,
  sessions: entries.flatMap(({ entry }) => sessionOf(entry, recordings)),
  acts: entries.flatMap(({ entry: { sequence, at, event } }) => {
    const words = wordsOf(event);
    return words === undefined ? [] : [{ entry: sequence, at, ...words }];
  }),
  ledger: entries.map(ledgerRow),
});
