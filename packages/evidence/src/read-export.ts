import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** How much of a hostile folder is read before it is refused. */
const LIMITS = { members: 100_000, totalBytes: 8 * 2 ** 30 } as const;
type Limits = { readonly members: number; readonly totalBytes: number };
/** One read system call takes less than 2 GiB. */
const CHUNK_BYTES = 2 ** 30;

/**
 * Reads an exported folder into memory for `verifyExport`. With `checkResults` the only I/O of this package.
 *
 * @param dir the folder; what it holds may be hostile: symbolic links and devices are refused, never followed
 * @param limits how many files and folders, and how many bytes in all, are read at most
 * @returns bytes by relative path, with / between folders on every system
 * @throws Error when there is more than the limits (100,000 files and folders, 8 GiB) allow, when something is neither a file
 *   nor a folder, when a file changes while it is read, and for whatever the file system refuses
 */
export const readExport = async (dir: string, limits: Limits = LIMITS): Promise<Map<string, Uint8Array>> => {
  const files = new Map<string, Uint8Array>();
  let total = 0;
  for (const path of await listFiles(dir, limits.members)) {
    const bytes = await readOne(dir, path, limits.totalBytes - total);
    total += bytes.length;
    files.set(path, bytes);
  }
  return files;
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

const readOne = async (dir: string, path: string, roomBytes: number): Promise<Uint8Array> => {
  // O_NOFOLLOW and O_NONBLOCK: a file swapped for a link or a pipe after listing is refused, not followed or waited for.
  const handle = await open(
    join(dir, path),
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
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
