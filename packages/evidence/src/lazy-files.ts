import { createHash } from 'node:crypto';
import { Sha256, sha256Hex } from './sha256.ts';

/** A file that is read when it is asked for, as often as it is. */
export interface FileSource {
  readonly sizeBytes: number;
  /** Its bytes from the first on, piece by piece. A piece holds until the next is asked for. What reading throws, this throws. */
  readonly pieces: () => Iterable<Uint8Array>;
  /** Its digest, where somebody has it already. */
  readonly sha256?: () => Sha256;
}

/** A file whose digest is made at most once. */
export interface OpenedFile extends FileSource {
  readonly sha256: () => Sha256;
}

/** The largest file that is given in one piece: no form of an export is larger, and what is larger is hashed piece by piece. */
const MOST_AT_ONCE_BYTES = 128 << 20;

/** Files by relative path, of which some are read only when they are asked for. What reading one throws, asking for it throws. */
export class LazyFiles implements ReadonlyMap<string, Uint8Array> {
  readonly #files: ReadonlyMap<string, Uint8Array | FileSource>;
  readonly #digests = new Map<string, Sha256>();

  constructor(files: Iterable<readonly [string, Uint8Array | FileSource]>) {
    this.#files = new Map(files);
  }

  get size(): number {
    return this.#files.size;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** The whole file. @throws Error for one of more than 128 MiB, and as its source does */
  get(path: string): Uint8Array | undefined {
    const file = this.#files.get(path);
    return file === undefined || file instanceof Uint8Array ? file : whole(path, file);
  }

  /** Every file as it can be had piece by piece. */
  *sources(): MapIterator<[string, OpenedFile]> {
    for (const path of this.#files.keys()) {
      const source = this.source(path);
      if (source !== undefined) yield [path, source];
    }
  }

  /** The file as it can be had piece by piece. */
  source(path: string): OpenedFile | undefined {
    const file = this.#files.get(path);
    if (file === undefined) return undefined;
    const { sizeBytes, pieces, sha256 } = file instanceof Uint8Array ? sourceOf(file) : file;
    return {
      sizeBytes,
      pieces,
      sha256: () => {
        const made = this.#digests.get(path) ?? sha256?.() ?? digestOfPieces(pieces());
        this.#digests.set(path, made);
        return made;
      },
    };
  }

  keys(): MapIterator<string> {
    return this.#files.keys();
  }

  *entries(): MapIterator<[string, Uint8Array]> {
    for (const [path, file] of this.#files)
      yield [path, file instanceof Uint8Array ? file : whole(path, file)];
  }

  *values(): MapIterator<Uint8Array> {
    for (const [, bytes] of this.entries()) yield bytes;
  }

  forEach(callback: (bytes: Uint8Array, path: string, files: ReadonlyMap<string, Uint8Array>) => void): void {
    for (const [path, bytes] of this.entries()) callback(bytes, path, this);
  }

  [Symbol.iterator](): MapIterator<[string, Uint8Array]> {
    return this.entries();
  }
}

/**
 * A file of a folder, of which at most one piece is in memory at a time. In `LazyFiles` its digest is made once, so that a file is not read
 * again for each that asks.
 *
 * @returns undefined where there is no such file
 */
export const sourceIn = (files: ReadonlyMap<string, Uint8Array>, path: string): OpenedFile | undefined => {
  if (files instanceof LazyFiles) return files.source(path);
  const bytes = files.get(path);
  return bytes === undefined ? undefined : sourceOf(bytes);
};

/** The same files under other names; one that gets none is left out. Nothing is read for it. */
export const renamed = (
  files: ReadonlyMap<string, Uint8Array>,
  to: (path: string) => string | undefined,
): LazyFiles =>
  new LazyFiles(
    [...files.keys()].flatMap((path) => {
      const [name, source] = [to(path), sourceIn(files, path)];
      return name === undefined || source === undefined ? [] : [[name, source] as const];
    }),
  );

const sourceOf = (bytes: Uint8Array): OpenedFile => ({
  sizeBytes: bytes.length,
  pieces: () => [bytes],
  sha256: () => sha256Hex(bytes),
});

/** The SHA-256 of pieces, one after the other. */
export const digestOfPieces = (pieces: Iterable<Uint8Array>): Sha256 => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return Sha256.parse(hash.digest('hex'));
};

const whole = (path: string, { sizeBytes, pieces }: FileSource): Uint8Array => {
  if (sizeBytes > MOST_AT_ONCE_BYTES)
    throw new Error(
      `cannot read the exported folder at ${JSON.stringify(path)}: it has ${sizeBytes} bytes, and no form of an export ` +
        `has more than ${MOST_AT_ONCE_BYTES}; export the incident again into an empty folder`,
    );
  const bytes = new Uint8Array(sizeBytes);
  let filled = 0;
  for (const piece of pieces()) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return bytes;
};
