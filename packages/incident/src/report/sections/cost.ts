import { PRICES } from '@cordon/evidence';
import { SNAPSHOT_PRICE_NOTED, SNAPSHOT_USD_PER_GIB_MONTH } from '../../plan/calls-of.ts';
import { DOLLARS_PER_1000_BLOCKS } from '../../plan/hash-steps.ts';
import { BLOCKS_PER_GIB } from '../../workflow/hashing-pace.ts';
import { markup, table, type Markup } from '../markup.ts';
import type { ReportDocument } from '../report-document.ts';
import { day } from '../time-words.ts';

const MONTH_MS = (365.25 / 12) * 86_400_000;
const GIB = 2 ** 30;

type Row = readonly [kind: string, cost: string, known: string];

const dollars = (amount: number): string => `USD ${amount.toFixed(2)}`;
/** So little that two decimals would be nothing. */
const few = (amount: number): string =>
  amount > 0 && amount < 0.01 ? 'less than USD 0.01' : dollars(amount);

const sum = (values: readonly unknown[]): number =>
  values.reduce<number>((all, one) => all + (typeof one === 'number' ? one : 0), 0);

const copies = ({ evidence, writtenAt }: ReportDocument): Row => {
  const held = evidence.filter(({ kind }) => kind === 'snapshot');
  const gib = sum(held.map(({ sizeGiB }) => sizeGiB));
  if (gib === 0) return ['Disk copies, locked', 'nothing', 'no disk copy is in custody'];
  const until = held
    .flatMap(({ lock }) =>
      typeof lock === 'object' && lock !== null && 'until' in lock && typeof lock.until === 'string'
        ? [lock.until]
        : [],
    )
    .toSorted()
    .at(-1);
  const monthly = gib * SNAPSHOT_USD_PER_GIB_MONTH;
  const months = until === undefined ? undefined : (Date.parse(until) - Date.parse(writtenAt)) / MONTH_MS;
  return [
    'Disk copies, locked',
    `at most ${dollars(monthly)} a month${months === undefined || until === undefined ? '' : `, ${dollars(monthly * months)} until the last lock ends on ${day(until)}`}`,
    `${held.length} copies of ${gib} GiB, as if each block were used: AWS bills only blocks that were written`,
  ];
};

const files = ({ evidence }: ReportDocument): Row => {
  const held = evidence.filter(({ kind }) => kind === 'object');
  const gib = sum(held.map(({ sizeBytes }) => sizeBytes)) / GIB;
  return [
    'Files in the vault',
    `at most ${few(gib * PRICES.objectGiBMonth)} a month`,
    `${held.length} file(s) before the report itself, in S3 Standard`,
  ];
};

/** The member's snapshot of each disk, and where it was re-encrypted a second one, from the freeze until now. */
const onTheWay = ({ told: { disks }, writtenAt }: ReportDocument): Row => {
  const gibMonths = sum(
    disks.map(({ sizeGiB, route, startedAt }) => {
      const months = Math.max(0, Date.parse(writtenAt) - Date.parse(startedAt)) / MONTH_MS;
      return sizeGiB * months * (route === 'direct' ? 1 : 2);
    }),
  );
  return disks.length === 0
    ? ['Snapshots on the way', 'nothing', 'no disk was frozen']
    : [
        'Snapshots on the way',
        `at most ${few(gibMonths * SNAPSHOT_USD_PER_GIB_MONTH)} until this was written`,
        'in the member account, as if each block were used; they are deleted once a copy is locked',
      ];
};

const hashing = ({ told: { disks } }: ReportDocument): Row => {
  const gib = sum(disks.flatMap(({ sizeGiB, blocks }) => (blocks === undefined ? [] : [sizeGiB])));
  return gib === 0
    ? ['Hashing every block', 'nothing', 'no block was hashed']
    : [
        'Hashing every block',
        `at most ${dollars((2 * gib * BLOCKS_PER_GIB * DOLLARS_PER_1000_BLOCKS) / 1_000)}`,
        'each block of source and copy read once, as if all were written; twice that where the roots differed',
      ];
};

const machine = ({ told: { examination } }: ReportDocument): Row =>
  examination?.machineId === undefined
    ? ['Forensic machine', 'nothing', 'none was started']
    : [
        'Forensic machine and its disks',
        'not known here',
        'it runs until it is ended, at the price of its type; it stands with the evidence',
      ];

/** What the incident costs, by kind: at most, where that can be said from sizes and listed prices, else that it is not known. */
export const cost = (report: ReportDocument): Markup =>
  markup`${table(
    'What the incident costs, by kind',
    ['kind', 'cost', 'how that is known'],
    [
      copies(report),
      files(report),
      onTheWay(report),
      hashing(report),
      machine(report),
      ['Transfer between Regions', 'nothing', 'every copy stays in the Region of its disk'],
      [
        'Calls, functions, workflow, keys',
        'not known here',
        'billed by use in four accounts: the bill of the month says it',
      ],
    ],
  )}<p class="muted">
      Estimates from sizes and list prices of us-east-1, without tax, as noted on ${SNAPSHOT_PRICE_NOTED}; other Regions differ.
    </p> `;
