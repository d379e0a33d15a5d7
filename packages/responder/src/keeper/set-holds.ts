import type { Vault } from '../recorder/vault.ts';

/** Requests at once: S3 takes some thousands a second for a prefix, and a Lambda function has few sockets. */
const AT_ONCE = 20;

/**
 * Puts every object of an incident under legal hold, or takes it off: its own ledger's, and those of later plans and of its release. Not
 * those of the keeping ledger: it is written on while evidence is kept. Safe to repeat.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-legal-holds
 *
 * @returns how many objects it was set on
 */
export const setHolds = async (vault: Vault, incident: string, status: 'ON' | 'OFF'): Promise<number> => {
  const keys = (await vault.list(`incidents/${incident}`)).filter((key) => isOfIncident(key, incident));
  for (let from = 0; from < keys.length; from += AT_ONCE)
    await Promise.all(keys.slice(from, from + AT_ONCE).map((key) => vault.hold(key, status)));
  return keys.length;
};

const isOfIncident = (key: string, incident: string): boolean => {
  const [, ledgerId = ''] = key.split('/');
  return ledgerId === incident || /^-(r\d+|release)$/.test(ledgerId.slice(incident.length));
};
