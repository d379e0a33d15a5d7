import { decodeSigned } from '@cordon/evidence';

/** What lies in the vault under a key, as text: of an entry what its envelope holds, of an object its own. */
export const vaultText = (key: string, body: Buffer): string =>
  key.includes('/custody/') ? JSON.stringify(decodeSigned(key, body)) : body.toString('utf8');
