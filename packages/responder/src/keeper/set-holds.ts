import { incidentOf, vaultKeys } from '@cordon/evidence';
import type { Vault } from '../recorder/vault.ts';

/** Requests at once: S3 takes some thousands a second for a prefix, and a Lambda function has few sockets. */
const AT_ONCE = 20;

/** Does some work for each of some things, `AT_ONCE` at a time, and gives what came of each, in order. */
export const forEach = async <Thing, Given>(
  things: readonly Thing[],
  work: (thing: Thing) => Promise<Given>,
): Promise<readonly Given[]> => {
  const given: Given[] = [];
  for (let from = 0; from < things.length; from += AT_ONCE)
    given.push(...(await Promise.all(things.slice(from, from + AT_ONCE).map(work))));
  return given;
};

/**
 * Puts every object of an incident under legal hold, or takes it off: its own ledger's, and those of later plans and of its release. Not
 * those of the keeping ledger: it is written on while evidence is kept. Safe to repeat.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-legal-holds
 *
 * @returns how many objects it was set on
 */
export const setHolds = async (vault: Vault, incident: string, status: 'ON' | 'OFF'): Promise<number> => {
  const keys = await objectsOf(vault, incident);
  await forEach(keys, (key) => vault.hold(key, status));
  return keys.length;
};

/** Every object of an incident, those of its keeping ledger left out. */
export const objectsOf = async (vault: Vault, incident: string): Promise<readonly string[]> =>
  (await vault.list(`incidents/${incident}`)).filter((key) => incidentOf(ledgerIn(key)) === incident);

const ledgerIn = (key: string): string => key.split('/')[1] ?? '';

/** The ledgers that an incident has in the vault: its own, those of later plans, that of its release. Not that of its keeping. */
export const ledgersOf = async (vault: Vault, incident: string): Promise<readonly string[]> =>
  (await vault.folders(`incidents/${incident}`)).map(ledgerIn).filter((id) => incidentOf(id) === incident);

/** Whether a ledger is sealed to its end: the signature of the manifest is what is written last. */
export const isSealed = async (vault: Vault, ledgerId: string): Promise<boolean> => {
  const key = vaultKeys.manifestSignature(ledgerId);
  return (await vault.list(key)).includes(key);
};
