import { ledgerOf, type IncidentRef } from '@cordon/incident';
import type { Services } from '../../services.ts';
import { record } from '../../store/record.ts';

/** For which incident context is kept. */
export interface Keeping {
  readonly incident: IncidentRef;
  readonly services: Services;
}

/** Puts an object of the context into the vault, as JSON: text of others stays text. */
export const keep = async ({ incident, services }: Keeping, label: string, body: object): Promise<void> => {
  const bodyBase64 = Buffer.from(JSON.stringify(body)).toString('base64');
  await record(services, {
    kind: 'deposit',
    ...ledgerOf(incident),
    label,
    contentType: 'application/json',
    bodyBase64,
  });
};

/** Says in the ledger why there is no such object, or not all of it. */
export const sayMissing = async (
  { incident, services }: Keeping,
  subject: string,
  because: string,
): Promise<void> => {
  await record(services, { kind: 'missing', ...ledgerOf(incident), subject, because });
};
