import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlockProof, whyNoProof } from '@cordon/evidence';
import { runCordon, type Ran } from '../testing/run-cordon.ts';
import { BLOCK, blocksOf, signedExport, VOLUME } from '../testing/signed-export.ts';

const { files, fingerprint } = signedExport(blocksOf);
let root = '';
let dir = '';

const prove = (...args: readonly string[]): Promise<Ran> =>
  runCordon(['evidence', 'prove', dir, '--volume', VOLUME, ...args]);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-prove-'));
  dir = join(root, 'export');
  for (const [path, content] of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  await writeFile(join(root, 'block'), BLOCK);
  await writeFile(join(root, 'other'), Buffer.concat([BLOCK.subarray(1), Buffer.of(1)]));
});
afterAll(() => rm(root, { recursive: true }));

describe('cordon evidence prove', () => {
  it('proves a block by the signed root, and that these are its bytes', async () => {
    const { exit, stdout } = await prove(
      '--block',
      '7',
      '--data',
      join(root, 'block'),
      '--key-fingerprint',
      fingerprint,
    );
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^PROVED: block 7 of vol-0123456789abcdef0, in the copy snap-/);
    expect(stdout).toContain('stated and signed in custody/000004.json');
    expect(stdout).toMatch(/data .* is this block/);
  });

  it('tells other bytes from those of the block', async () => {
    const { exit, stdout } = await prove('--block', '7', '--data', join(root, 'other'), '--json');
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'broken', data: expect.stringMatching(/digest/) });
  });

  it('writes a proof that stands alone, and says that the signer is unknown where no key is given', async () => {
    const out = join(root, 'proof.json');
    const { exit, stdout } = await prove('--block', '3', '--out', out);
    expect(exit).toBe(3);
    expect(stdout).toContain('PROVED, SIGNER UNKNOWN');
    const proof = BlockProof.parse(JSON.parse(await readFile(out, 'utf8')));
    expect(whyNoProof(proof)).toBeUndefined();
  });

  it.each([
    ['a block that was never written', ['--block', '5'], 'not-written'],
    ['a side that was not hashed', ['--block', '7', '--source'], 'not-hashed'],
    ['a block that is no number', ['--block', '-1x'], 'bad-block'],
    ['data that is not there', ['--block', '7', '--data', '/nowhere/block'], 'unreadable'],
  ])('refuses %s', async (_, args, code) => {
    const { exit, stdout } = await prove(...args, '--json');
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
  });

  it('proves nothing of a folder that is broken', async () => {
    const part = [...files.keys()].find((path) => path.includes('/blocks/')) ?? '';
    const kept = await readFile(join(dir, part));
    await writeFile(
      join(dir, part),
      Buffer.concat([kept.subarray(0, -1), Buffer.of((kept.at(-1) ?? 0) ^ 1)]),
    );
    const { exit, stdout } = await prove('--block', '7', '--key-fingerprint', fingerprint);
    await writeFile(join(dir, part), kept);
    expect(exit).toBe(1);
    expect(stdout).toContain('Of a broken folder nothing is proved.');
  });
});
