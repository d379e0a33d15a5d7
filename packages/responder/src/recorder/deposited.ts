import { Sha256, type CustodyEvent } from '@cordon/evidence';
import type { Vault } from './vault.ts';

/** What lies in the vault under a key, as the ledger tells of it. */
export const deposited = async (
  vault: Vault,
  key: string,
  label: string,
): Promise<Extract<CustodyEvent, { kind: 'object-deposited' }>> => {
  const { versionId, sha256, sizeBytes, mode, retainUntil, bucket } = await vault.head(key);
  return {
    kind: 'object-deposited',
    key,
    versionId,
    sha256: Sha256.parse(sha256),
    sizeBytes,
    mode,
    retainUntil,
    label,
    ...(bucket === undefined ? {} : { bucket }),
  };
};
