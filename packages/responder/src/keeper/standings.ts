import {
  Manifest,
  incidentOf,
  isDisposed,
  isHeld,
  keepingLedger,
  vaultKeys,
  type SignedEntry,
} from '@cordon/evidence';
import type { Standing, TendingReply, TendingRequest } from '@cordon/incident/keeping';
import { readLedger } from '../recorder/ledger.ts';
import type { Vault } from '../recorder/vault.ts';
import { forEach, isSealed, ledgersOf, objectsOf } from './set-holds.ts';

/** Incidents in one answer: some reads of the vault each. */
const IN_ONE = 25;

/** How incidents are kept, read from their manifests and their ledgers of keeping. Changes nothing. */
export const standings = async (
  { incident, after }: Extract<TendingRequest, { kind: 'standing' }>,
  vault: Vault,
): Promise<TendingReply> => {
  const all = incident === undefined ? await incidentsAfter(vault, after) : [incident];
  const some = all.slice(0, IN_ONE);
  const last = some.at(-1);
  return {
    status: 'standing',
    incidents: [...(await forEach(some, (one) => standingOf(vault, one)))],
    ...(all.length > some.length && last !== undefined ? { after: last } : {}),
  };
};

const incidentsAfter = async (vault: Vault, after: string | undefined): Promise<readonly string[]> => {
  // `.` comes after `-` and before `/`: behind all ledgers of the incident that was told last, but for its own.
  const folders = await vault.folders('incidents/', after === undefined ? undefined : `incidents/${after}.`);
  const ids = folders.map((folder) => incidentOf(folder.split('/')[1] ?? ''));
  return [...new Set(ids)].filter((id) => id !== after && /^inc-[0-9a-z]{6,60}$/.test(id));
};

/** The manifests of an incident's sealed ledgers, by ledger. */
export const manifestsOf = (vault: Vault, ledgers: readonly string[]): Promise<readonly Manifest[]> =>
  forEach(ledgers, async (ledgerId) =>
    Manifest.parse(JSON.parse(Buffer.from(await vault.get(vaultKeys.manifest(ledgerId))).toString('utf8'))),
  );

const standingOf = async (vault: Vault, incident: string): Promise<Standing> => {
  const [keeping, ledgers] = await Promise.all([
    readLedger(vault, keepingLedger(incident), 'all'),
    ledgersOf(vault, incident),
  ]);
  const nothing = { incident, held: false, unheldObjects: 0, snapshots: [], archived: [] };
  if (isDisposed(keeping)) return nothing;
  const held = isHeld(keeping);
  const sealed = await forEach(ledgers, (ledgerId) => isSealed(vault, ledgerId));
  const manifests = await manifestsOf(
    vault,
    ledgers.filter((_ledger, index) => sealed[index] === true),
  );
  const latest = (moments: readonly string[]): string | undefined =>
    moments.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  const sealedAt = sealed.every(Boolean) ? latest(manifests.map((one) => one.sealedAt)) : undefined;
  const keptUntil = latest(manifests.flatMap(({ retention }) => retention?.until ?? []));
  return {
    incident,
    held,
    unheldObjects: held ? (await objectsOf(vault, incident)).length - heldObjects(keeping) : 0,
    ...(sealedAt === undefined ? {} : { sealedAt }),
    ...(keptUntil === undefined ? {} : { keptUntil }),
    snapshots: manifests
      .flatMap(({ items }) => items)
      .flatMap((item) =>
        item.kind === 'snapshot' ? [{ region: item.region, snapshotId: item.snapshotId }] : [],
      ),
    archived: keeping.flatMap(({ entry: { event } }) =>
      event.kind === 'snapshots-archived' ? event.snapshots.map(({ snapshotId }) => snapshotId) : [],
    ),
  };
};

/** Nothing under a hold can go, so that a greater number means that something came. */
const heldObjects = (keeping: readonly SignedEntry[]): number => {
  const event = keeping.findLast(
    ({ entry }) => entry.event.kind === 'hold-set' || entry.event.kind === 'hold-renewed',
  )?.entry.event;
  return event?.kind === 'hold-set' || event?.kind === 'hold-renewed' ? event.objects : 0;
};
