import { createECDH } from 'node:crypto';
import { exportPaths, vaultKeys } from '@cordon/evidence';
import { KEY_ALIASES } from '@cordon/incident';
import type { Key } from '@cordon/local-aws';
import { evidenceKey, folderOf } from './custody.ts';
import type { Remains } from './remains.ts';

/** SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point. https://www.rfc-editor.org/rfc/rfc5480 */
const SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/** What KMS GetPublicKey gives for a signing key: DER. Throws for a key that cannot sign. */
export const publicKeyDer = (key: Key): Uint8Array => {
  if (key.privateKey === undefined)
    throw new Error(`key ${key.arn} is ${key.spec}, want ECC_NIST_P256: it signs nothing`);
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(key.privateKey);
  return Buffer.concat([SPKI_PREFIX, pair.getPublicKey()]);
};

/**
 * The folder that `cordon evidence verify` takes: everything below the ledger's prefix in the vault, and the recorder's public key. Reads state alone; empty but for the key when nothing was written.
 *
 * @param ledgerId the incident's id, or `<incident>-r<n>` for the ledger of a later plan
 * @returns bytes by relative path
 */
export const exportIncident = (remains: Remains, ledgerId: string): Map<string, Uint8Array> => {
  const prefix = vaultKeys.prefix(ledgerId);
  const files = [...folderOf(remains, ledgerId)];
  const key = evidenceKey(remains, remains.homeRegion, KEY_ALIASES.custody);
  return new Map<string, Uint8Array>([
    ...files.map(([name, { body }]) => [name.slice(prefix.length), body] as const),
    ...(key === undefined ? [] : [[exportPaths.publicKey, publicKeyDer(key)] as const]),
  ]);
};
