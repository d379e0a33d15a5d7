import {
  buildCertificate,
  canonicalJson,
  destroyedOf,
  DISPOSAL_CERTIFICATE,
  encodeStatement,
  Inventory,
  isDisposed,
  isHeld,
  objectName,
  Sha256,
  sha256Hex,
  SNAPSHOTS_IN_ENTRY,
  statementBytes,
  vaultKeys,
  whyNotDone,
  type SignedEntry,
} from '@cordon/evidence';
import { whyNotYet, type TendingReply, type TendingRequest } from '@cordon/incident/keeping';
import { hearing } from '../aws/heard-calls.ts';
import { RECORDER_TOOL } from '../recorder/tool.ts';
import { recorded, type Book } from './book.ts';
import { copiesOf, locksOf } from './copies.ts';
import { forEach, isSealed, ledgersOf } from './set-holds.ts';
import { manifestsOf } from './standings.ts';

/** Looks at all that keeps an incident's evidence. Undefined when nothing does any more. */
export const whyNotDisposable = async (
  book: Book,
  ledger: readonly SignedEntry[],
): Promise<string | undefined> => {
  const { vault, incident } = book;
  const ids = await ledgersOf(vault, incident);
  const sealed = await forEach(ids, (ledgerId) => isSealed(vault, ledgerId));
  const manifests = await manifestsOf(
    vault,
    ids.filter((_id, index) => sealed[index] === true),
  );
  const [objects, snapshots] = await Promise.all([deposits(book, ids), locksOf(book)]);
  return whyNotYet(
    {
      held: isHeld(ledger),
      ledgers: ids.map((ledgerId, index) => ({
        ledgerId,
        sealed: sealed[index] === true,
        keptUntil: manifests.find(({ incidentId }) => incidentId === ledgerId)?.retention?.until,
      })),
      objects,
      snapshots,
    },
    book.now(),
  );
};

/** Every object that a disposal would destroy. */
const deposits = async ({ vault }: Book, ledgers: readonly string[]) => {
  const versions = (await forEach(ledgers, (ledgerId) => vault.versions(vaultKeys.objects(ledgerId)))).flat();
  const counts = new Map<string, number>();
  for (const { key } of versions) counts.set(key, (counts.get(key) ?? 0) + 1);
  return forEach([...counts], async ([key, count]) => ({ ...(await vault.head(key)), versions: count }));
};

/** Why an approved disposal must not go on: somebody set a hold, or it was not approved by two people. */
const whyStopped = (ledger: readonly SignedEntry[], approved: string): string | undefined =>
  isHeld(ledger)
    ? 'the evidence was put under legal hold: the disposal stops where it is, until two people release it'
    : whyNotDone(ledger, { approved, what: 'dispose' });

/**
 * What of an approved disposal is to be destroyed next. Before the first of it all that will be destroyed is written down with its digests,
 * once, and an entry names that list.
 */
export const nextToDestroy = (approved: string, book: Book): Promise<TendingReply> =>
  unlessRaced(book, () => lookForNext(approved, book));

/** Others write into the ledger of keeping too, reads that are told above all: then it is read again, and decided anew. */
const TRIES = 20;
const unlessRaced = async (
  { incident }: Book,
  decide: () => Promise<TendingReply | undefined>,
): Promise<TendingReply> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const reply = await decide();
    if (reply !== undefined) return reply;
  }
  throw new Error(
    `the keeping ledger of ${incident} was written by others ${TRIES} times in a row; ask again`,
  );
};

/** Undefined where somebody else wrote into the ledger meanwhile. */
const lookForNext = async (approved: string, book: Book): Promise<TendingReply | undefined> => {
  const ledger = await book.read();
  const why = whyStopped(ledger, approved);
  if (why !== undefined) return { status: 'refused', because: why };
  const inventory = await inventoryOf(Sha256.parse(approved), book, ledger);
  if (inventory === undefined) return undefined;
  const gone = destroyedOf(ledger, inventory.approved);
  const objects = inventory.objects.filter((one) => !gone.has(objectName(one)));
  const snapshots = inventory.snapshots.filter(({ snapshotId }) => !gone.has(snapshotId));
  const there = snapshots.length === 0 ? [] : await copiesOf(book);
  return {
    status: 'to-destroy',
    // Copies first: each is one call, and most of the cost.
    snapshots: snapshots.slice(0, SNAPSHOTS_IN_ENTRY).map(({ region, snapshotId }) => ({
      region,
      snapshotId,
      ...(there.some((one) => one.snapshotId === snapshotId) ? {} : { gone: true as const }),
    })),
    objects:
      snapshots.length > 0
        ? []
        : objects.slice(0, SNAPSHOTS_IN_ENTRY).map(({ key, versionId, bucket }) => ({
            key,
            versionId,
            ...(bucket === undefined ? {} : { bucket }),
          })),
    left: objects.length + snapshots.length,
  };
};

