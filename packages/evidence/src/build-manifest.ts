import { digestOf } from './custody-entry.ts';
import type { CustodyEntry } from './custody-entry.ts';
import type { CustodyEvent } from './custody-event.ts';
import { Manifest } from './manifest.ts';
import type { EvidenceItem, MissingEvidence } from './manifest.ts';
import type { Signer } from './provenance.ts';
import type { SignedEntry } from './signed-entry.ts';

/** What a ledger's entries prove, in the order of their first appearance. */
export type DerivedEvidence = {
  readonly items: readonly EvidenceItem[];
  readonly missing: readonly MissingEvidence[];
};

/**
 * Writes the manifest of an incident from its ledger alone.
 *
 * @param entries the whole ledger in order, as it stands before the `sealed` entry
 * @param seal when the ledger is closed, and the key that will sign the manifest
 * @throws Error when the ledger is empty, does not begin with `incident-opened`, or is sealed already
 */
export const buildManifest = (
  entries: readonly SignedEntry[],
  seal: { readonly sealedAt: string; readonly signer: Signer },
): Manifest => {
  const ledger = entries.map(({ entry }) => entry);
  const [first] = ledger;
  const last = ledger.at(-1);
  if (first === undefined || last === undefined || first.event.kind !== 'incident-opened')
    throw new Error(
      `cannot build a manifest: got a ledger of ${entries.length} entries beginning with ` +
        `${first?.event.kind ?? 'nothing'}, wanted the whole ledger from incident-opened on; read it from entry 1`,
    );
  if (ledger.some(({ event }) => event.kind === 'sealed'))
    throw new Error(
      `cannot build a manifest: incident ${first.incidentId} is sealed already; read its manifest`,
    );
  const { account, region, instanceId } = first.event;
  return Manifest.parse({
    schemaVersion: 1,
    incidentId: first.incidentId,
    account,
    region,
    instanceId,
    sealedAt: seal.sealedAt,
    ...retentionOf(ledger),
    ...deriveEvidence(ledger),
    custody: { entries: ledger.length, head: digestOf(last) },
    signer: seal.signer,
  });
};

/** How long all of it is kept, where an entry says so: the longest that any says. */
export const retentionOf = (ledger: readonly CustodyEntry[]): Pick<Manifest, 'retention'> => {
  const said = ledger.flatMap(({ event }) => (event.kind === 'retention-set' ? [event] : []));
  const longest = said.toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))[0];
  return longest === undefined ? {} : { retention: { days: longest.days, until: longest.until } };
};

/**
 * The items and gaps that a ledger proves. Only what the recorder observed is an item; what was merely reported is
 * listed as missing. A later observation of the same item (a lock made longer) replaces the earlier one; a second
 * version under a used label does not. A stated gap stays stated, even when a later try filled it.
 */
export const deriveEvidence = (ledger: readonly CustodyEntry[]): DerivedEvidence => {
  const items = new Map<string, EvidenceItem>();
  const claims = new Map<string, MissingEvidence>();
  const missing = new Map<string, MissingEvidence>();
  const miss = (gap: MissingEvidence): void =>
    void missing.set(JSON.stringify([gap.subject, gap.because]), gap);
  for (const entry of ledger) {
    const { event } = entry;
    if (event.kind === 'evidence-missing') miss({ subject: event.subject, because: event.because });
    if (event.kind === 'blocks-not-shown' || event.kind === 'blocks-tampered') miss(notShown(event));
    const seen = itemOf(entry);
    if (seen === undefined) continue;
    const held = items.get(seen.id);
    if (entry.basis === 'reported')
      claims.set(seen.id, {
        subject: seen.id,
        because: 'reported by the responder, never observed by the recorder',
      });
    else if (held !== undefined && !isSameContent(held, seen.item))
      miss({
        subject: `${seen.id} (entry ${entry.sequence})`,
        because: 'other content under a label already in use',
      });
    else items.set(seen.id, seen.item);
  }
  for (const [id, claim] of claims) if (!items.has(id)) miss(claim);
  return { items: [...items.values()], missing: [...missing.values()] };
};

/** What is in custody and is not shown to be what it was taken from: the copy is an item all the same. */
const notShown = (
  event: Extract<CustodyEvent, { kind: 'blocks-not-shown' | 'blocks-tampered' }>,
): MissingEvidence => ({
  subject: `${event.sourceVolumeId}: that its copy is the original`,
  because: `${event.kind === 'blocks-tampered' ? 'tampered: ' : ''}${event.because}`,
});

type Identified = { readonly id: string; readonly item: EvidenceItem };

const itemOf = (entry: CustodyEntry): Identified | undefined => {
  const { event } = entry;
  if (event.kind === 'object-deposited') return { id: `objects/${event.label}`, item: objectItem(event) };
  if (event.kind === 'snapshot-secured')
    return { id: `${event.region}/${event.snapshotId}`, item: snapshotItem(event, entry) };
  return undefined;
};

const objectItem = (event: Extract<CustodyEvent, { kind: 'object-deposited' }>): EvidenceItem => ({
  kind: 'object',
  label: event.label,
  key: event.key,
  versionId: event.versionId,
  sha256: event.sha256,
  sizeBytes: event.sizeBytes,
  lock: { mode: event.mode, until: event.retainUntil },
  ...(event.bucket === undefined ? {} : { bucket: event.bucket }),
});

const snapshotItem = (
  event: Extract<CustodyEvent, { kind: 'snapshot-secured' }>,
  entry: CustodyEntry,
): EvidenceItem => ({
  kind: 'snapshot',
  volumeId: event.sourceVolumeId,
  snapshotId: event.snapshotId,
  // The copy is encrypted with the evidence key of the account that owns it: arn:aws:kms:<region>:<account>:key/...
  account: event.keyArn.split(':')[4] ?? '',
  region: event.region,
  keyArn: event.keyArn,
  sizeGiB: event.sizeGiB,
  lock: { mode: event.lockMode, until: event.lockExpiresAt },
  digest: digestOf(entry),
});

// A snapshot id always means the same blocks; a label means the version first deposited under it.
const isSameContent = (held: EvidenceItem, seen: EvidenceItem): boolean =>
  held.kind === 'object' && seen.kind === 'object'
    ? held.versionId === seen.versionId && held.sha256 === seen.sha256 && held.sizeBytes === seen.sizeBytes
    : held.kind === seen.kind;
