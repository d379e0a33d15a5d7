import {
  buildManifest,
  canonicalJson,
  sha256Hex,
  vaultKeys,
  type ManifestSignature,
  type SignedEntry,
} from '@cordon/evidence';
import { append, readLedger } from './ledger.ts';
import type { Signer } from './signer.ts';
import type { Vault } from './vault.ts';

/** Writers that may still be at work when a ledger is closed: each can be faster than the seal a few times at most. */
const TRIES = 20;

/** What writes and signs. */
export interface Tools {
  readonly vault: Vault;
  readonly signer: Signer;
  readonly actor: string;
  readonly now: () => string;
}

/**
 * Closes a ledger: the entry that names the manifest's digest, then the manifest itself and its signature.
 *
 *     sealed entry (written once, chained: nothing can slip in before it, nothing may follow it) -> manifest -> signature
 *
 * The manifest follows from the entries and the seal's own time, so whoever finds a seal without its manifest writes the
 * same bytes. Safe to run again, and twice at once: what an earlier try wrote stays.
 */
export const sealLedger = async (tools: Tools, ledgerId: string): Promise<SignedEntry> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const entries = await readLedger(tools.vault, ledgerId, 'all');
    const last = entries.at(-1);
    const before = last?.entry.event.kind === 'sealed' ? entries.slice(0, -1) : entries;
    const seal = before.length < entries.length ? last : await appendSeal(tools, ledgerId, entries);
    if (seal === undefined) continue;
    await writeManifest(tools, before, seal);
    return seal;
  }
  throw new Error(`ledger ${ledgerId} grew ${TRIES} times while it was to be sealed; redrive the seal`);
};

const manifestText = ({ signer }: Tools, entries: readonly SignedEntry[], sealedAt: string): string =>
  canonicalJson(
    buildManifest(entries, {
      sealedAt,
      signer: { keyArn: signer.keyArn, keyFingerprint: signer.keyFingerprint },
    }),
  );

/** The seal, or undefined when somebody wrote an entry since `entries` were read, and the manifest must be made anew. */
const appendSeal = async (
  tools: Tools,
  ledgerId: string,
  entries: readonly SignedEntry[],
): Promise<SignedEntry | undefined> => {
  const { vault, signer, actor, now } = tools;
  const at = now();
  const known = entries.at(-1);
  const manifestSha256 = sha256Hex(manifestText(tools, entries, at));
  return append({ vault, signer, ledgerId, known }, (last) =>
    last?.digest === known?.digest
      ? {
          incidentId: ledgerId,
          at,
          basis: 'observed',
          actor,
          event: { kind: 'sealed', manifestSha256 },
          calls: {
            status: 'none',
            because: 'the seal rests on the entries before it, which the manifest counts',
          },
        }
      : undefined,
  );
};

const writeManifest = async (
  tools: Tools,
  entries: readonly SignedEntry[],
  { entry }: SignedEntry,
): Promise<void> => {
  const { vault, signer } = tools;
  const { incidentId: ledgerId, event, at } = entry;
  const text = manifestText(tools, entries, at);
  const manifestSha256 = sha256Hex(text);
  if (event.kind !== 'sealed' || event.manifestSha256 !== manifestSha256) {
    throw new Error(
      `ledger ${ledgerId} is sealed over another manifest than its entries give (${manifestSha256}); verify it offline before anything else`,
    );
  }
  const signature: ManifestSignature = {
    schemaVersion: 1,
    manifestSha256,
    signature: await signer.sign(text),
  };
  await vault.put(vaultKeys.manifest(ledgerId), Buffer.from(text), 'application/json');
  await vault.put(
    vaultKeys.manifestSignature(ledgerId),
    Buffer.from(canonicalJson(signature)),
    'application/json',
  );
};
