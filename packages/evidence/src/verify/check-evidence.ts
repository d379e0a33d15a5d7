import { deriveEvidence, retentionOf } from '../build-manifest.ts';
import { canonicalJson } from '../canonical-json.ts';
import { objectName } from '../keeping/build-certificate.ts';
import type { EvidenceItem, Manifest, MissingEvidence } from '../manifest.ts';
import { sourceIn } from '../lazy-files.ts';
import type { Sha256 } from '../sha256.ts';
import { exportPaths } from '../vault-keys.ts';
import { listedParts } from './listed-parts.ts';
import type { LoadedExport } from './load-export.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

/** What was held against the manifest and the ledger, and what did not fit. */
export type EvidenceCheck = {
  readonly objects: number;
  readonly snapshots: number;
  readonly problems: readonly Problem[];
};

/**
 * Checks that the manifest says what the ledger proves, and that every object is the one it lists. Never throws.
 *
 * @param destroyed digests by key and version of what a signed certificate says was disposed of: that may be missing, if it is the same
 */
export const checkEvidence = (
  loaded: LoadedExport,
  destroyed: ReadonlyMap<string, Sha256> = new Map(),
): EvidenceCheck => {
  const ledger = loaded.entries.map(({ signed }) => signed.entry);
  const derived = deriveEvidence(ledger);
  const signed = loaded.manifest?.manifest;
  const items = signed?.items ?? derived.items;
  const named = items.filter((item) => item.kind === 'object');
  const parts = listedParts(named, loaded.files, signed?.incidentId ?? ledger[0]?.incidentId);
  const objects = [...named, ...parts.objects];
  const known = new Set(objects.map(({ label }) => exportPaths.object(label)));
  const extra = [...loaded.files.keys()].filter((file) => file.startsWith('objects/') && !known.has(file));
  return {
    objects: objects.length,
    snapshots: items.length - named.length,
    problems: [
      ...(signed === undefined ? [] : checkManifest(signed, loaded)),
      ...parts.problems,
      ...objects.flatMap((item) => (isDestroyed(item, loaded, destroyed) ? [] : checkObject(item, loaded))),
      ...extra.map((file) => problemIn(file, 'the manifest lists no such object', EXTRA_HINT)),
    ],
  };
};

const EXTRA_HINT = 'the file was added or renamed: take it out of the folder, and ask who put it there';

/** By the certificate of a disposal: this very version, with this very content. */
const isDestroyed = (
  item: Extract<EvidenceItem, { kind: 'object' }>,
  { files }: LoadedExport,
  destroyed: ReadonlyMap<string, Sha256>,
): boolean => !files.has(exportPaths.object(item.label)) && destroyed.get(objectName(item)) === item.sha256;

const checkObject = (
  item: Extract<EvidenceItem, { kind: 'object' }>,
  loaded: LoadedExport,
): readonly Problem[] => {
  const file = exportPaths.object(item.label);
  const found = sourceIn(loaded.files, file);
  if (found === undefined)
    return [
      problemIn(
        file,
        'the object is missing',
        `fetch version ${item.versionId} of ${item.key} from the vault`,
      ),
    ];
  const { sizeBytes } = found;
  // What has another length is not even read: a hostile file can be longer than anybody waits for.
  const actual = sizeBytes === item.sizeBytes ? found.sha256() : undefined;
  if (actual === item.sha256) return [];
  const problem =
    `the object was changed: got ${sizeBytes} bytes${actual === undefined ? '' : ` with digest ${actual}`}, ` +
    `the manifest lists ${item.sizeBytes} with ${item.sha256}`;
  return [problemIn(file, problem, `fetch version ${item.versionId} of ${item.key} from the vault`)];
};

const checkManifest = (manifest: Manifest, loaded: LoadedExport): readonly Problem[] => {
  const count = manifest.custody.entries;
  const ledger = loaded.entries.filter(({ place }) => place <= count).map(({ signed }) => signed.entry);
  const derived = deriveEvidence(ledger);
  return [
    ...checkSubject(manifest, loaded),
    ...(ledger.length < count ||
    canonicalJson(manifest.retention ?? null) === canonicalJson(retentionOf(ledger).retention ?? null)
      ? []
      : [problemIn(exportPaths.manifest, 'it says another retention than the ledger', LISTS_HINT)]),
    // With entries missing or unreadable (told of elsewhere) the ledger proves less than the manifest says.
    ...(ledger.length < count ? [] : checkLists(manifest, derived)),
  ];
};

const checkSubject = (manifest: Manifest, { entries }: LoadedExport): readonly Problem[] => {
  const event = entries.find(({ place }) => place === 1)?.signed.entry.event;
  if (event?.kind !== 'incident-opened') return [];
  return (['account', 'region', 'instanceId'] as const).flatMap((field) => {
    if (manifest[field] === event[field]) return [];
    const problem = `its ${field} is ${manifest[field]}, the ledger opens with ${event[field]}`;
    return [problemIn(exportPaths.manifest, problem, 'the manifest or the first entry was changed')];
  });
};

type Lists = { readonly items: readonly EvidenceItem[]; readonly missing: readonly MissingEvidence[] };

const checkLists = (manifest: Lists, ledger: Lists): readonly Problem[] => {
  const stated = namesByText(manifest);
  const proven = namesByText(ledger);
  const differences = [
    ...[...stated]
      .filter(([text]) => !proven.has(text))
      .map(([, name]) => `it lists ${name}; the ledger does not`),
    ...[...proven]
      .filter(([text]) => !stated.has(text))
      .map(([, name]) => `the ledger has ${name}; it does not`),
  ];
  const isReordered = [...stated.keys()].join('\n') !== [...proven.keys()].join('\n');
  const isRepeated = stated.size < manifest.items.length + manifest.missing.length;
  if (differences.length === 0 && (isReordered || isRepeated))
    differences.push('its lists hold what the ledger proves, but in another order or more than once');
  return differences.map((problem) => problemIn(exportPaths.manifest, problem, LISTS_HINT));
};

const LISTS_HINT =
  'the manifest was changed, or was not built from this ledger (same item, other facts, counts too)';

const namesByText = ({ items, missing }: Lists): ReadonlyMap<string, string> =>
  new Map([
    ...items.map((item): [string, string] => [
      canonicalJson(item),
      item.kind === 'object' ? `object ${item.label}` : `snapshot ${item.snapshotId}`,
    ]),
    ...missing.map((gap): [string, string] => [canonicalJson(gap), `missing ${gap.subject}`]),
  ]);
