import { costOfMachine, machineCostWords } from '../../examination/machine-end.ts';
import { triageSentence } from '../../examination/triage.ts';
import type { Examination } from '../../workflow/steps-io.ts';
import { code, list, markup, outside, table, type Markup, type Piece } from '../markup.ts';
import type { ReportDocument, ReportItem } from '../report-document.ts';
import { moment } from '../time-words.ts';
import { triageTable } from './triage-table.ts';

const textOf = (item: ReportItem, name: string): string | undefined => {
  const value = item[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

const lockOf = (item: ReportItem): Piece => {
  const lock: unknown = item['lock'];
  if (typeof lock !== 'object' || lock === null) return markup`<span class="mark bad">not locked</span>`;
  const mode = 'mode' in lock && typeof lock.mode === 'string' ? lock.mode.toLowerCase() : 'unknown mode';
  const until = 'until' in lock && typeof lock.until === 'string' ? moment(lock.until) : 'an unknown date';
  return markup`${mode}, until ${until}`;
};

const optional = (text: string | undefined): Piece => (text === undefined ? 'not known' : code(text));

const snapshots = (items: readonly ReportItem[], report: ReportDocument): Markup =>
  table(
    'Disk copies. A snapshot has no digest of its own: the one given is that of the ledger’s entry in which the recorder saw it.',
    ['disk', 'copy', 'where', 'size', 'key', 'lock', 'digest of the entry'],
    items.map((item) => {
      const id = textOf(item, 'snapshotId');
      const { examination, memoryExamination, disks } = report.told;
      const carried = [examination, memoryExamination].flatMap((one) => one?.results?.disk ?? []);
      const disk = [...disks, ...carried].find(({ evidenceSnapshotId }) => evidenceSnapshotId === id);
      return [
        markup`${optional(textOf(item, 'volumeId'))}${disk?.holds === undefined ? undefined : ` (${disk.holds})`}`,
        optional(id),
        markup`account ${optional(textOf(item, 'account'))}, ${optional(textOf(item, 'region'))}`,
        `${textOf(item, 'sizeGiB') ?? '?'} GiB`,
        optional(textOf(item, 'keyArn')),
        lockOf(item),
        optional(textOf(item, 'digest')),
      ];
    }),
  );

const objects = (items: readonly ReportItem[]): Markup =>
  table(
    'Files. The digest is the SHA-256 of the file, as S3 computed it when the file was put there.',
    ['file', 'size', 'digest', 'lock'],
    items.map((item) => [
      code(textOf(item, 'label') ?? textOf(item, 'key') ?? 'without a name'),
      `${textOf(item, 'sizeBytes') ?? '?'} bytes`,
      optional(textOf(item, 'sha256')),
      lockOf(item),
    ]),
  );

/** A kind that this version knows no table for: all its members, by name. */
const others = (kind: string, items: readonly ReportItem[]): Markup =>
  table(
    `Evidence of the kind “${kind.replaceAll('-', ' ')}”`,
    ['no.', 'what is known of it', 'lock'],
    items.map((item, index) => [
      String(index + 1),
      markup`<ul>
        ${Object.entries(item)
          .filter(([name]) => name !== 'kind' && name !== 'lock')
          .map(
            ([name, value]) =>
              markup`<li>
                ${outside(name, 60)}: ${code(typeof value === 'string' ? value : JSON.stringify(value))}
              </li>`,
          )}
      </ul>`,
      lockOf(item),
    ]),
  );

const resultsWords = ({ results, triage }: Examination): string => {
  const { disk, because } = results ?? {};
  if (disk?.phase === 'secured')
    return `Its results are in custody as ${disk.evidenceSnapshotId ?? 'a copy of unknown id'}: ${triage?.carried?.files ?? 'an unknown number of'} file(s)${(triage?.carried?.left ?? 0) > 0 ? `, ${triage?.carried?.left ?? 0} left on the machine for want of room` : ''}.`;
  if (triage?.seal === undefined) return '';
  return `Its results stay on the machine: ${because ?? 'they were not carried out'}.`;
};

const examinationWords = (examination: Examination): string =>
  [triageSentence(examination.triage, examination.of), resultsWords(examination)].join(' ').trim();

/** What the machine costs, at most, until it is ended. */
const endWords = ({ startedAt, endsAt, hourlyUsd }: Examination): string =>
  endsAt === undefined
    ? ''
    : `It is ended at ${endsAt}, unless somebody keeps it longer: at most ${machineCostWords(costOfMachine(startedAt, endsAt, hourlyUsd))}.`;

const machine = ({ told: { examination, memoryExamination } }: ReportDocument): Markup => {
  const of = examination ?? memoryExamination;
  if (of?.machineId === undefined) return markup`<p>No forensic machine was started.</p> `;
  const attached = [examination, memoryExamination]
    .flatMap((one) => one?.volumes ?? [])
    .filter(({ attached: is }) => is);
  return markup`<p>
      Forensic machine ${code(of.machineId)}:
      ${of.phase === 'ready' ? 'ready' : `not ready (${of.phase})`}, with ${attached.length}
      volume(s), each made from a locked copy. The copies themselves are never attached to anything. ${outside(endWords(of), 500)}
    </p>
    ${list([examination, memoryExamination].flatMap((one) => (one === undefined ? [] : [outside(examinationWords(one), 2_000)])))} `;
};

/** Every piece of evidence with digest, lock and key, by kind. */
export const evidenceSection = (report: ReportDocument): Markup => {
  const { evidence } = report;
  const kinds = [...new Set(evidence.map(({ kind }) => kind))];
  const of = (kind: string) => evidence.filter((item) => item.kind === kind);
  return markup`${evidence.length === 0 ? markup`<p>No evidence is in custody.</p>` : undefined}${
    kinds.includes('snapshot') ? snapshots(of('snapshot'), report) : undefined
  }${kinds.includes('object') ? objects(of('object')) : undefined}${kinds
    .filter((kind) => kind !== 'snapshot' && kind !== 'object')
    .map((kind) => others(kind, of(kind)))}${machine(report)}${triageTable(report)}`;
};
