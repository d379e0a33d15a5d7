import { incidentReport, judgeIncident, ledgerOf, type SealInput, type SealOutput } from '@cordon/incident';
import { instant, type Services } from '../services.ts';
import { saveStatus } from '../store/incident-table.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';

/**
 * Closes the incident's ledger: what is missing is stated, each outcome recorded as reported, then manifest and report
 * are written and signed by the recorder. Safe to run again: a sealed ledger answers with its seal.
 */
export const seal = async (input: SealInput, services: Services): Promise<SealOutput> => {
  const { incident } = input;
  const ledger = ledgerOf(incident);
  const judged = judgeIncident(input);
  const steps = input.outcomes.map(({ id, status, at, detail }) => ({ step: id, outcome: status, detail: { at, detail } }));
  if (steps.length > 0) await record(services, { kind: 'steps', ...ledger, steps });
  for (const { subject, because } of judged.missing) await record(services, { kind: 'missing', ...ledger, subject, because });
  await record(services, { kind: 'seal', ...ledger, report: incidentReport(input, judged, instant(services)) });
  await saveStatus(services, incident.incidentId, judged.status);
  await tell(services, {
    kind: judged.status === 'needs-a-person' ? 'needs-a-person' : 'incident-sealed',
    ...about(incident),
    reasons: [...judged.reasons],
  });
  return { status: judged.status, reasons: [...judged.reasons] };
};
