import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExport } from './read-export.ts';
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

  it('refuses over 8 GiB before reading them', async () => {
    await write('big', '');
    await truncate(join(dir, 'big'), 8 * 2 ** 30 + 1);
    await expect(readExport(dir)).rejects.toThrow(/"big": it has 8589934593 bytes, only 8589934592 are left/);
  });

  it('counts bytes and members over all folders', async () => {
    await write('a', 'xxx');
    await write('custody/b', 'yyy');
    const limits = { members: 3, totalBytes: 6 };
    expect((await readExport(dir, limits)).size).toBe(2);
    await expect(readExport(dir, { ...limits, totalBytes: 5 })).rejects.toThrow(
      /"custody\/b": it has 3 bytes, only 2/,
    );
    await expect(readExport(dir, { ...limits, members: 2 })).rejects.toThrow(/over 2 files and folders/);
  });

  it('reads a part of a block manifest when it is asked for, and counts it in no limit of memory', async () => {
    const part = 'objects/blocks/vol-0123456789abcdef0/snap-0123456789abcdef0/1-00000';
    await write('a', 'xxx');
    await write(part, 'yyyyyyyy');
    const files = await readExport(dir, { members: 10, totalBytes: 3 });
    expect([...files.keys()]).toEqual(['a', part]);
    expect(files.get(part)).toEqual(new Uint8Array(Buffer.from('yyyyyyyy')));
    await write(part, 'zzzzzzzz');
    expect(files.get(part)).toEqual(new Uint8Array(Buffer.from('zzzzzzzz')));
    await write(part, 'shorter');
    expect(() => files.get(part)).toThrow(/it had 8 bytes when the folder was listed/);
    await rm(join(dir, part));
    await symlink(join(dir, 'a'), join(dir, part));
    expect(() => files.get(part)).toThrow(/ELOOP/);
  });

  it('counts a file that only calls itself a part as every other', async () => {
    await write('objects/blocks/large', '');
    await truncate(join(dir, 'objects/blocks/large'), 2 ** 22 + 1);
    await expect(readExport(dir, { members: 10, totalBytes: 3 })).rejects.toThrow(/only 3 are left/);
  });

  it('refuses a folder that is not there', async () => {
    await expect(readExport(join(dir, 'none'))).rejects.toThrow(/ENOENT/);
  });
});
