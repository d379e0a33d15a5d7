import { mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './tools.ts';

const MIB = 1024 * 1024;

/** Files by path below the root of a file system; a name may hold anything but `/` and NUL. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** An empty image. */
export const blank = (path: string, mib: number): string => {
  writeFileSync(path, '');
  truncateSync(path, mib * MIB);
  return path;
};

/** Writes files into a folder of this machine. */
export const plant = (folder: string, files: Files): void => {
  for (const [name, contents] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
};

/** An ext4 image made of a folder, without a mount; `deleted` are then removed as debugfs does it: their blocks stay listed. */
export const ext4Image = (path: string, folder: string, deleted: readonly string[] = []): string => {
  run('mke2fs', ['-q', '-t', 'ext4', '-d', folder, blank(path, 16)]);
  for (const name of deleted) run('debugfs', ['-w', '-R', `rm ${name}`, path]);
  return path;
};

/** An image of a disk with a GPT, whose partitions are the given images; the first begins at 1 MiB. */
export const partitioned = (path: string, parts: readonly string[]): string => {
  const sizes = parts.map((part) => statSync(part).size / MIB);
  blank(path, 2 + sizes.reduce((sum, size) => sum + size, 0));
  const table = sizes.map((size) => `size=${size}MiB, name="$(reboot)<script>"`).join('\n');
  run('sfdisk', ['--quiet', path], `label: gpt\n${table}\n`);
  parts.reduce((offset, part, index) => {
    place(path, part, offset);
    return offset + (sizes[index] ?? 0);
  }, 1);
  return path;
};

/** Copies an image, or a piece of it, into another, at an offset in MiB. */
export const place = (
  into: string,
  from: string,
  at: number,
  piece: { readonly skip?: number; readonly mib?: number } = {},
): void => {
  run('dd', [
    `if=${from}`,
    `of=${into}`,
    'bs=1M',
    `seek=${at}`,
    'conv=notrunc,sparse',
    'status=none',
    ...(piece.skip === undefined ? [] : [`skip=${piece.skip}`]),
    ...(piece.mib === undefined ? [] : [`count=${piece.mib}`]),
  ]);
};
