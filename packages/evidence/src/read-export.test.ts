import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceIn } from './lazy-files.ts';
import { readExport } from './read-export.ts';
import { sha256Hex } from './sha256.ts';
import { sealedExport, testSigner } from './verify/sealed-export.fixture.ts';
import { verifyExport } from './verify/verify-export.ts';

let dir = '';
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'cordon-export-'))));
afterEach(() => rm(dir, { recursive: true }));

const write = async (path: string, bytes: Uint8Array | string): Promise<void> => {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), bytes);
};

describe('readExport', () => {
  it('reads a folder so that it verifies', async () => {
    const files = sealedExport(testSigner());
    for (const [path, bytes] of files) await write(path, bytes);
    const read = await readExport(dir);
    expect([...read.keys()]).toEqual([...files.keys()].toSorted());
    expect(verifyExport(read, {}).status).toBe('consistent-signer-unknown');
  });

  it('reads an empty file, and passes over an empty folder', async () => {
    await write('a', '');
    await mkdir(join(dir, 'empty'));
    expect(new Map(await readExport(dir))).toEqual(new Map([['a', new Uint8Array()]]));
  });

  it('refuses a symbolic link to a file', async () => {
    await write('a', 'x');
    await symlink('a', join(dir, 'link'));
    await expect(readExport(dir)).rejects.toThrow(/"link": it is a symbolic link/);
  });

  it('refuses a symbolic link to a folder', async () => {
    await mkdir(join(dir, 'custody'));
    await symlink(tmpdir(), join(dir, 'custody', 'elsewhere'));
    await expect(readExport(dir)).rejects.toThrow(/"custody\/elsewhere": it is a symbolic link/);
  });

  it('refuses a pipe without waiting for a writer', async () => {
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    await expect(readExport(dir)).rejects.toThrow(/"pipe": it is a symbolic link or a device/);
  });

  it('refuses over 2 GiB beside objects before reading them', async () => {
    await write('big', '');
    await truncate(join(dir, 'big'), 2 ** 31 + 1);
    await expect(readExport(dir)).rejects.toThrow(/"big": it has 2147483649 bytes, only 2147483648 are left/);
  });

  it('counts bytes and members over all folders', async () => {
    await write('a', 'xxx');
    await write('custody/b', 'yyy');
    const limits = { members: 3, totalBytes: 6 };
    expect((await readExport(dir, { limits })).size).toBe(2);
    await expect(readExport(dir, { limits: { ...limits, totalBytes: 5 } })).rejects.toThrow(
      /"custody\/b": it has 3 bytes, only 2/,
    );
    await expect(readExport(dir, { limits: { ...limits, members: 2 } })).rejects.toThrow(
      /over 2 files and folders/,
    );
  });

  it('reads an object when it is asked for, and counts it in no limit of memory', async () => {
    const object = 'objects/blocks/vol-0123456789abcdef0/snap-0123456789abcdef0/1-00000';
    await write('a', 'xxx');
    await write(object, 'yyyyyyyy');
    const read: number[] = [];
    const limits = { members: 10, totalBytes: 3 };
    const files = await readExport(dir, { limits, onRead: (bytes) => void read.push(bytes) });
    expect([...files.keys()]).toEqual(['a', object]);
    expect(read).toEqual([]);
    expect(files.get(object)).toEqual(new Uint8Array(Buffer.from('yyyyyyyy')));
    expect(read).toEqual([8]);
    await write(object, 'zzzzzzzz');
    expect(files.get(object)).toEqual(new Uint8Array(Buffer.from('zzzzzzzz')));
    await write(object, 'shorter');
    expect(() => files.get(object)).toThrow(/it had 8 bytes when the folder was listed/);
    await rm(join(dir, object));
    await symlink(join(dir, 'a'), join(dir, object));
    expect(() => files.get(object)).toThrow(/ELOOP/);
  });

  it('gives an object piece by piece, whose digest is that of all of them, and made once', async () => {
    const bytes = Buffer.alloc(2 ** 21 + 5, 'some evidence ');
    await write('objects/memory.raw', bytes);
    let total = 0;
    const files = await readExport(dir, { onRead: (more) => void (total += more) });
    const found = sourceIn(files, 'objects/memory.raw');
    expect(found?.sizeBytes).toBe(bytes.length);
    expect([...(found?.pieces() ?? [])].map(({ length }) => length)).toEqual([2 ** 20, 2 ** 20, 5]);
    expect(found?.sha256()).toBe(sha256Hex(bytes));
    expect(sourceIn(files, 'objects/memory.raw')?.sha256()).toBe(sha256Hex(bytes));
    expect(total).toBe(2 * bytes.length);
  });

  it('gives no object in one piece that is larger than any form', async () => {
    await write('objects/memory.raw', '');
    await truncate(join(dir, 'objects/memory.raw'), 2 ** 27 + 1);
    const files = await readExport(dir);
    expect(() => files.get('objects/memory.raw')).toThrow(/it has 134217729 bytes, and no form/);
  });

  it('refuses a folder that is not there', async () => {
    await expect(readExport(join(dir, 'none'))).rejects.toThrow(/ENOENT/);
  });
});
