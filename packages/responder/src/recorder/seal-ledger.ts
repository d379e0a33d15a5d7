import { buildManifest, canonicalJson, sha256Hex, vaultKeys, type ManifestSignature, type SignedEntry } from '@cordon/evidence';
import { append, readLedger } from './ledger.ts';
import type { Signer } from './signer.ts';
import type { Vault } from './vault.ts';

/**
 * Closes a ledger: manifest from its entries alone, signature, report, then the entry that names the manifest's digest;
 * nothing may follow it. Safe to run again: what an earlier try wrote stays, and a sealed ledger answers with its seal.
 */
export const sealLedger = async (
  tools: { readonly vault: Vault; readonly signer: Signer; readonly actor: string; readonly now: () => string },
  ledgerId: string,
  report: string,
): Promise<SignedEntry> => {
  const { vault, signer } = tools;
  const entries = await readLedger(vault, ledgerId, 'all');
  const last = entries.at(-1);
  if (last?.entry.event.kind === 'sealed') return last;
  const manifest = buildManifest(entries, { sealedAt: tools.now(), signer: { keyArn: signer.keyArn, keyFingerprint: signer.keyFingerprint } });
  const text = canonicalJson(manifest);
  const manifestSha256 = sha256Hex(text);
  await vault.put(vaultKeys.report(ledgerId), Buffer.from(report), 'text/markdown');
  const { written } = await vault.put(vaultKeys.manifest(ledgerId), Buffer.from(text), 'application/json');
  if (!written) {
    throw new Error(`ledger ${ledgerId} has a manifest but no seal: an earlier seal broke off; look at it, then seal under a new revision`);
  }
  const signature: ManifestSignature = { schemaVersion: 1, manifestSha256, signature: await signer.sign(text) };
  await vault.put(vaultKeys.manifestSignature(ledgerId), Buffer.from(canonicalJson(signature)), 'application/json');
  return append({ vault, signer, ledgerId }, () => ({
    incidentId: ledgerId,
    at: tools.now(),
    basis: 'observed',
    actor: tools.actor,
    event: { kind: 'sealed', manifestSha256 },
  }));
};
