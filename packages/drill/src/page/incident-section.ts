import { REPORT_LABELS } from '@cordon/incident';
import type { ConnectionRow, EvidenceRow, IncidentRow } from '../result.ts';
import { duration, minute, table, wrapped } from './plain-text.ts';

/** How each status reads to somebody who was just woken. */
const MEANING: Readonly<Record<IncidentRow['status'], string>> = {
  contained: 'CONTAINED',
  sealed: 'CONTAINED, EVIDENCE SEALED',
  released: 'RELEASED',
  'needs-a-person': 'NEEDS A PERSON',
  refused: 'not contained: a person refused it',
  'nothing-to-contain': 'NOTHING TO CONTAIN',
};

/** One line: what became of which instance. */
export const incidentHeadline = (incident: IncidentRow): readonly string[] =>
  wrapped(
    '  ',
    `${MEANING[incident.status]}: ${incident.instanceId} in account ${incident.account}, ${incident.region}`,
  );

/** Everything that a run says of one incident. */
export const incidentSection = (incident: IncidentRow): readonly string[] => [
  ...wrapped('Incident ', incident.incidentId),
  ...incidentHeadline(incident),
  ...incident.reasons.flatMap((reason) => wrapped('    - ', reason)),
  ...times(incident),
  '',
  ...connections(incident),
  ...evidence(incident),
  ...keyCases(incident),
  ...incident.missing.flatMap(({ subject, because }) => wrapped('  MISSING ', `${subject}: ${because}`)),
  ...forensics(incident),
];

const times = ({ isolatedAfterMs, containedAfterMs }: IncidentRow): readonly string[] => [
  ...wrapped(
    '  isolated   ',
    isolatedAfterMs === undefined
      ? 'not every interface was put into an empty group'
      : `${duration(isolatedAfterMs)} after the event: the last interface in its empty group`,
  ),
  ...wrapped(
    '  contained  ',
    containedAfterMs === undefined
      ? 'containment was not read back'
      : `${duration(containedAfterMs)} after the event: read back`,
  ),
  '  (virtual time: a model with assumed latencies, not a measurement of AWS)',
];

/** Said of every contained instance, because it is what a reader would otherwise take for granted. */
export const CONTAINMENT_CAVEAT =
  'Every interface read back in the empty group, which ends no connection that was tracked before: each is cut by another step or named below.';

/** Said in its place where an interface's groups do not hold, and a rung does. */
export const HELD_BY_RUNGS =
  'What is named below did not hold when it was read back; it is closed by what the policy let be climbed to, for as long as that stays.';

const connection = (row: ConnectionRow): readonly string[] =>
  wrapped(
    '    ',
    `${row.protocol} ${row.direction === 'outbound' ? 'to' : 'from'} ${row.remote} by ${row.path}, ${row.tracked ? 'tracked' : 'not tracked'}: ` +
      (row.state === 'cut'
        ? `cut ${duration(row.cutAfterMs ?? 0)} after the event (${row.by ?? 'unknown'})`
        : 'LIVES ON'),
  );

const connections = ({ connections: rows, leftOpen }: IncidentRow): readonly string[] =>
  rows.length === 0 && leftOpen.length === 0
    ? []
    : [
        `  Connections: ${rows.filter(({ state }) => state === 'cut').length} of ${rows.length} cut`,
        ...rows.flatMap(connection),
        ...leftOpen.flatMap((sentence) => wrapped('    left open: ', sentence)),
        '',
      ];

const LOCK = { title: 'locked until UTC', most: 16 };
const DIGEST = { title: 'digest', most: 10 };

const lockOf = ({ lock }: EvidenceRow): string => (lock === undefined ? 'NOT LOCKED' : minute(lock.until));
const digestOf = ({ digest }: EvidenceRow): string => digest?.value.slice(0, 10) ?? 'none';
/** Enough of a key to compare it with the console's. */
const keyOf = ({ keyArn }: EvidenceRow): string => `..${keyArn.slice(-7)}`;

const evidence = (incident: IncidentRow): readonly string[] => {
  const snapshots = incident.evidence.filter(({ kind }) => kind === 'snapshot');
  const objects = incident.evidence.filter(({ kind }) => kind === 'object');
  if (incident.evidence.length === 0) return ['  Evidence: none in custody'];
  const page = objects.find(({ objectKey = '' }) => objectKey.endsWith(`/${REPORT_LABELS.page}`))?.objectKey;
  const modes = [...new Set(incident.evidence.flatMap(({ lock }) => lock?.mode.toLowerCase() ?? []))];
  return [
    `  Evidence: ${snapshots.length} disk(s), ${objects.length} file(s)${modes.length === 0 ? '' : `; lock mode ${modes.join(', ')}`}`,
    ...(snapshots.length === 0 ? [] : table(SNAPSHOT_COLUMNS, snapshots.map(snapshotCells))),
    ...(objects.length === 0
      ? []
      : [
          '',
          ...table(
            OBJECT_COLUMNS,
            objects.map((row) => objectCells(row, incident.incidentId)),
          ),
        ]),
    ...(page === undefined
      ? []
      : [
          '',
          ...wrapped(
            '  ',
            `report for a stranger: ${page} of the vault; with --out DIR it is DIR/${page.replace('incidents/', 'evidence/')}`,
          ),
        ]),
  ];
};

const ACCOUNT = { title: 'account', most: 12 };
const KEY = { title: 'key', most: 9 };

const SNAPSHOT_COLUMNS = [
  { title: 'volume', most: 21 },
  { title: 'snapshot', most: 22 },
  ACCOUNT,
  KEY,
  LOCK,
  DIGEST,
];
const snapshotCells = (row: EvidenceRow): readonly string[] => [
  row.volumeId ?? 'unknown',
  row.snapshotId ?? 'none',
  row.account,
  keyOf(row),
  lockOf(row),
  digestOf(row),
];

const OBJECT_COLUMNS = [{ title: 'file in the vault', most: 44 }, ACCOUNT, KEY, LOCK, DIGEST];
const objectCells = (row: EvidenceRow, incidentId: string): readonly string[] => [
  (row.objectKey ?? 'unknown').replace(`incidents/${incidentId}/`, ''),
  row.account,
  keyOf(row),
  lockOf(row),
  digestOf(row),
];

const CASE_COLUMNS = [
  { title: 'case of keys', most: 32 },
  { title: 'ways tried', most: 26 },
  { title: 'ended in', most: 24 },
  { title: 'after', most: 12 },
];

/** Every case of keys: by which ways, and in what it ended. Why there is no copy stands below, as of any volume. */
const keyCases = ({ keyCases: rows = [] }: IncidentRow): readonly string[] =>
  rows.length === 0
    ? []
    : [
        '',
        ...table(
          CASE_COLUMNS,
          rows.map(({ name, ways, snapshotId, because, endedAfterMs }) => [
            name,
            ways.join(', ') || 'none',
            snapshotId ?? (because === undefined ? 'NOTHING' : 'a stated reason'),
            endedAfterMs === undefined ? 'never' : duration(endedAfterMs),
          ]),
        ),
        '',
      ];

const forensics = ({ forensics: machine }: IncidentRow): readonly string[] =>
  machine === undefined
    ? wrapped('  Forensic machine: ', 'none')
    : wrapped(
        '  Forensic machine: ',
        `${machine.instanceId} in account ${machine.account} with ${machine.volumes.length} volume(s)${machine.volumes.length === 0 ? '' : `: ${machine.volumes.join(', ')}`}`,
      );
