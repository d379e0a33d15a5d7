import { createHash } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exportPaths, sha256Hex, vaultKeys } from '@cordon/evidence';
import { signedExport } from './signed-export.ts';

const MIB = 2 ** 20;

/** Where the large object lies in the folder. */
export const IMAGE = exportPaths.object('memory/image.raw');

/** Writes a sealed export with one object of so many MiB, none of which is like another, and some small ones; gives its key's fingerprint. */
export const writeLargeExport = async (dir: string, sizeMiB: number): Promise<string> => {
  await mkdir(dirname(join(dir, IMAGE)), { recursive: true });
  const image = await open(join(dir, IMAGE), 'w');
  const hash = createHash('sha256');
  for (let at = 0; at < sizeMiB; at += 1) {
    const piece = Buffer.alloc(MIB, createHash('sha256').update(String(at)).digest());
    hash.update(piece);
    await image.write(piece);
  }
  await image.close();
  const small = Array.from(
    { length: 8 },
    (_, at) => [`context/${at}.json`, Buffer.from(`{"n":${at}}`)] as const,
  );
  const deposit = (label: string, sha256: string, sizeBytes: number) =>
    ({
      kind: 'object-deposited',
      key: vaultKeys.object('inc-1', label),
      versionId: 'v-1',
      sha256: sha256 as ReturnType<typeof sha256Hex>,
      sizeBytes,
      retainUntil: '2027-02-19T03:00:00Z',
      mode: 'GOVERNANCE',
      label,
    }) as const;
  const { files, fingerprint } = signedExport(() => ({
    objects: new Map(small.map(([label, bytes]) => [exportPaths.object(label), bytes])),
    events: [
      deposit('memory/image.raw', hash.digest('hex'), sizeMiB * MIB),
      ...small.map(([label, bytes]) => deposit(label, sha256Hex(bytes), bytes.length)),
    ],
  }));
  for (const [path, content] of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return fingerprint;
};
