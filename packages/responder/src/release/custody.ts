import { ledgerOf, type IncidentRef, type ReleaseOutcome, type ReleasePlan } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { LEDGER_SEALED } from '../recorder/ledger-sealed.ts';
import type { Services } from '../services.ts';
import { record } from '../store/record.ts';
import type { ApprovedRelease } from '../store/release-table.ts';

/** The ledger of an incident's release: its own one is sealed, and nothing may follow a seal. */
const releaseLedger = (incident: IncidentRef) => ({
  ...ledgerOf({ ...incident, revision: 0 }),
  ledgerId: `${incident.incidentId}-release`,
});

const unlessSealed = async (write: () => Promise<unknown>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    if (faultCode(error) !== LEDGER_SEALED) throw error;
  }
};

/** Custody of who wants what lifted and why, with the whole plan as they saw it, before anything is lifted. */
export const recordApproval = async (
  services: Services,
  incident: IncidentRef,
  approved: ApprovedRelease,
): Promise<void> => {
  const ledger = releaseLedger(incident);
  await unlessSealed(() =>
    record(services, {
      kind: 'deposit',
      ...ledger,
      label: `release-plan-${approved.plan.hash.slice(0, 16)}.json`,
      contentType: 'application/json',
      bodyBase64: Buffer.from(JSON.stringify(approved)).toString('base64'),
    }),
  );
};

/** Custody of what became of each step. */
export const recordOutcomes = async (
  services: Services,
  incident: IncidentRef,
  outcomes: readonly ReleaseOutcome[],
): Promise<void> => {
  if (outcomes.length === 0) return;
  await unlessSealed(() =>
    record(services, {
      kind: 'steps',
      ...releaseLedger(incident),
      steps: outcomes.map(({ id, status, at, detail, ...told }) => ({
        step: `release:${id}`.slice(0, 300),
        outcome: status,
        detail: { at, detail },
        ...told,
      })),
    }),
  );
};

/** Closes the release's ledger with how the instance was left, as data. Safe to repeat: a sealed ledger answers with its seal. */
export const sealRelease = async (
  services: Services,
  incident: IncidentRef,
  plan: ReleasePlan,
): Promise<void> => {
  const ledger = releaseLedger(incident);
  await unlessSealed(() =>
    record(services, {
      kind: 'deposit',
      ...ledger,
      label: 'release-end.json',
      contentType: 'application/json',
      bodyBase64: Buffer.from(JSON.stringify(plan)).toString('base64'),
    }),
  );
  await record(services, { kind: 'seal', ...ledger });
};
