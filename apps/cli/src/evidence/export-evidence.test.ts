import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
    ['a folder without a ledger', [tmpdir()], 'not-an-export'],
    ['an incident without a word for the ledger', ['inc-0123456789abcdef0123'], 'bad-arguments'],
  ])('refuses %s', async (_, source, code) => {
    const { exit, stdout } = await runCordon([
      'evidence',
      'export',
      ...source,
      '-o',
      join(root, 'never'),
      '--json',
    ]);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
  });
});
