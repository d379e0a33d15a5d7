import { BLOCKS_PREFIX } from './blocks/block-manifest.ts';
import { STRETCHES_PREFIX } from './blocks/block-stretch.ts';
import { IncidentId } from './identifiers.ts';

/** Below these lie digests of blocks, and nothing that was read. */
const DIGESTS = [BLOCKS_PREFIX, STRETCHES_PREFIX];

/** The ledger that a key of the vault is of: `incidents/<ledger>/...`. Undefined where it is of none, or names no whole folder. */
export const ledgerOfKey = (key: string): string | undefined => {
  const [root, ledger, rest] = key.split('/', 3);
  return root === 'incidents' && rest !== undefined && IncidentId.safeParse(ledger).success
    ? ledger
    : undefined;
};

/** What follows `objects/` in a key. */
const labelIn = (key: string): string | undefined => /^incidents\/[^/]+\/objects\/(.+)$/s.exec(key)?.[1];

/**
 * Whether an object of the vault holds contents: what a host held or said, and what logs, services and people said about it, the report that
 * quotes them among it. It is all that is deposited, but for digests of blocks. What is no object of a ledger makes custody (entries,
 * manifests, signatures, heads, inventories, certificates, marks): ids, names, times, digests, and plain sentences of ours. Pure.
 *
 * @param key an object's whole key
 */
export const isContentKey = (key: string): boolean => {
  const label = labelIn(key);
  return label !== undefined && !DIGESTS.some((prefix) => label.startsWith(prefix));
};

/**
 * Whether keys of contents may begin with this. Pure.
 *
 * @param prefix what keys are listed by: `incidents/inc-1`, `incidents/inc-1/`, `incidents/inc-1/objects/`
 */
export const mayHoldContents = (prefix: string): boolean => {
  const [root, _ledger, folder] = prefix.split('/', 3);
  if (root !== 'incidents') return false;
  return folder === undefined || folder === '' || (folder === 'objects' && !isDigestsPrefix(prefix));
};

const isDigestsPrefix = (prefix: string): boolean => labelIn(prefix) !== undefined && !isContentKey(prefix);
