import { code, markup, outside, table, type Markup, type Piece } from '../markup.ts';
import type { ReportDocument, ReportEntry } from '../report-document.ts';
import { moment } from '../time-words.ts';

/** An entry as a reader finds it again: its number and the beginning of its digest. */
const entryRef = ({ sequence, digest }: ReportEntry): Markup =>
  markup`entry ${sequence}, ${code(digest.slice(0, 16))}`;

/** The last entry that says what became of a step. */
const stepEntry = ({ ledger }: ReportDocument, step: string): ReportEntry | undefined =>
  ledger.findLast(({ event }) => event.kind === 'step-reported' && event['step'] === step);

const NOWHERE = 'no entry';

const containmentRow = (report: ReportDocument): readonly Piece[] | undefined => {
  const { verification } = report.told;
  if (verification?.status !== 'contained') return undefined;
  const entry = stepEntry(report, 'verify-containment');
  const held = verification.heldByRungs ?? [];
  return [
    held.length === 0
      ? 'The machine was cut off: every network interface, public address, its profile and its old credentials were read back, and none was open.'
      : markup`The machine was cut off by wider cuts alone: ${outside(held.join('; '))}.`,
    'another role of the responder read it back',
    entry === undefined ? NOWHERE : entryRef(entry),
  ];
};

/** Flow logs that show nothing accepted; a look that showed nothing is among what is missing. */
export const flowLogs = ({
  told,
}: ReportDocument): { readonly proved: boolean; readonly detail: string } | undefined => {
  const outcome = told.outcomes.findLast(({ id }) => id === 'prove-containment');
  if (outcome === undefined) return undefined;
  return {
    proved: outcome.status === 'done' && !outcome.detail.startsWith('it is not proved'),
    detail: outcome.detail,
  };
};

const flowLogRow = (report: ReportDocument): readonly Piece[] | undefined => {
  const logs = flowLogs(report);
  if (logs === undefined || !logs.proved) return undefined;
  const entry = stepEntry(report, 'prove-containment');
  return [
    markup`Packets did not pass: ${outside(logs.detail, 1_000)}`,
    'the network’s flow logs, which the member account keeps',
    entry === undefined ? NOWHERE : entryRef(entry),
  ];
};

const countRow = (
  { ledger }: ReportDocument,
  kind: string,
  claim: (count: number) => string,
): readonly Piece[] | undefined => {
  const entries = ledger.filter(({ event, basis }) => event.kind === kind && basis === 'observed');
  const subjects = new Set(entries.map(({ event }) => event['snapshotId'] ?? event['label']));
  return entries.length === 0
    ? undefined
    : [
        claim(subjects.size),
        'the recorder, which looked at AWS itself',
        `entries ${entries.map(({ sequence }) => sequence).join(', ')}`,
      ];
};

const ledgerRow = ({ ledger }: ReportDocument): readonly Piece[] | undefined => {
  const last = ledger.at(-1);
  return last === undefined
    ? undefined
    : [
        `The ledger has ${ledger.length} entries before this report, each signed, each naming the digest of the one before. The report, the list of all evidence and the seal follow.`,
        'anybody, with the folder and the recorder’s public key',
        entryRef(last),
      ];
};

/** What the evidence shows, who saw it, and where it stands. Only what holds is listed. */
export const whatIsProved = (report: ReportDocument): Markup => {
  const rows = [
    containmentRow(report),
    flowLogRow(report),
    countRow(
      report,
      'snapshot-secured',
      (count) =>
        `${count} disk copies are complete, encrypted with a key of the evidence account, and locked.`,
    ),
    countRow(
      report,
      'snapshot-shared',
      (count) => `${count} disk copies can be read by the forensic account and by no other.`,
    ),
    countRow(
      report,
      'object-deposited',
      (count) => `${count} files are in the evidence store with the digests below, and locked.`,
    ),
    ledgerRow(report),
  ].filter((row) => row !== undefined);
  return rows.length === 0
    ? markup`<p>Nothing is proved: no entry of the ledger says that something was seen.</p> `
    : markup`${table('What is proved', ['what holds', 'who saw it', 'where it stands in the ledger'], rows)}
        <p>
          To check it without trusting this page:
          <code>cordon evidence verify FOLDER --key-fingerprint F</code>, on any machine, without network. It
          looks at every signature and every digest, those of this page included.
        </p> `;
};

/** All entries before the report, one line each; entries that only repeat the responder’s word are short. */
export const ledgerTable = ({ ledger }: ReportDocument): Markup =>
  entriesTable('The ledger, before this report was put into it', ledger, 'custody');

/** Entries of a ledger, one line each, and in which folder of an export those are that found no room. */
export const entriesTable = (
  caption: string,
  ledger: readonly ReportEntry[],
  folder: 'custody' | 'keeping',
): Markup => {
  const shown = ledger.slice(0, 400);
  return markup`${table(
    caption,
    ['entry', 'written', 'how it is known', 'what', 'digest'],
    shown.map(({ sequence, at, basis, event, digest }) => [
      String(sequence),
      moment(at),
      basis,
      eventCell(event),
      code(digest.slice(0, 16)),
    ]),
  )}${ledger.length > shown.length ? markup`<p class="muted">and ${ledger.length - shown.length} more, in the folder <code>${folder}</code>.</p>` : undefined}`;
};

/**
 * Whatever an entry tells, in its own words: kinds that this version does not know are shown as well. What a step said of itself is left
 * out, for it stands in the tables of the steps.
 */
const eventCell = ({ kind, detail: _said, ...members }: ReportEntry['event']): Piece =>
  markup`<strong>${kind.replaceAll('-', ' ')}</strong> ${Object.entries(members)
    .slice(0, 20)
    .map(
      ([name, value], index) =>
        markup`${index === 0 ? '' : ', '}<span class="muted">${outside(name, 60)}</span>
            ${outside(typeof value === 'string' ? value : JSON.stringify(value), 240)}`,
    )}`;
