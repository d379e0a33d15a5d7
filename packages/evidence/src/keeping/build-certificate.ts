import { canonicalJson } from '../canonical-json.ts';
import { sha256Hex } from '../sha256.ts';
import type { Manifest } from '../manifest.ts';
import type { AwsCall, Signer, Tool } from '../provenance.ts';
import type { SignedEntry } from '../signed-entry.ts';
import type { DisposalCertificate, Inventory } from './certificate.ts';

/** What a disposal has destroyed so far, as the keeping ledger says: by name, the call that did it where one is known. */
export const destroyedOf = (
  ledger: readonly SignedEntry[],
  approved: string,
): ReadonlyMap<string, AwsCall | undefined> => {
  const gone = new Map<string, AwsCall | undefined>();
  for (const { entry } of ledger) {
    const { event } = entry;
    if (event.kind !== 'evidence-destroyed' || event.approved !== approved) continue;
    const calls = entry.schemaVersion !== 1 && entry.calls.status === 'known' ? entry.calls.calls : [];
    // One call for each, in order, or none is known: see `evidence-destroyed` of the keeper.
    [...event.objects.map(objectName), ...event.snapshots.map(({ snapshotId }) => snapshotId)].forEach(
      (name, index) => gone.set(name, calls[index]),
    );
  }
  return gone;
};

/** By which a version of an object is told from every other. */
export const objectName = ({
  key,
  versionId,
}: {
  readonly key: string;
  readonly versionId: string;
}): string => JSON.stringify([key, versionId]);

/**
 * Writes the certificate of a disposal from the keeping ledger and what was written down before it began. Pure.
 *
 * @param ledger the whole keeping ledger, as it stands before the entry `disposed`
 * @throws Error when something of the inventory was not destroyed, or the ledger does not hold what it must
 */
export const buildCertificate = (
  ledger: readonly SignedEntry[],
  of: {
    readonly inventory: Inventory;
    readonly manifests: readonly Manifest[];
    readonly endedAt: string;
    readonly signer: Signer;
    readonly tool: Tool;
  },
): DisposalCertificate => {
  const { inventory, manifests, endedAt, signer, tool } = of;
  const gone = destroyedOf(ledger, inventory.approved);
  const left = [
    ...inventory.objects.filter((one) => !gone.has(objectName(one))).map(({ key }) => key),
    ...inventory.snapshots
      .filter(({ snapshotId }) => !gone.has(snapshotId))
      .map(({ snapshotId }) => snapshotId),
  ];
  if (left.length > 0)
    throw new Error(`${left.length} of ${inventory.incidentId} are not destroyed yet, ${left[0]} among them`);
  const approved = ledger.find(({ digest }) => digest === inventory.approved);
  const approval = approved?.entry.event;
  const asked = ledger.find(
    ({ digest }) => approval?.kind === 'keeping-approved' && digest === approval.asked,
  );
  const request = asked?.entry.event;
  const begun = ledger.find(
    ({ entry: { event } }) => event.kind === 'disposal-begun' && event.approved === inventory.approved,
  );
  const [manifest] = manifests;
  const last = ledger.at(-1);
  if (
    approved === undefined ||
    asked === undefined ||
    begun === undefined ||
    last === undefined ||
    manifest === undefined ||
    approval?.kind !== 'keeping-approved' ||
    request?.kind !== 'keeping-asked'
  )
    throw new Error(
      `the keeping ledger of ${inventory.incidentId} holds no disposal that two people approved`,
    );
  return {
    schemaVersion: 1,
    kind: 'disposal',
    incidentId: inventory.incidentId,
    account: manifest.account,
    region: manifest.region,
    instanceId: manifest.instanceId,
    ledgers: manifests.map((one) => ({
      ledgerId: one.incidentId,
      manifestSha256: sha256Hex(canonicalJson(one)),
    })),
    asked: { by: request.by, reason: request.reason, at: asked.entry.at, digest: asked.digest },
    approved: { by: approval.by, reason: approval.reason, at: approved.entry.at, digest: approved.digest },
    begunAt: begun.entry.at,
    endedAt,
    objects: inventory.objects.map((one) => ({ ...one, call: gone.get(objectName(one)) ?? null })),
    snapshots: inventory.snapshots.map((one) => ({ ...one, call: gone.get(one.snapshotId) ?? null })),
    keeping: { entries: last.entry.sequence, head: last.digest },
    signer,
    tool,
  };
};
