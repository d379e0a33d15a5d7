import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimFolder } from './write-drill.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-out-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('claimFolder', () => {
  it('makes a folder and those above it, and takes one that is empty', async () => {
    const dir = join(root, 'a', 'b');
    await claimFolder(dir);
    await claimFolder(dir);
    expect(await readdir(join(root, 'a'))).toEqual(['b']);
  });

  it('refuses one that holds something', async () => {
    await writeFile(join(root, 'x'), 'kept');
    await expect(claimFolder(root)).rejects.toMatchObject({ name: 'UsageError', code: 'folder-not-empty' });
    expect(await readFile(join(root, 'x'), 'utf8')).toBe('kept');
  });

  it('refuses a file in its place', async () => {
    await writeFile(join(root, 'x'), '');
    await expect(claimFolder(join(root, 'x'))).rejects.toMatchObject({
      name: 'UsageError',
      code: 'bad-folder',
    });
  });
});
