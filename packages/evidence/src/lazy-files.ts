/** Files by relative path, of which some are read only when they are asked for. What reading one throws, asking for it throws. */
export class LazyFiles implements ReadonlyMap<string, Uint8Array> {
  readonly #files: ReadonlyMap<string, Uint8Array | (() => Uint8Array)>;

  constructor(files: Iterable<readonly [string, Uint8Array | (() => Uint8Array)]>) {
    this.#files = new Map(files);
  }

  get size(): number {
    return this.#files.size;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  get(path: string): Uint8Array | undefined {
    const file = this.#files.get(path);
    return typeof file === 'function' ? file() : file;
  }

  keys(): MapIterator<string> {
    return this.#files.keys();
  }

  *entries(): MapIterator<[string, Uint8Array]> {
    for (const [path, file] of this.#files) yield [path, typeof file === 'function' ? file() : file];
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
