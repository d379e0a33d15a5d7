import { sha256Hex } from '../sha256.ts';
import type { Sha256 } from '../sha256.ts';
import { Label } from '../identifiers.ts';
import { Manifest, ManifestSignature } from '../manifest.ts';
import { readSigned } from '../read-signed.ts';
import type { SignedEntry } from '../signed-entry.ts';
import { exportPaths } from '../vault-keys.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';
import { readForm } from './read-form.ts';

/** The files of an exported folder: bytes by relative path, with / between folders. */
export type ExportFiles = ReadonlyMap<string, Uint8Array>;

/** A readable entry, by the place that its file name claims. */
export type LoadedEntry = { readonly file: string; readonly place: number; readonly signed: SignedEntry };

/** The manifest with what its bytes and the files beside it say of it. */
export type LoadedManifest = { readonly manifest: Manifest; readonly sha256: Sha256 };

/** An export after reading, before judging. What could not be read is undefined or left out, and is a problem. */
export type LoadedExport = {
  readonly files: ExportFiles;
  readonly manifest: LoadedManifest | undefined;
  readonly manifestSignature: ManifestSignature | undefined;
  /** Readable entries in the order of their file names. */
  readonly entries: readonly LoadedEntry[];
  /** Readable entries of the keeping ledger, in the order of their file names. */
  readonly keeping: readonly LoadedEntry[];
  /** Every place that has a file, readable or not, ascending. */
  readonly places: readonly number[];
  readonly problems: readonly Problem[];
};

const MAX_ENTRY_BYTES = 4 << 20;
const MAX_MANIFEST_BYTES = 64 << 20;
const MAX_SIGNATURE_BYTES = 64 << 10;

const ENTRY_PATH = /^custody\/(\d{6})\.json$/;
const KEEPING_PATH = /^keeping\/(\d{6})\.json$/;
const OBJECT_FOLDER = 'objects/';

/** Reads every form of an export. Never throws. */
export const loadExport = (files: ExportFiles): LoadedExport => {
  const problems: Problem[] = [...checkNames(files)];
  const read = <Form>(file: string, maxBytes: number, schema: Parameters<typeof readForm<Form>>[1]) => {
    const bytes = files.get(file);
    if (bytes === undefined) return undefined;
    const result = readForm({ file, bytes, maxBytes }, schema);
    if (result.status === 'read') return result.form;
    problems.push(result.problem);
    return undefined;
  };
  const manifest = read(exportPaths.manifest, MAX_MANIFEST_BYTES, Manifest);
  const manifestSignature = read(exportPaths.manifestSignature, MAX_SIGNATURE_BYTES, ManifestSignature);
  const entry = (place: number, file: string): readonly LoadedEntry[] => {
    const result = readSigned({
      file,
      bytes: files.get(file) ?? new Uint8Array(),
      maxBytes: MAX_ENTRY_BYTES,
    });
    if (result.status === 'read') return [{ file, place, signed: result.form }];
    problems.push(result.problem);
    return [];
  };
  const places = placesOf(files, ENTRY_PATH);
  const entries = places.flatMap((place) => entry(place, exportPaths.entry(place)));
  const keeping = placesOf(files, KEEPING_PATH).flatMap((place) => entry(place, exportPaths.keeping(place)));
  return {
    files,
    manifest: manifest && { manifest, sha256: sha256Hex(files.get(exportPaths.manifest) ?? '') },
    manifestSignature,
    entries,
    keeping,
    places,
    problems,
  };
};

/** The place that an entry's file name claims, or undefined when it is no such name. */
const placeOf = (file: string, path: RegExp): number | undefined => {
  const place = Number(path.exec(file)?.[1] ?? '0');
  return place === 0 ? undefined : place;
};

const placesOf = (files: ExportFiles, path: RegExp): readonly number[] =>
  [...files.keys()].flatMap((file) => placeOf(file, path) ?? []).toSorted((a, b) => a - b);

const FIXED_PATHS = [exportPaths.manifest, exportPaths.manifestSignature, exportPaths.publicKey];

const checkNames = (files: ExportFiles): readonly Problem[] => {
  const missing = FIXED_PATHS.filter((path) => !files.has(path)).map((path) =>
    problemIn(path, 'the file is missing', 'export the incident again: without this file nothing is proven'),
  );
  const strange = [...files.keys()].filter((file) => !isKnownName(file));
  return [...missing, ...strange.map((file) => problemIn(file, strangeName(file), STRANGE_HINT))];
};

const isKnownName = (file: string): boolean =>
  FIXED_PATHS.some((path) => path === file) ||
  file === exportPaths.keepingHead ||
  file === exportPaths.certificate ||
  placeOf(file, ENTRY_PATH) !== undefined ||
  placeOf(file, KEEPING_PATH) !== undefined ||
  (file.startsWith(OBJECT_FOLDER) && Label.safeParse(file.slice(OBJECT_FOLDER.length)).success);

const STRANGE_HINT = 'no signature covers this file: take it out of the folder, and ask who put it there';

const strangeName = (file: string): string =>
  /^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.?([/\\]|$)/.test(file)
    ? 'the file name leads out of the folder'
    : 'the file is no part of an export';
