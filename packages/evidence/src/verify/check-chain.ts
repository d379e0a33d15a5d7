import { digestOf } from '../custody-entry.ts';
import { exportPaths } from '../vault-keys.ts';
import type { LoadedEntry, LoadedExport } from './load-export.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

/** Checks that the entries are one unbroken ledger of one incident, from its opening to its seal. Never throws. */
export const checkChain = (loaded: LoadedExport): readonly Problem[] => {
  const { entries } = loaded;
  const incidentId = loaded.manifest?.manifest.incidentId ?? entries[0]?.signed.entry.incidentId;
  return [
    ...checkGaps(loaded),
    ...entries.flatMap((entry) => [...checkPlace(entry), ...checkIncident(entry, incidentId)]),
    ...checkLinks(entries),
    ...checkSeal(loaded),
  ];
};

/** The seal's place: one after what the manifest counts; without a manifest, the last place there is. */
const lastPlace = ({ manifest, places }: LoadedExport): number =>
  manifest === undefined ? (places.at(-1) ?? 1) : manifest.manifest.custody.entries + 1;

const checkGaps = (loaded: LoadedExport): readonly Problem[] => {
  const last = lastPlace(loaded);
  const problems: Problem[] = [];
  let expected = 1;
  for (const place of [...loaded.places.filter((each) => each <= last), last + 1]) {
    if (place > expected) problems.push(gap(expected, place - 1, last));
    expected = place + 1;
  }
  const late = loaded.places.filter((place) => place > last);
  return [
    ...problems,
    ...late.map((place) =>
      problemIn(
        exportPaths.entry(place),
        `an entry after the seal: the manifest counts ${last - 1} entries and the seal`,
        'nothing can follow the seal: this file was added, or the manifest was changed',
      ),
    ),
  ];
};

const gap = (from: number, to: number, last: number): Problem =>
  problemIn(
    custodyFile(from),
    from === to ? `custody entry ${from} is missing` : `custody entries ${from} to ${to} are missing`,
    to === last
      ? 'the end of the ledger was cut off, the seal with it: export the incident again from the vault'
      : 'entries were taken out of the ledger: export the incident again from the vault',
  );

// The seal of a ledger of 999,999 entries would have no file name; such a manifest is hostile, and still gets its row.
const custodyFile = (place: number): string => (place > 999_999 ? 'custody/' : exportPaths.entry(place));

const checkPlace = ({ file, place, signed }: LoadedEntry): readonly Problem[] => {
  const { sequence } = signed.entry;
  if (sequence === place) return [];
  const problem = `the file name says entry ${place}, the entry says it is number ${sequence}`;
  return [
    problemIn(
      file,
      problem,
      'entries were reordered or re-numbered: export the incident again from the vault',
    ),
  ];
};

const checkIncident = ({ file, signed }: LoadedEntry, wanted: string | undefined): readonly Problem[] => {
  const { incidentId } = signed.entry;
  if (incidentId === wanted) return [];
  const problem = `the entry belongs to incident ${incidentId}, this export is of ${wanted}`;
  return [problemIn(file, problem, 'an entry of another incident was mixed in: export the incident again')];
};

const checkLinks = (entries: readonly LoadedEntry[]): readonly Problem[] => {
  const byPlace = new Map(entries.map((entry) => [entry.place, entry]));
  return entries.flatMap(({ file, place, signed }) => {
    const before = byPlace.get(place - 1);
    if (before === undefined) return [];
    const actual = digestOf(before.signed.entry);
    const { previous } = signed.entry;
    if (previous === actual) return [];
    const problem = `the chain breaks: it follows an entry with digest ${previous}, ${before.file} has ${actual}`;
    return [problemIn(file, problem, 'one of the two entries was changed, replaced or moved')];
  });
};

const checkSeal = (loaded: LoadedExport): readonly Problem[] => {
  const { entries, manifest } = loaded;
  if (manifest === undefined) return [];
  const { custody } = manifest.manifest;
  const head = entries.find(({ place }) => place === custody.entries);
  const seal = entries.find(({ place }) => place === custody.entries + 1);
  const problems: Problem[] = [];
  if (head !== undefined && digestOf(head.signed.entry) !== custody.head) {
    const problem = `the manifest ends the ledger with digest ${custody.head}, this entry has another`;
    problems.push(problemIn(head.file, problem, 'this entry or manifest.json was changed or replaced'));
  }
  if (seal === undefined) return problems;
  const { event } = seal.signed.entry;
  if (event.kind !== 'sealed') {
    const problem = `wanted the seal here, got ${event.kind}`;
    problems.push(problemIn(seal.file, problem, 'the ledger or the manifest was changed: fetch both again'));
  } else if (event.manifestSha256 !== manifest.sha256) {
    const problem = `its digest is ${manifest.sha256}, the seal (${seal.file}) names ${event.manifestSha256}`;
    problems.push(
      problemIn(exportPaths.manifest, problem, 'the manifest was changed or replaced after the seal'),
    );
  }
  return problems;
};
