import {
  buildManifest,
  canonicalJson,
  Manifest,
  sha256Hex,
  vaultKeys,
  type ManifestSignature,
  type SignedEntry,
} from '@cordon/evidence';
import { append, readLedger } from './ledger.ts';
import type { Signer } from './signer.ts';
import type { Vault } from './vault.ts';

/**
 * Closes a ledger: manifest from its entries alone, signature, report, then the entry that names the manifest's digest;
 * nothing may follow it. Safe to run again: what an earlier try wrote stays, and a sealed ledger answers with its seal.
 */
export const sealLedger = async (
  tools: {
    readonly vault: Vault;
    readonly signer: Signer;
    readonly actor: string;
    readonly now: () => string;
  },
  ledgerId: string,
  report: string,
): Promise<SignedEntry> => {
  const { vault, signer } = tools;
  const entries = await readLedger(vault, ledgerId, 'all');
  const last = entries.at(-1);
  if (last?.entry.event.kind === 'sealed') return last;
  const write = (sealedAt: string): string =>
    canonicalJson(
      buildManifest(entries, {
        sealedAt,
        signer: { keyArn: signer.keyArn, keyFingerprint: signer.keyFingerprint },
      }),
    );
  const draft = write(tools.now());
  await vault.put(vaultKeys.report(ledgerId), Buffer.from(report), 'text/markdown');
  const { written } = await vault.put(vaultKeys.manifest(ledgerId), Buffer.from(draft), 'application/json');
  const text = written ? draft : await earlierManifest(vault, ledgerId, write);
  const manifestSha256 = sha256Hex(text);
  const signature: ManifestSignature = {
    schemaVersion: 1,
    manifestSha256,
    signature: await signer.sign(text),
  };
  await vault.put(
    vaultKeys.manifestSignature(ledgerId),
    Buffer.from(canonicalJson(signature)),
    'application/json',
  );
  return append({ vault, signer, ledgerId }, () => ({
    incidentId: ledgerId,
    at: tools.now(),
    basis: 'observed',
    actor: tools.actor,
    event: { kind: 'sealed', manifestSha256 },
  }));
};

/**
 * The manifest that an earlier try wrote before it broke off. It is ours to go on from when it says of the ledger exactly
 * what is there now; only its time is its own. Throws when the ledger has grown since.
 */
const earlierManifest = async (
  vault: Vault,
  ledgerId: string,
  write: (sealedAt: string) => string,
): Promise<string> => {
  const text = Buffer.from(await vault.get(vaultKeys.manifest(ledgerId))).toString('utf8');
  if (write(Manifest.parse(JSON.parse(text)).sealedAt) !== text) {
    throw new Error(
      `ledger ${ledgerId} has a manifest that is not of its entries: it grew after an earlier seal broke off; look at it, then seal under a new revision`,
    );
  }
  return text;
};
