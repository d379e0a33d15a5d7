import { SNAPSHOT_USD_PER_GIB_MONTH, SNAPSHOT_PRICE_NOTED } from '../../plan/calls-of.ts';
import { code, markup, outside, table, type Markup } from '../markup.ts';
import type { ReportDocument } from '../report-document.ts';
import { day, lasting, moment } from '../time-words.ts';

const DECIDED = {
  approved: 'yes',
  refused: 'no',
  expired: 'nobody answered in time',
  drifted: 'yes, but to a plan that no longer fitted',
} as const;

/** Who decided what, when and why. */
export const people = ({ told: { decisions, plan, incident } }: ReportDocument): Markup => {
  const waiting = (plan?.steps ?? []).filter(({ gate }) => gate === 'ask' || gate === 'approve');
  if (decisions.length === 0)
    return markup`<p>
      ${
        waiting.length === 0
          ? 'Nobody was asked: the policy let everything that was done be done at once.'
          : `${waiting.length} step(s) wait for a person, and nobody has decided.`
      }
    </p> `;
  return table(
    'Decisions. Who answered is what AWS says of the signed request, not what the request says of itself.',
    ['asked', 'answer', 'by', 'when', 'why', 'for which steps'],
    decisions.map(({ round, outcome, by, at, reason, only, planHash }) => [
      String(round),
      DECIDED[outcome],
      by === undefined ? 'nobody' : markup`${outside(by.name)}<br />${code(by.arn)}`,
      markup`${moment(at)}<br /><span class="muted"
          >${lasting(Date.parse(at) - Date.parse(incident.arrivedAt))} after the arrival</span
        >`,
      reason === undefined ? 'no reason was given' : outside(reason),
      markup`${only === undefined ? 'all that waited' : outside(only.join(', '))}<br /><span class="muted"
          >plan ${code(planHash.slice(0, 16))}</span
        >`,
    ]),
  );
};

const MONTH_MS = (365.25 / 12) * 86_400_000;

/** What keeping the disks costs at most, until the first lock ends; what is not known is said. */
export const cost = ({ evidence, writtenAt }: ReportDocument): Markup => {
  const copies = evidence.filter(({ kind }) => kind === 'snapshot');
  const gib = copies.reduce((sum, { sizeGiB }) => sum + (typeof sizeGiB === 'number' ? sizeGiB : 0), 0);
  if (gib === 0)
    return markup`<p>
      Not known: no disk copy is in custody, and what files, calls and functions cost is not counted here.
    </p> `;
  const until = copies
    .flatMap(({ lock }) =>
      typeof lock === 'object' && lock !== null && 'until' in lock && typeof lock.until === 'string'
        ? [lock.until]
        : [],
    )
    .toSorted()
    .at(-1);
  const monthly = gib * SNAPSHOT_USD_PER_GIB_MONTH;
  const months = until === undefined ? undefined : (Date.parse(until) - Date.parse(writtenAt)) / MONTH_MS;
  const dollars = (amount: number): string => `USD ${amount.toFixed(2)}`;
  return markup`<p>
      Keeping the ${copies.length} disk copies costs at most <strong>${dollars(monthly)} a month</strong>${
        months === undefined || until === undefined
          ? undefined
          : `, ${dollars(monthly * months)} until the last lock ends on ${day(until)}`
      }.
    </p>
    <p class="muted">
      An estimate: ${gib} GiB, each block used, at USD ${SNAPSHOT_USD_PER_GIB_MONTH} per GiB and month, the
      list price in us-east-1 as noted on ${SNAPSHOT_PRICE_NOTED}; other Regions differ. AWS bills only blocks
      that were written. Not known here, and not counted: the forensic machine and its disks, copies on the
      way, transfer between Regions, files, keys, calls and functions.
    </p> `;
};
