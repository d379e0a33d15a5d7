import { ledgerOf, MOST_BYTES, type IncidentRef, type Part } from '@cordon/incident';
import { faultLine } from '../../aws/classify.ts';
import { instant, type Services } from '../../services.ts';
import { record } from '../../store/record.ts';

/** For which incident context is kept. */
export interface Keeping {
  readonly incident: IncidentRef;
  readonly services: Services;
}

/** Puts an object of the context into the vault, as JSON: text of others stays text. One that is too large is said to be missing. */
export const keep = async (
  { incident, services }: Keeping,
  label: string,
  body: object,
): Promise<Extract<Part, { label: string }>> => {
  const bytes = Buffer.from(JSON.stringify(body));
  if (bytes.length > MOST_BYTES) {
    await sayMissing(
      { incident, services },
      label,
      `it has ${bytes.length} bytes, and ${MOST_BYTES} can be kept`,
    );
    return { label, status: 'absent' };
  }
  await record(services, {
    kind: 'deposit',
    ...ledgerOf(incident),
    label,
    contentType: 'application/json',
    bodyBase64: bytes.toString('base64'),
  });
  return { label, status: 'kept' };
};

/** Says in the ledger why there is no such object, or not all of it. */
export const sayMissing = async (
  { incident, services }: Keeping,
  subject: string,
  because: string,
): Promise<void> => {
  await record(services, { kind: 'missing', ...ledgerOf(incident), subject, because });
};

/** Reads something and puts it into the vault with the time of reading; where it could not be read, says why. */
export const keepRead = async (
  keeping: Keeping,
  label: string,
  read: () => Promise<object>,
): Promise<Extract<Part, { label: string }>> => {
  let body: object;
  try {
    body = { readAt: instant(keeping.services), ...(await read()) };
  } catch (error) {
    await sayMissing(keeping, label, faultLine(error));
    return { label, status: 'absent' };
  }
  return keep(keeping, label, body);
};
