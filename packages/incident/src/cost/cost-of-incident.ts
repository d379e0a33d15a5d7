import { PRICES } from '@cordon/evidence';
import { costOfMachine } from '../examination/machine-end.ts';
import { SNAPSHOT_USD_PER_GIB_MONTH } from '../plan/calls-of.ts';
import { DOLLARS_PER_1000_BLOCKS } from '../plan/hash-steps.ts';
import { BLOCKS_PER_GIB } from '../workflow/hashing-pace.ts';
import type { ReportDocument } from '../report/report-document.ts';
import { day } from '../report/time-words.ts';

/**
 * List prices in US dollars in us-east-1 beside those of `PRICES`, without tax, as they were noted on 2026-11-22: those of Step Functions and of keys from stored copies of AWS's pages, those of signing and
 * of volumes from memory. https://aws.amazon.com/step-functions/pricing/, https://aws.amazon.com/kms/pricing/, https://aws.amazon.com/ebs/pricing/
 */
export const INCIDENT_PRICES = {
  notedOn: '2026-11-22',
  region: 'us-east-1',
  stateTransition: 0.025 / 1_000,
  /** One request with an asymmetric key. */
  signature: 0.15 / 10_000,
  keyMonth: 1,
  /** Of gp3. */
  volumeGiBMonth: 0.08,
} as const;

/** One kind of cost. Amounts are US dollars, and never less than what AWS charges where they are said to be at most. */
export interface CostLine {
  readonly kind: string;
  readonly bound: 'nothing' | 'at-most' | 'not-known';
  /** Paid once. */
  readonly onceUsd?: number;
  /** Paid again each month. */
  readonly monthlyUsd?: number;
  /** With `monthlyUsd`: until then, and what it is by then. */
  readonly until?: { readonly at: string; readonly usd: number };
  readonly basis: string;
}

/** What an incident costs, by kind, with the sums of what is known. */
export interface IncidentCost {
  readonly lines: readonly CostLine[];
  readonly onceUsd: number;
  readonly monthlyUsd: number;
  /** What is in no line. */
  readonly notCounted: readonly string[];
}

const MONTH_MS = (365.25 / 12) * 86_400_000;
const GIB = 2 ** 30;
/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html ; a state that is entered is left, so that each takes two at least. */
const MOST_TRANSITIONS = 25_000 / 2;
/** Manifest and last entry, which stand in the ledger after the report. */
const LATER_SIGNATURES = 4;

const sum = (values: readonly unknown[]): number =>
  values.reduce<number>((all, one) => all + (typeof one === 'number' ? one : 0), 0);
const monthsBetween = (from: string, to: string): number =>
  Math.max(0, Date.parse(to) - Date.parse(from)) / MONTH_MS;

const copies = ({ evidence, writtenAt }: ReportDocument): CostLine => {
  const kind = 'Disk copies, locked';
  const held = evidence.filter((one) => one.kind === 'snapshot');
  const gib = sum(held.map(({ sizeGiB }) => sizeGiB));
  if (gib === 0) return { kind, bound: 'nothing', basis: 'no disk copy is in custody' };
  const at = held
    .flatMap(({ lock }) =>
      typeof lock === 'object' && lock !== null && 'until' in lock && typeof lock.until === 'string'
        ? [lock.until]
        : [],
    )
    .toSorted()
    .at(-1);
  const monthlyUsd = gib * SNAPSHOT_USD_PER_GIB_MONTH;
  return {
    kind,
    bound: 'at-most',
    monthlyUsd,
    ...(at === undefined ? {} : { until: { at, usd: monthlyUsd * monthsBetween(writtenAt, at) } }),
    basis: `${held.length} copies of ${gib} GiB, as if each block were used: AWS bills only blocks that were written${at === undefined ? '' : `; the last lock ends on ${day(at)}`}`,
  };
};

const files = ({ evidence }: ReportDocument): CostLine => {
  const held = evidence.filter((one) => one.kind === 'object');
  const gib = sum(held.map(({ sizeBytes }) => sizeBytes)) / GIB;
  return {
    kind: 'Files in the vault',
    bound: 'at-most',
    monthlyUsd: gib * PRICES.objectGiBMonth,
    basis: `${held.length} file(s) before the report itself, in S3 Standard`,
  };
};

/** The member's snapshot of each disk, and where it was re-encrypted a second one, from the freeze until now. */
const onTheWay = ({ told: { disks }, writtenAt }: ReportDocument): CostLine => {
  const kind = 'Snapshots on the way';
  if (disks.length === 0) return { kind, bound: 'nothing', basis: 'no disk was frozen' };
  const gibMonths = sum(
    disks.map(
      ({ sizeGiB, route, startedAt }) =>
        sizeGiB * monthsBetween(startedAt, writtenAt) * (route === 'direct' || route === 'grant' ? 1 : 2),
    ),
  );
  const kept = disks.some((disk) => disk.kept !== undefined);
  return {
    kind,
    bound: 'at-most',
    onceUsd: gibMonths * SNAPSHOT_USD_PER_GIB_MONTH,
    basis: `in the member account until this was written, as if each block were used; they are deleted once a copy is locked${kept ? ', and those that a lock keeps there within the hour after it' : ''}`,
  };
};

