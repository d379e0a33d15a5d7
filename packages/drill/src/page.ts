import type { CallRow, DrillResult } from './result.ts';
import {
  CONTAINMENT_CAVEAT,
  HELD_BY_RUNGS,
  incidentHeadline,
  incidentSection,
} from './page/incident-section.ts';
import { duration, table, wrapped } from './page/plain-text.ts';

/** What a page says that the result does not hold: it depends on how the drill was started. */
export interface PageOptions {
  /** The one line that runs this drill again. */
  readonly replay: string;
  /** Lines that verify the exported evidence, where it was exported. */
  readonly verify: readonly string[];
}

/** Findings shown one by one; more are counted. */
const FINDINGS_SHOWN = 20;

/**
 * The drill's last page, for a person: what happened, how long it took, what is in custody, what held. Plain text of at
 * most 100 columns (the lines to copy may be longer), ended by a new line. Text from findings is made harmless.
 */
export const renderPage = (result: DrillResult, options: PageOptions): string =>
  [
    ...headline(result),
    '',
    ...verdict(result),
    ...result.incidents.flatMap((incident) => ['', ...incidentSection(incident)]),
    ...serialCalls(result),
    '',
    ...invariants(result, options),
    ...remarks(
      'Not judged',
      result.notJudged.map(({ id, why }) => `${id}: ${why}`),
    ),
    ...remarks('Assumptions', result.assumptions),
    '',
    ...custody(result, options),
    '',
  ].join('\n');

/** Whether a statement says that something is closed by what was climbed to alone. */
const byRungs = ({ incidents }: DrillResult): boolean =>
  incidents.some(({ leftOpen }) => leftOpen.some((sentence) => sentence.includes('climbed to alone')));

const isolated = ({ incidents }: DrillResult): boolean =>
  incidents.some(({ containedAfterMs }) => containedAfterMs !== undefined);

const headline = (result: DrillResult): readonly string[] => {
  const broken = result.invariants.filter(({ held }) => !held).length;
  return [
    ...wrapped(
      'CORDON DRILL  ',
      `scenario ${result.scenario}, seed ${result.seed}, judged through ${result.through}`,
    ),
    ...result.incidents.flatMap((incident) => incidentHeadline(incident)),
    ...(result.incidents.length === 0 ? ['  NO INCIDENT was opened'] : []),
    ...(broken === 0
      ? [`  all ${result.invariants.length} invariants judged HELD, ${result.notJudged.length} not judged`]
      : [`  ${broken} of ${result.invariants.length} invariants BROKEN, see below`]),
    ...(isolated(result) ? wrapped('  ', byRungs(result) ? HELD_BY_RUNGS : CONTAINMENT_CAVEAT) : []),
    '  This ran in an organization on this machine; Cordon was never run against real AWS.',
  ];
};

const verdict = ({ verdict: { decision, reasons }, findings }: DrillResult): readonly string[] => [
  `Verdict: ${decision}`,
  ...reasons.flatMap((reason) => wrapped('  - ', reason)),
  '',
  `Findings: ${findings.length}`,
  ...findings
    .slice(0, FINDINGS_SHOWN)
    .flatMap(({ id, disposition, reasons: why }) =>
      wrapped('  ', `${id}: ${disposition}${why.length === 0 ? '' : ` (${why.join('; ')})`}`),
    ),
  ...(findings.length > FINDINGS_SHOWN
    ? [`  and ${findings.length - FINDINGS_SHOWN} more: --json lists them all`]
    : []),
];

const serialCalls = ({ calls: { total, serial, serialBeforeIsolation } }: DrillResult): readonly string[] => {
  if (serialBeforeIsolation === undefined) return ['', `AWS calls: ${total}`];
  return [
    '',
    `AWS calls: ${total}, of them one after the other before the last interface was isolated: ${serialBeforeIsolation}`,
    ...table(CALL_COLUMNS, serial.map(callCells)),
  ];
};

const CALL_COLUMNS = [
  { title: 'sent after', most: 12 },
  { title: 'call', most: 40 },
  { title: 'region', most: 14 },
  { title: 'by', most: 26 },
];

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>` is shown as its role. */
const roleOf = (caller: string): string => caller.split('/')[1] ?? caller;

const callCells = ({
  sentAfterMs,
  service,
  operation,
  outcome,
  region,
  caller,
}: CallRow): readonly string[] => [
  duration(sentAfterMs),
  `${service} ${operation}${outcome === 'ok' ? '' : ` (${outcome})`}`,
  region,
  roleOf(caller),
];

const invariants = ({ invariants: judged }: DrillResult, { replay }: PageOptions): readonly string[] => {
  const broken = judged.filter(({ held }) => !held);
  const held = judged.filter((one) => one.held);
  return [
    `Invariants: ${held.length} held, ${broken.length} broken`,
    ...broken.flatMap(({ id, detail }) => wrapped('  BROKEN ', `${id}: ${detail}`)),
    ...held.flatMap(({ id, detail }) => wrapped('  held   ', `${id}: ${detail}`)),
    ...(broken.length === 0 ? [] : ['', 'Run it again:', `  ${replay}`]),
  ];
};

const remarks = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.flatMap((line) => wrapped('  - ', line))];

const custody = ({ custody: ledger }: DrillResult, { verify }: PageOptions): readonly string[] => [
  ...wrapped('Ledger key fingerprint: ', ledger?.keyFingerprint ?? 'none, no ledger was closed'),
  ...(verify.length > 0
    ? ['Verify the exported evidence, offline:', ...verify.map((line) => `  ${line}`)]
    : ledger === undefined
      ? []
      : [
          'Export and verify the evidence, offline: run this again with --out DIR, then',
          `  pnpm cordon evidence verify DIR/evidence/INCIDENT --key-fingerprint ${ledger.keyFingerprint}`,
        ]),
];
