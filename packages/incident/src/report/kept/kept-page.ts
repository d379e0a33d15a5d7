import { code, list, markup, outside, table, type Markup, type Piece } from '../markup.ts';
import { pageOf } from '../page.ts';
import { entriesTable } from '../sections/what-is-proved.ts';
import { lasting, moment } from '../time-words.ts';
import { GLOSSARY } from '../words.ts';
import type { FoundRecording, KeptReport, KeptSession } from './kept-report.ts';

const FOUND: Readonly<Record<FoundRecording['status'], string>> = {
  verified: 'it lies beside this folder, and is what the entry names',
  'not-here': 'it does not lie beside this folder',
  broken: 'what lies beside this folder is not it',
};

const recordingCell = ({ recording }: KeptSession): Piece => {
  if (recording.status === 'missing')
    return markup`<span class="mark bad">missing</span> ${outside(recording.because, 1_000)}`;
  const { ledgerId, parts, events, sizeBytes, lastAt, endsEarly, bound, found } = recording;
  return markup`<span class="mark ${found.status === 'verified' ? 'good' : found.status === 'broken' ? 'bad' : 'careful'}"
        >${endsEarly === 'yes' || bound === 'reached' ? 'in part' : 'recorded'}</span
      >
      ${events} events, ${sizeBytes} bytes in ${parts.length} part(s), the last of ${moment(lastAt)}, in ledger
      ${code(ledgerId)}: ${FOUND[found.status]}${found.because === undefined ? undefined : markup` (${outside(found.because, 300)})`}.
      ${endsEarly === 'yes' ? 'It stops long before the session ended: the stream was ended on the machine, or never whole.' : undefined}
      ${bound === 'reached' ? 'There is more than was carried: the rest is in the log group.' : undefined}`;
};

const sessions = ({ sessions: all }: KeptReport): Markup =>
  all.length === 0
    ? markup`<p>The ledger tells of no session on a forensic machine.</p>`
    : markup`${table(
        'Sessions, as AWS tells who started them. What was typed in one may be an attacker’s text and is not shown: read the parts.',
        ['entry', 'who', 'machine', 'when', 'recording', 'digest of the whole'],
        all.map((session) => [
          String(session.entry),
          markup`${outside(session.owner, 300)}<br /><span class="muted">session ${outside(session.sessionId)}</span>`,
          markup`${code(session.instanceId)}, ${code(session.region)}<br /><span class="muted">by ${outside(session.document)}</span>`,
          markup`${moment(session.startedAt)} to ${moment(session.endedAt)}<br /><span class="muted"
              >${lasting(Date.parse(session.endedAt) - Date.parse(session.startedAt))}</span
            >`,
          recordingCell(session),
          session.recording.status === 'recorded' ? code(session.recording.sha256) : 'none',
        ]),
      )}${partsTable(all)}`;

const partsTable = (all: readonly KeptSession[]): Markup | undefined => {
  const rows = all.flatMap(({ recording }) =>
    recording.status === 'recorded'
      ? recording.parts.map(({ label, sha256 }): readonly Piece[] => [
          code(recording.ledgerId),
          code(label),
          code(sha256),
        ])
      : [],
  );
  return rows.length === 0
    ? undefined
    : table(
        'Parts of recordings, in order. The digest is the SHA-256 of the file.',
        ['ledger', 'file', 'digest'],
        rows,
      );
};

const acts = ({ acts: all }: KeptReport): Markup =>
  all.length === 0
    ? markup`<p>Nobody opened, read, exported or held the evidence, as far as the ledger goes.</p>`
    : table(
        'Who did what with the evidence. Reasons are in their own words.',
        ['entry', 'when', 'who', 'what', 'why'],
        all.map(({ entry, at, who, arn, what, why }) => [
          String(entry),
          moment(at),
          markup`${outside(who, 300)}${arn === undefined ? undefined : markup`<br />${code(arn)}`}`,
          outside(what, 1_000),
          why === undefined ? 'no reason is asked for' : outside(why),
        ]),
      );

const ENDS: Readonly<Record<KeptReport['end'], string>> = {
  'not-shown':
    'Nothing shows that the ledger ends here: entries may have been cut off at its end, or came later.',
  signed:
    'No entry is missing up to the head that was signed when the evidence was handed out. What came later is not in here.',
  disposed: 'The evidence was disposed of; no entry is missing up to the signed certificate.',
};

const limits = ({ end, signer, keyFingerprint }: KeptReport): Markup =>
  list([
    ENDS[end],
    signer === 'known'
      ? markup`The folder was verified with the key ${code(keyFingerprint)}, which was told from elsewhere.`
      : markup`The folder is consistent, and names the key ${code(keyFingerprint)}; whose key that is was not compared with anything from elsewhere.`,
    'A session goes on unseen until it has ended: its recording comes into custody some quarter of an hour later. One that is going on is not in here.',
    'Whoever is root on a forensic machine can end a recording or write what was not typed. That it ends early is seen; that it was written by somebody else is not.',
    'This page is made from the ledger by a program, and is not sealed: nobody has read it.',
  ]);

const headline = (report: KeptReport): Markup => {
  const missing = report.sessions.filter(({ recording }) => recording.status === 'missing').length;
  const partly = report.sessions.filter(
    ({ recording }) =>
      recording.status === 'recorded' && (recording.endsEarly === 'yes' || recording.bound === 'reached'),
  ).length;
  const broken = report.sessions.some(
    ({ recording }) => recording.status === 'recorded' && recording.found.status === 'broken',
  );
  const opened = report.ledger.filter(({ event }) => event.kind === 'access-opened').length;
  const past = report.ledger.filter(
    ({ event }) => event.kind === 'evidence-read' && event.through === 'outside',
  ).length;
  const { length } = report.sessions;
  return markup`<header>
    <h1>What happened to the evidence of incident ${code(report.incidentId)}</h1>
    <div class="verdict ${missing > 0 || broken ? 'bad' : partly > 0 || past > 0 ? 'careful' : 'good'}">
      <p class="answer">
        ${length === 0 ? 'No session on a forensic machine' : `${length} session(s) on a forensic machine`}${missing > 0 ? `, ${missing} without a recording` : ''}${partly > 0 ? `, ${partly} recorded in part` : ''}
      </p>
      <p>
        The desk opened the evidence ${opened} time(s). ${past === 0 ? 'No read past it is told of.' : `${past} entries tell of reads past it.`}
      </p>
    </div>
  </header> `;
};

const words = markup`<dl>
  ${GLOSSARY.filter(([word]) => ['Digest', 'Ledger', 'Observed, reported', 'Sealed'].includes(word)).map(
    ([word, meaning]) =>
      markup`<dt>${word}</dt>
        <dd>${meaning}</dd> `,
  )}
</dl> `;

/** The page of what happened to an incident's evidence, in the form of its report. Pure: the same data give the same bytes. */
export const keptPage = (report: KeptReport): string =>
  pageOf({
    title: `What happened to the evidence: incident ${report.incidentId}`,
    header: headline(report),
    sections: [
      ['sessions', 'Sessions on the forensic machine', sessions(report)],
      ['people', 'Who opened, read and held it', acts(report)],
      ['limits', 'Limits of this page', limits(report)],
      [
        'ledger',
        'The ledger of keeping',
        entriesTable(
          'The ledger of keeping',
          report.ledger.map((entry) => ({ ...entry, event: { ...entry.event } })),
          'keeping',
        ),
      ],
      ['words', 'Words', words],
    ],
    footer: markup`<p>
      Made by Cordon from the folder <code>keeping</code> of an exported evidence folder, which was verified first.
    </p>`,
  });
