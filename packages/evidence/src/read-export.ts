import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { LazyFiles } from './lazy-files.ts';

/** How much of a hostile folder is read before it is refused. */
const LIMITS = { members: 100_000, totalBytes: 8 * 2 ** 30 } as const;
type Limits = { readonly members: number; readonly totalBytes: number };
/** One read system call takes less than 2 GiB. */
const CHUNK_BYTES = 2 ** 30;

/** Parts of block manifests, of which a large disk has thousands; in a folder or below a bundle's. */
const BLOCK_PART = /(^|\/)objects\/blocks\//;
/** A part holds 1.3 MB at most; what is larger counts as every file does. */
const MAX_PART_BYTES = 4 << 20;

/**
 * Reads an exported folder for `verifyExport`. With `checkResults` the only I/O of this package. All of it is in memory but the parts of
 * block manifests: each is read when it is asked for, as often as it is, so that memory does not grow with a disk's size.
 *
 * @param dir the folder; what it holds may be hostile: symbolic links and devices are refused, never followed
 * @param limits how many files and folders, and how many bytes in memory, are read at most
 * @returns bytes by relative path, with / between folders on every system; asking it for a part throws as this function does
 * @throws Error when there is more than the limits (100,000 files and folders, 8 GiB) allow, when something is neither a file
 *   nor a folder, when a file changes while it is read, and for whatever the file system refuses
 */
export const readExport = async (
  dir: string,
  limits: Limits = LIMITS,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const files: (readonly [string, Uint8Array | (() => Uint8Array)])[] = [];
  let total = 0;
  for (const path of await listFiles(dir, limits.members)) {
    const size = BLOCK_PART.test(path) ? (await lstat(join(dir, path))).size : undefined;
    if (size !== undefined && size <= MAX_PART_BYTES) {
      files.push([path, () => readPart(dir, path, size)]);
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

/** A part when it is asked for: it must be what it was when the folder was listed. */
const readPart = (dir: string, path: string, sizeBytes: number): Uint8Array => {
  const file = openSync(join(dir, path), TO_READ);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw refusal(path, NOT_A_FILE);
    const bytes = new Uint8Array(sizeBytes);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < sizeBytes; filled += read)
      read = readSync(file, bytes, filled, sizeBytes - filled, filled);
    if (facts.size !== sizeBytes || filled !== sizeBytes)
      throw refusal(path, `it had ${sizeBytes} bytes when the folder was listed, and has changed since`);
    return bytes;
  } finally {
    closeSync(file);
  }
};

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
    const { bytesRead } = await handle.read(bytes, filled, Math.min(CHUNK_BYTES, sizeBytes - filled), filled);
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
