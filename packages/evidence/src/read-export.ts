import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { LazyFiles, type FileSource } from './lazy-files.ts';

/** How much of a hostile folder is read before it is refused. Half a million parts are the block manifests of 4 PiB of disks. */
const LIMITS = { members: 500_000, totalBytes: 2 ** 31 } as const;
type Limits = { readonly members: number; readonly totalBytes: number };

/** What may be large, or be of many thousands: parts of block manifests, recordings, images of memory. In a folder or below a bundle's. */
const OBJECT = /(^|\/)objects\//;
const PIECE_BYTES = 1 << 20;

/** What reading a folder takes beside the folder. */
interface Reading {
  /** How many files and folders there may be, and how many bytes may be in memory. */
  readonly limits?: Limits;
  /** Told how many bytes of objects were read just now. */
  readonly onRead?: (bytes: number) => void;
}

/**
 * Reads an exported folder for `verifyExport`. With `checkResults` the only I/O of this package. The ledger is in memory; objects are not:
 * each is read when it is asked for, as often as it is, piece by piece, so that memory does not grow with what was kept.
 *
 * @param dir the folder; what it holds may be hostile: symbolic links and devices are refused, never followed
 * @returns bytes by relative path, with / between folders on every system; asking it for an object throws as this function does
 * @throws Error when there is more than the limits (500,000 files and folders, 2 GiB beside objects) allow, when something is neither a
 *   file nor a folder, when a file changes while it is read, and for whatever the file system refuses
 */
export const readExport = async (
  dir: string,
  { limits = LIMITS, onRead = () => undefined }: Reading = {},
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const files: (readonly [string, Uint8Array | FileSource])[] = [];
  let total = 0;
  for (const path of await listFiles(dir, limits.members)) {
    if (OBJECT.test(path)) {
      const sizeBytes = (await lstat(join(dir, path))).size;
      files.push([path, { sizeBytes, pieces: () => piecesOf({ dir, path, sizeBytes }, onRead) }]);
      continue;
    }
    const bytes = await readOne(dir, path, limits.totalBytes - total);
    total += bytes.length;
    files.push([path, bytes]);
  }
  return new LazyFiles(files);
};

const listFiles = async (dir: string, most: number): Promise<readonly string[]> => {
  const files: string[] = [];
  const folders = [''];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    // Looked at again just before it is read: a folder can be swapped for a link to one after it was listed.
    if (folder !== '' && !(await lstat(join(dir, folder))).isDirectory()) throw refusal(folder, NOT_A_FILE);
    for (const member of await readdir(join(dir, folder), { withFileTypes: true })) {
      const path = folder === '' ? member.name : `${folder}/${member.name}`;
      seen += 1;
      if (seen > most) throw refusal(path, `it is one of over ${most} files and folders`);
      if (member.isDirectory()) folders.push(path);
      else if (member.isFile()) files.push(path);
      else throw refusal(path, NOT_A_FILE);
    }
  }
  return files.toSorted();
};

const NOT_A_FILE = 'it is a symbolic link or a device, wanted plain files and folders only';

/** O_NOFOLLOW and O_NONBLOCK: a file swapped for a link or a pipe after listing is refused, not followed or waited for. */
const TO_READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

interface Listed {
  readonly dir: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/** An object when it is asked for: it must be as long as it was when the folder was listed. */
function* piecesOf({ dir, path, sizeBytes }: Listed, onRead: (bytes: number) => void): Generator<Uint8Array> {
  const file = openSync(join(dir, path), TO_READ);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw refusal(path, NOT_A_FILE);
    const changed = refusal(
      path,
      `it had ${sizeBytes} bytes when the folder was listed, and has changed since`,
    );
    if (facts.size !== sizeBytes) throw changed;
    const piece = new Uint8Array(Math.min(PIECE_BYTES, sizeBytes));
    for (let from = 0; from < sizeBytes;) {
      const read = readSync(file, piece, 0, Math.min(piece.length, sizeBytes - from), from);
      if (read === 0) throw changed;
      from += read;
      onRead(read);
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
}

const readOne = async (dir: string, path: string, roomBytes: number): Promise<Uint8Array> => {
  const handle = await open(join(dir, path), TO_READ);
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw refusal(path, NOT_A_FILE);
    if (facts.size > roomBytes)
      throw refusal(path, `it has ${facts.size} bytes, only ${roomBytes} are left of what is read at most`);
    return await readAll(handle, path, facts.size);
  } finally {
    await handle.close();
  }
};

const readAll = async (handle: FileHandle, path: string, sizeBytes: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(sizeBytes);
  let filled = 0;
  while (filled < sizeBytes) {
    const { bytesRead } = await handle.read(bytes, filled, Math.min(2 ** 30, sizeBytes - filled), filled);
    if (bytesRead === 0)
      throw refusal(path, `it shrank to ${filled} of ${sizeBytes} bytes while it was read`);
    filled += bytesRead;
  }
  return bytes;
};

const refusal = (path: string, problem: string): Error =>
  new Error(
    `cannot read the exported folder at ${JSON.stringify(path)}: ${problem}; ` +
      `export the incident again into an empty folder`,
  );
