import { code, markup, outside, table, type Markup } from '../markup.ts';
import type { ReportDocument } from '../report-document.ts';
import { lasting, moment } from '../time-words.ts';

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
