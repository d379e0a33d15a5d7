import { costOfIncident, costSumWords, costWords, INCIDENT_PRICES } from '../../cost/cost-of-incident.ts';
import { SNAPSHOT_PRICE_NOTED } from '../../plan/calls-of.ts';
import { markup, table, type Markup } from '../markup.ts';
import type { ReportDocument } from '../report-document.ts';

/** What the incident costs, by kind: at most, where that can be said from sizes and listed prices, else that it is not known. */
export const cost = (report: ReportDocument): Markup => {
  const all = costOfIncident(report);
  return markup`${table(
    'What the incident costs, by kind',
    ['kind', 'cost', 'how that is known'],
    all.lines.map((line) => [line.kind, costWords(line), line.basis]),
  )}<p>Of what is known: ${costSumWords(all)}.</p>
    <p class="muted">
      Estimates from sizes and list prices of ${INCIDENT_PRICES.region}, without tax, as noted on ${SNAPSHOT_PRICE_NOTED} and ${INCIDENT_PRICES.notedOn}; other Regions differ.
      Not counted: ${all.notCounted.join('; ')}.
    </p> `;
};
