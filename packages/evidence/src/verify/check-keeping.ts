import { digestOf } from '../custody-entry.ts';
import { whyOutOfTurn } from '../keeping/two-persons.ts';
import type { SignedEntry } from '../signed-entry.ts';
import { exportPaths, incidentOf, keepingLedger } from '../vault-keys.ts';
import type { LoadedEntry, LoadedExport } from './load-export.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

/** How far the ledger of keeping goes; whether that is all of it: `checkEnd`. */
export type KeepingCheck = {
  readonly entries: number;
  /** When the last entry was written, null when there is none. */
  readonly until: string | null;
  readonly problems: readonly Problem[];
};

/**
 * Checks the ledger of what happened after the seal: one unbroken chain of this incident's, and no act of two people that two people did
 * not approve. Never throws.
 */
export const checkKeeping = (loaded: LoadedExport): KeepingCheck => {
  const { keeping } = loaded;
  const [opening] = loaded.entries;
  const incidentId = loaded.manifest?.manifest.incidentId ?? opening?.signed.entry.incidentId;
  const known = keeping.map(({ signed }) => ({ ...signed, digest: digestOf(signed.entry) }));
  return {
    entries: keeping.length,
    until: keeping.at(-1)?.signed.entry.at ?? null,
    problems: keeping.flatMap((entry, index) => [
      ...checkPlace(entry, index, keeping[index - 1]),
      ...checkBelongs(entry, incidentId, opening),
      ...checkTwoPersons(entry, known.slice(0, index)),
    ]),
  };
};

const GAP_HINT = 'entries were taken out, reordered or changed: export the incident again from the vault';

const checkPlace = (
  { file, place, signed }: LoadedEntry,
  index: number,
  before: LoadedEntry | undefined,
): readonly Problem[] => {
  const { sequence, previous } = signed.entry;
  const wanted = before === undefined ? null : digestOf(before.signed.entry);
  if (place !== index + 1)
    return [problemIn(exportPaths.keeping(index + 1), 'the entry is missing or cannot be read', GAP_HINT)];
  if (sequence !== place)
    return [
      problemIn(file, `the file name says entry ${place}, the entry says it is number ${sequence}`, GAP_HINT),
    ];
  if (previous === wanted) return [];
  return [problemIn(file, `the chain breaks: it follows ${previous}, before it stands ${wanted}`, GAP_HINT)];
};

const checkBelongs = (
  { file, signed: { entry } }: LoadedEntry,
  incidentId: string | undefined,
  opening: LoadedEntry | undefined,
): readonly Problem[] => {
  const hint = 'an entry of another incident was mixed in: export the incident again';
  const wanted = incidentId === undefined ? entry.incidentId : keepingLedger(incidentOf(incidentId));
  if (entry.incidentId !== wanted)
    return [problemIn(file, `the entry is of ledger ${entry.incidentId}, wanted ${wanted}`, hint)];
  const told = opening?.signed.entry.event;
  if (entry.event.kind !== 'incident-opened' || told?.kind !== 'incident-opened') return [];
  const { account, region, instanceId, findingId } = told;
  return entry.event.account === account &&
    entry.event.region === region &&
    entry.event.instanceId === instanceId &&
    // A later plan's own ledger may open with the finding that called for it.
    (entry.event.findingId === findingId || incidentOf(incidentId ?? '') !== incidentId)
    ? []
    : [problemIn(file, 'it opens with another account, Region, instance or finding than the incident', hint)];
};

const checkTwoPersons = (
  { file, signed: { entry } }: LoadedEntry,
  before: readonly SignedEntry[],
): readonly Problem[] => {
  const why = whyOutOfTurn(before, entry);
  const hint = 'ask the evidence account how this came to be signed: its rule of two people was not kept';
  return why === undefined ? [] : [problemIn(file, `not approved by two people: ${why}`, hint)];
};
