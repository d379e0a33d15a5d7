import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCordon } from '../testing/run-cordon.ts';
import { signedExport } from '../testing/signed-export.ts';

const { files, fingerprint } = signedExport();
let root = '';

const write = async (dir: string, changes: Readonly<Record<string, string>> = {}): Promise<string> => {
  for (const [path, content] of new Map([...files, ...Object.entries(changes)])) {
    await mkdir(dirname(join(root, dir, path)), { recursive: true });
    await writeFile(join(root, dir, path), content);
  }
  return join(root, dir);
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-export-'));
});
afterAll(() => rm(root, { recursive: true }));

describe('cordon evidence export', () => {
  it('writes a bundle of a folder of ledgers, which verifies and tells a stranger how', async () => {
    await write('evidence/inc-1');
    const out = join(root, 'bundle');
    const made = await runCordon(['evidence', 'export', join(root, 'evidence'), '-o', out]);
    expect(made).toMatchObject({ exit: 0, stderr: '' });
    const verified = await runCordon(['evidence', 'verify', out, '--key-fingerprint', fingerprint]);
    expect(verified.stdout).toMatch(/^VERIFIED: the bundle .* with 1 ledger/);
    expect(verified.exit).toBe(0);
    expect(await readFile(join(out, 'README.txt'), 'utf8')).toContain(`evidence/inc-1/`);

    await writeFile(join(out, 'README.txt'), 'trust me');
    const changed = await runCordon(['evidence', 'verify', out, '--json', '--key-fingerprint', fingerprint]);
    expect(changed.exit).toBe(1);
    expect(JSON.parse(changed.stdout)).toMatchObject({
      status: 'broken',
      ledgers: [{ status: 'verified' }],
      problems: [{ file: 'README.txt' }],
    });
  });

  it('hands out nothing that does not verify, and says what', async () => {
    const changed = String(files.get('custody/000002.json')).replace('gone', 'Gone');
    const dir = await write('changed/inc-1', { 'custody/000002.json': changed });
    const { exit, stdout } = await runCordon(['evidence', 'export', dir, '-o', join(root, 'no'), '--json']);
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'broken',
      because: expect.stringContaining('custody/000002.json'),
    });
    await expect(readFile(join(root, 'no', 'bundle.json'))).rejects.toThrow('ENOENT');
  });

  it('has its cost told, at prices with a date', async () => {
    const dir = await write('priced/inc-1');
    const { exit, stdout } = await runCordon(['evidence', 'cost', dir, '--json']);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ledgers: ['inc-1'],
      cost: { monthlyUsd: 0 },
      prices: { seenOn: expect.stringMatching(/^2026-/) },
    });
    expect((await runCordon(['evidence', 'cost', dir])).stdout).toContain('USD 0.00 a month at most');
  });

  it('writes one file in the terms of CASE, whole or not at all, over nothing', async () => {
    const dir = await write('case/inc-1');
    const out = join(root, 'case.jsonld');
    const make = () => runCordon(['evidence', 'export', dir, '--format', 'case', '-o', out]);
    expect(await make()).toMatchObject({ exit: 0, stderr: '' });
    const text = await readFile(out, 'utf8');
    expect(JSON.parse(text)).toHaveProperty('@graph');
    expect(await readdir(root)).not.toContain('case.jsonld.partial');
    expect(await make()).toMatchObject({ exit: 2, stderr: expect.stringContaining('EEXIST') });
    expect(await readFile(out, 'utf8')).toBe(text);

    await rm(out);
    await mkdir(`${out}.partial`);
    expect((await make()).exit).toBe(2);
    await expect(readFile(out)).rejects.toThrow('ENOENT');
  });

  it('takes no folder with a link in it, and says where', async () => {
    const dir = await write('linked/inc-1');
    await symlink('/etc/hostname', join(dir, 'link'));
    const { exit, stderr } = await runCordon(['evidence', 'export', dir, '-o', join(root, 'linked-out')]);
    expect(exit).toBe(2);
    expect(stderr).toContain('"link": it is a symbolic link');
    expect(await readdir(root)).not.toContain('linked-out.partial');
  });

  it('overwrites nothing', async () => {
    const dir = await write('again/inc-1');
    await mkdir(join(root, 'full'));
    await writeFile(join(root, 'full', 'mine'), 'x');
    const { exit, stderr } = await runCordon(['evidence', 'export', dir, '-o', join(root, 'full')]);
    expect(exit).toBe(2);
    expect(stderr).toContain('nothing is overwritten');
  });

  it.each([
    ['what is no folder', ['/nowhere'], 'no-such-folder'],
    ['a folder without a ledger', ['EMPTY'], 'not-an-export'],
    ['an incident without a word for the ledger', ['inc-0123456789abcdef0123'], 'bad-arguments'],
  ])('refuses %s', async (_, source, code) => {
    const empty = join(root, 'empty');
    await mkdir(empty, { recursive: true });
    const { exit, stdout } = await runCordon([
      'evidence',
      'export',
      ...source.map((word) => (word === 'EMPTY' ? empty : word)),
      '-o',
      join(root, 'never'),
      '--json',
    ]);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
  });
});
