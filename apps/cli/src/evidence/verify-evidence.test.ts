import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCordon, spawnCordon, type Ran } from '../testing/run-cordon.ts';
import { signedExport } from '../testing/signed-export.ts';

const { files, fingerprint } = signedExport();
let root = '';

const exported = async (
  name: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<string> => {
  const dir = join(root, name);
  for (const [path, content] of new Map<string, string | Uint8Array | undefined>([
    ...files,
    ...Object.entries(changes),
  ])) {
    if (content === undefined) continue;
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
};

const verify = (...args: readonly string[]): Promise<Ran> => runCordon(['evidence', 'verify', ...args]);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-evidence-'));
});
afterAll(() => rm(root, { recursive: true }));

describe('cordon evidence verify', () => {
  it('verifies what the known key signed, however the fingerprint is written', async () => {
    const dir = await exported('good');
    const { exit, stdout } = await verify(dir, '--key-fingerprint', fingerprint.toUpperCase());
    expect(exit).toBe(0);
    expect(stdout).toContain('VERIFIED');
    expect(stdout).toContain('3 custody entries, 4 signatures');
  });

  it('says that the signer is unknown without a fingerprint, and how to know it', async () => {
    const { exit, stdout } = await verify(await exported('unknown'));
    expect(exit).toBe(3);
    expect(stdout).toContain('CONSISTENT, SIGNER UNKNOWN');
    expect(stdout).toContain('aws kms get-public-key --key-id alias/cordon-custody');
  });

  it('holds results that are mounted somewhere against the statements in the folder', async () => {
    const dir = await exported('with-results');
    const mounted = join(root, 'mounted');
    await mkdir(join(mounted, 'results'), { recursive: true });
    await writeFile(join(mounted, 'results/SHA256SUMS'), '');
    const { exit, stdout } = await verify(dir, '--key-fingerprint', fingerprint, '--results', mounted);
    expect(exit).toBe(1);
    expect(stdout).toContain('VERIFIED');
    expect(stdout).toContain('RESULTS BROKEN');
    expect(stdout).toContain('the seal of no statement in custody');
    expect((await verify(dir, '--results', join(root, 'nowhere'))).exit).toBe(2);
  });

  it('names the file in which one byte was changed', async () => {
    const entry = String(files.get('custody/000002.json')).replace('gone', 'Gone');
    const { exit, stdout } = await verify(
      await exported('changed', { 'custody/000002.json': entry }),
      '--key-fingerprint',
      fingerprint,
    );
    expect(exit).toBe(1);
    expect(stdout).toContain('BROKEN');
    expect(stdout).toMatch(/ {2}custody\/000002\.json\n {4}what {2}.+\n {4}hint {2}/);
  });

  it('sees that an entry was cut off', async () => {
    expect(
      (
        await verify(
          await exported('cut', { 'custody/000003.json': undefined }),
          '--key-fingerprint',
          fingerprint,
        )
      ).exit,
    ).toBe(1);
  });

  it('sees that another key signed', async () => {
    const { exit, stdout } = await verify(
      await exported('other'),
      '--key-fingerprint',
      signedExport().fingerprint,
    );
    expect(exit).toBe(1);
    expect(stdout).toContain('another key');
  });

  it('calls a folder with a link in it broken, and follows no link', async () => {
    const dir = await exported('linked');
    await symlink('/etc/hostname', join(dir, 'link'));
    const { exit, stdout } = await verify(dir, '--key-fingerprint', fingerprint);
    expect(exit).toBe(1);
    expect(stdout).toContain('symbolic link');
  });

  it('prints one document with --json', async () => {
    const { exit, stdout, stderr } = await spawnCordon([
      'evidence',
      'verify',
      await exported('json'),
      '--json',
      '--key-fingerprint',
      fingerprint,
    ]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      status: 'verified',
      incidentId: 'inc-1',
      keyFingerprint: fingerprint,
      problems: [],
    });
  });

  it.each([
    ['a folder that is not there', '/nowhere/export', fingerprint, 'no-such-folder'],
    ['a file in place of a folder', import.meta.filename, fingerprint, 'no-such-folder'],
    ['a fingerprint that is none', tmpdir(), 'abc', 'bad-fingerprint'],
  ])('refuses %s', async (_, dir, given, code) => {
    const { exit, stdout } = await verify(dir, '--json', '--key-fingerprint', given);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, error: { code } });
  });
});
