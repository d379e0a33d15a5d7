import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../sha256.ts';
import { checkResults } from './check-results.ts';

const root = mkdtempSync(join(tmpdir(), 'cordon-results-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;

const FILES = { 'results.json': '{}', 'evidence-1/fs-1/body.txt': 'names' };
const listOf = (files: Readonly<Record<string, string>>): string =>
  Object.entries(files)
    .map(([path, content]) => `${sha256Hex(content)}  ./${path}\n`)
    .join('');
const LIST = listOf(FILES);
const statements = (list = LIST): ReadonlyMap<string, string> =>
  new Map([
    ['memory-statement.json', 'no JSON'],
    ['triage-statement.json', JSON.stringify({ seal: sha256Hex(list) })],
  ]);

/** A volume of results as it is mounted; undefined takes a file away. */
const mounted = (changes: Readonly<Record<string, string | undefined>> = {}): string => {
  const folder = join(root, String((count += 1)));
  const files = Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`results/${path}`, text]));
  for (const [path, text] of Object.entries({ ...files, 'results/SHA256SUMS': LIST, ...changes })) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
};

describe('results held against the statement in custody', () => {
  it('are as stated where the list has the seal and each file its digest', async () => {
    expect(await checkResults(mounted(), statements())).toEqual({
      status: 'as-stated',
      statement: 'triage-statement.json',
      files: 2,
      notCarried: 0,
      problems: [],
    });
  });

  it('are as stated without what was named as left behind, and count it', async () => {
    const folder = mounted({
      'results/evidence-1/fs-1/body.txt': undefined,
      'NOT-CARRIED': 'evidence-1/fs-1/body.txt\n',
    });
    expect(await checkResults(folder, statements())).toMatchObject({
      status: 'as-stated',
      files: 1,
      notCarried: 1,
    });
  });

  it.each<[string, Readonly<Record<string, string | undefined>>, RegExp]>([
    ['one byte of a file differs', { 'results/results.json': '[]' }, /the sealed list says/],
    ['a file is gone', { 'results/results.json': undefined }, /listed and not there/],
    ['a file is there that nobody listed', { 'results/more': 'x' }, /not in the sealed list/],
    [
      'the list was written anew',
      { 'results/SHA256SUMS': listOf({ 'results.json': '{}' }) },
      /seal of no statement/,
    ],
    ['there is no list', { 'results/SHA256SUMS': undefined }, /cannot be read/],
  ])('are broken where %s', async (_what, changes, says) => {
    const checked = await checkResults(mounted(changes), statements());
    expect(checked.status).toBe('broken');
    expect(checked.problems[0]?.problem).toMatch(says);
  });

  it('never follow a link, nor a path out of the folder', async () => {
    const folder = mounted({ 'results/results.json': undefined });
    symlinkSync('/etc/passwd', join(folder, 'results/results.json'));
    expect((await checkResults(folder, statements())).problems[0]?.problem).toContain(
      'neither file nor folder',
    );
    const list = `${sha256Hex('x')}  ./../../etc/passwd\n`;
    const out = await checkResults(mounted({ 'results/SHA256SUMS': list }), statements(list));
    expect(out.problems[0]?.problem).toContain('no list of digests');
  });
});