const hashing = ({ told: { disks } }: ReportDocument): CostLine => {
  const kind = 'Hashing every block';
  const gib = sum(disks.flatMap(({ sizeGiB, blocks }) => (blocks === undefined ? [] : [sizeGiB])));
  return gib === 0
    ? { kind, bound: 'nothing', basis: 'no block was hashed' }
    : {
        kind,
        bound: 'at-most',
        onceUsd: (2 * gib * BLOCKS_PER_GIB * DOLLARS_PER_1000_BLOCKS) / 1_000,
        basis:
          'each block of source and copy read once, as if all were written; twice that where the roots differed',
      };
};

/** Machine and volumes until the end that is set for them: whoever keeps the machine longer pays longer. */
const machine = ({ told, evidence }: ReportDocument): readonly CostLine[] => {
  const kind = 'Forensic machine';
  const seen = [told.examination, told.memoryExamination].find((one) => one?.machineId !== undefined);
  if (seen === undefined) return [{ kind, bound: 'nothing', basis: 'none was started' }];
  const { startedAt, endsAt, hourlyUsd } = seen;
  if (endsAt === undefined)
    return [
      { kind, bound: 'not-known', basis: 'it runs until it is ended; when that is the report does not say' },
    ];
  const { hours, usd } = costOfMachine(startedAt, endsAt, hourlyUsd);
  const gib = sum(evidence.map((one) => (one.kind === 'snapshot' ? one['sizeGiB'] : 0)));
  const lasts = `${hours} hour(s), until ${day(endsAt)}, unless somebody keeps it longer`;
  return [
    usd === undefined
      ? {
          kind,
          bound: 'not-known',
          basis: `${lasts}; forensics.hourlyUsd in cordon.config.ts says what an hour costs`,
        }
      : { kind, bound: 'at-most', onceUsd: usd, basis: lasts },
    {
      kind: 'Volumes of the forensic machine',
      bound: 'at-most',
      onceUsd: gib * monthsBetween(startedAt, endsAt) * INCIDENT_PRICES.volumeGiBMonth,
      basis: `one of each disk copy, ${gib} GiB, as long as the machine; its own disk and the volume for results on top`,
    },
  ];
};

const workflow = ({ ledger, told: { disks } }: ReportDocument): readonly CostLine[] => {
  const keys = disks.filter(({ memberKeyArn }) => memberKeyArn !== undefined).length;
  return [
    {
      kind: 'Signatures of the ledger',
      bound: 'at-most',
      onceUsd: (ledger.length + LATER_SIGNATURES) * INCIDENT_PRICES.signature,
      basis: `${ledger.length} entries before the report, and those that close the ledger, a request to the custody key each`,
    },
    {
      kind: 'Workflow',
      bound: 'at-most',
      onceUsd: MOST_TRANSITIONS * INCIDENT_PRICES.stateTransition,
      basis: `one execution: its history holds 25,000 events, and so ${MOST_TRANSITIONS} states at most; child executions that hash blocks on top`,
    },
    ...(keys === 0
      ? []
      : [
          {
            kind: 'Keys made in the member',
            bound: 'at-most' as const,
            monthlyUsd: keys * INCIDENT_PRICES.keyMonth,
            basis: `${keys} key(s), until they are scheduled for deletion, which is with the copy in custody`,
          },
        ]),
  ];
};

const replacement = ({ told: { outcomes } }: ReportDocument): readonly CostLine[] =>
  outcomes.some(({ id, status }) => id.startsWith('launch-replacement') && status === 'done')
    ? [
        {
          kind: 'Replacement',
          bound: 'not-known',
          basis: 'one instance more runs, at the price of its type, until somebody ends one of the two',
        },
      ]
    : [];

const NOT_COUNTED = [
  'functions, requests to S3 and DynamoDB, logs, messages: billed by use in four accounts',
  'what a deployment pays without any incident: keys, tables, endpoints of the isolated network',
  'completion durations of copies, where evidence.copyWithinMinutes asks for them',
];

/**
 * What an incident costs, from what its own report says was done: at most, where sizes, times and list prices say it, else that it is not known.
 * Pure. One ledger: a later plan has a report, and a cost, of its own.
 */
export const costOfIncident = (report: ReportDocument): IncidentCost => {
  const lines: readonly CostLine[] = [
    copies(report),
    files(report),
    onTheWay(report),
    hashing(report),
    ...machine(report),
    ...workflow(report),
    ...replacement(report),
    {
      kind: 'Transfer between Regions',
      bound: 'nothing',
      basis: 'every copy stays in the Region of its disk',
    },
  ];
  return {
    lines,
    onceUsd: sum(lines.map(({ onceUsd }) => onceUsd)),
    monthlyUsd: sum(lines.map(({ monthlyUsd }) => monthlyUsd)),
    notCounted: NOT_COUNTED,
  };
};

const dollars = (usd: number): string =>
  usd > 0 && usd < 0.01 ? 'less than USD 0.01' : `USD ${usd.toFixed(2)}`;

/** What a line costs, in words. */
export const costWords = ({ bound, onceUsd, monthlyUsd, until }: CostLine): string => {
  if (bound === 'nothing') return 'nothing';
  if (bound === 'not-known') return 'not known here';
  const parts = [
    ...(onceUsd === undefined ? [] : [dollars(onceUsd)]),
    ...(monthlyUsd === undefined ? [] : [`${dollars(monthlyUsd)} a month`]),
    ...(until === undefined ? [] : [`${dollars(until.usd)} until the last lock ends on ${day(until.at)}`]),
  ];
  return `at most ${parts.join(', ')}`;
};

/** The sums, in words. */
export const costSumWords = ({ onceUsd, monthlyUsd }: IncidentCost): string =>
  `at most ${dollars(onceUsd)} once, and ${dollars(monthlyUsd)} a month while evidence is kept`;
