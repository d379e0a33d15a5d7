import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLANTS } from '../organization/plants.ts';

const ROOT = join(import.meta.dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The fenced text that follows a sentence. */
const shownAfter = (sentence: string): readonly string[] => {
  const [, after = ''] = readme.split(sentence);
  return (after.split('```')[1] ?? '').split('\n').flatMap((line) => line.trim() || []);
};

describe('the README', () => {
  it('shows what the first command shows', { timeout: 120_000 }, () => {
    const shown = shownAfter('What the first command shows (shortened):');
    expect(shown.length).toBeGreaterThan(10);
    const ran = spawnSync(process.execPath, ['apps/cli/src/main.ts', 'drill'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const lines = new Set(`${ran.stderr}\n${ran.stdout}`.split('\n').map((line) => line.trim()));
    expect(shown.filter((line) => !lines.has(line))).toEqual([]);
  });

  it('counts the misconfigurations that the doctor is tried on', () => {
    expect(/then (\d+) misconfigurations/.exec(readme)?.[1]).toBe(String(PLANTS.length));
  });
});
