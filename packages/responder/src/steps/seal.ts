import {
  judgeIncident,
  ledgerOf,
  sinceArrivalLine,
  type PhaseEvent,
  type SealInput,
  type SealOutput,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { LEDGER_SEALED } from '../recorder/ledger-sealed.ts';
import type { Services } from '../services.ts';
import { saveStatus } from '../store/incident-table.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';

/**
 * Closes the incident's ledger: what is missing is stated, each outcome recorded as reported, then the recorder makes the
 * report, the manifest that covers it, and signs. Safe to run again: a sealed ledger answers with its seal.
 */
export const seal = async (input: SealInput, services: Services): Promise<SealOutput> => {
  const { incident } = input;
  const ledger = ledgerOf(incident);
  const judged = judgeIncident(input);
  const steps = [
    ...input.decisions.map(({ round, outcome, planHash, at, by, reason }) => ({
      step: `decision ${round}`,
      outcome: 'done' as const,
      detail: { at, outcome, planHash, by: by?.arn ?? 'nobody', ...(reason === undefined ? {} : { reason }) },
    })),
    ...input.outcomes.map(({ id, status, at, detail, on: _on, ...told }) => ({
      step: id,
      outcome: status,
      detail: { at, detail },
      ...told,
    })),
  ];
  await unlessSealed(async () => {
    if (steps.length > 0) await record(services, { kind: 'steps', ...ledger, steps });
    for (const { subject, because } of judged.missing)
      await record(services, { kind: 'missing', ...ledger, subject, because });
  });
  await record(services, { kind: 'seal', ...ledger, told: input });
  services.log(sinceArrivalLine('SecondsToSealed', incident, services.now()));
  await saveStatus(services, incident.incidentId, judged.status);
  await tell(services, {
    kind: LAST_WORD[judged.status],
    ...about(incident),
    reasons: [...judged.reasons],
  });
  return { status: judged.status, reasons: [...judged.reasons] };
};

const LAST_WORD = {
  'needs-a-person': 'needs-a-person',
  refused: 'containment-refused',
  sealed: 'incident-sealed',
  contained: 'incident-sealed',
  'nothing-to-contain': 'incident-sealed',
} as const satisfies Readonly<Record<SealOutput['status'], PhaseEvent['kind']>>;

/** A ledger that an earlier try of this step has closed holds all that this one would write. */
const unlessSealed = async (write: () => Promise<void>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    if (faultCode(error) !== LEDGER_SEALED) throw error;
  }
};