/** The list of all that goes, as it was written down before anything went; undefined where somebody else wrote into the ledger meanwhile. */
const inventoryOf = async (
  approved: Sha256,
  book: Book,
  ledger: readonly SignedEntry[],
): Promise<Inventory | undefined> => {
  const { vault, incident } = book;
  const begun = ledger
    .map(({ entry }) => entry.event)
    .find((event) => event.kind === 'disposal-begun' && event.approved === approved);
  if (begun?.kind === 'disposal-begun') {
    const bytes = await vault.get(vaultKeys.inventory(incident, approved));
    if (sha256Hex(bytes) !== begun.inventorySha256)
      throw new Error(`the list of what is to be destroyed of ${incident} is not the one that was signed`);
    return Inventory.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  }
  const why = await whyNotDisposable(book, ledger);
  if (why !== undefined) throw new Error(`the evidence of ${incident} is not to be destroyed: ${why}`);
  await vault.put(
    vaultKeys.inventory(incident, approved),
    Buffer.from(canonicalJson(await takeInventory(approved, book))),
    'application/json',
  );
  // Whatever lies there now is the list, ours or that of a try that broke off.
  const bytes = await vault.get(vaultKeys.inventory(incident, approved));
  const inventory = Inventory.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  const written = await book.writeAfter(
    ledger,
    {
      kind: 'disposal-begun',
      approved,
      inventorySha256: sha256Hex(bytes),
      objects: inventory.objects.length,
      snapshots: inventory.snapshots.length,
    },
    { status: 'none', because: 'it rests on the approval, and on what lies in the vault and in EC2' },
  );
  return written === undefined ? undefined : inventory;
};

const takeInventory = async (approved: Sha256, book: Book): Promise<Inventory> => {
  const { vault, incident } = book;
  const ids = await ledgersOf(vault, incident);
  const manifests = await manifestsOf(vault, ids);
  const known = new Map(
    manifests.flatMap(({ items }) =>
      items.flatMap((item) => (item.kind === 'snapshot' ? [[item.snapshotId, item] as const] : [])),
    ),
  );
  const objects = await deposits(book, ids);
  return Inventory.parse({
    schemaVersion: 1,
    incidentId: incident,
    approved,
    objects: objects.map(({ key, versionId, sha256, sizeBytes, bucket }) => ({
      key,
      versionId,
      sha256,
      sizeBytes,
      ...(bucket === undefined ? {} : { bucket }),
    })),
    snapshots: (await copiesOf(book)).map(({ region, snapshotId, volumeId, sizeGiB }) => ({
      region,
      snapshotId,
      volumeId: known.get(snapshotId)?.volumeId ?? volumeId,
      sizeGiB,
      digest: known.get(snapshotId)?.digest ?? null,
    })),
  });
};

/** An entry for what was destroyed, by the calls that did it. */
export const sayDestroyed = async (
  { approved, objects, snapshots, calls }: Extract<TendingRequest, { kind: 'destroyed' }>,
  book: Book,
): Promise<TendingReply> => {
  const ledger = await book.read();
  // A hold that came meanwhile does not unmake what was done: it is said all the same, under the approval that stood.
  const why = isDisposed(ledger)
    ? 'all of it is disposed of'
    : whyNotDone(ledger, { approved, what: 'dispose' });
  if (why !== undefined) return { status: 'refused', because: why };
  return book.write(
    { kind: 'evidence-destroyed', approved: Sha256.parse(approved), objects, snapshots },
    `${objects.length} object(s) and ${snapshots.length} copies of ${book.incident} are destroyed`,
    calls.length === objects.length + snapshots.length && calls.length > 0
      ? { status: 'known', calls }
      : { status: 'unknown', because: 'one of the calls is not known: look in CloudTrail by time and actor' },
  );
};

/** Looks that nothing is left, then writes the certificate and the entry that names it: the last that changes anything. */
export const certify = (approved: string, book: Book): Promise<TendingReply> =>
  unlessRaced(book, () => certifyOnce(approved, book));

const certifyOnce = async (approved: string, book: Book): Promise<TendingReply | undefined> => {
  const { vault, incident, signer } = book;
  const ledger = await book.read();
  const why = whyStopped(ledger, approved);
  if (why !== undefined) return { status: 'refused', because: why };
  const inventory = await inventoryOf(Sha256.parse(approved), book, ledger);
  if (inventory === undefined) return undefined;
  const ids = await ledgersOf(vault, incident);
  const { given: left, calls } = await hearing(book.services.now, async () => [
    ...(await forEach(ids, (ledgerId) => vault.versions(vaultKeys.objects(ledgerId))))
      .flat()
      .map(({ key }) => key),
    ...(await copiesOf(book)).map(({ snapshotId }) => snapshotId),
  ]);
  if (left.length > 0)
    return { status: 'refused', because: `${left.length} are still there, ${left[0]} among them` };
  const statement = buildCertificate(ledger, {
    inventory,
    manifests: await manifestsOf(vault, ids),
    endedAt: book.now(),
    signer: { keyArn: signer.keyArn, keyFingerprint: Sha256.parse(signer.keyFingerprint) },
    tool: RECORDER_TOOL,
  });
  const signature = await signer.sign(statementBytes(DISPOSAL_CERTIFICATE, statement));
  const text = encodeStatement(DISPOSAL_CERTIFICATE, statement, signature);
  // By the entry that it follows: where another entry came between, that one's certificate is another.
  const key = vaultKeys.certificate(incident, statement.keeping.entries);
  await vault.put(key, Buffer.from(text), 'application/json');
  const certificateSha256 = sha256Hex(await vault.get(key));
  const written = await book.writeAfter(
    ledger,
    {
      kind: 'disposed',
      approved: inventory.approved,
      certificateSha256,
      objects: inventory.objects.length,
      snapshots: inventory.snapshots.length,
    },
    calls.length === 0
      ? { status: 'none', because: 'there was nothing that could be left' }
      : { status: 'known', calls },
  );
  if (written === undefined) return undefined;
  return recorded(
    written,
    `${inventory.objects.length} object(s) and ${inventory.snapshots.length} copies of ${incident} are destroyed; the certificate is ${key}`,
  );
};
