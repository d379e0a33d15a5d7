import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCordon } from '../testing/run-cordon.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-policy-'));
afterAll(() => rmSync(work, { recursive: true }));
const written = (name: string, policy: unknown): string => {
  const path = join(work, name);
  writeFileSync(path, typeof policy === 'string' ? policy : JSON.stringify(policy));
  return path;
};

const CASE = ['--type', 'Trojan:EC2/DropPoint', '--severity', '8', '--account', '602011160021'];
const units = written('units.json', {
  schemaVersion: 2,
  rules: [
    {
      name: 'production',
      when: { units: ['ou-ab12-prod0001'] },
      set: { mode: 'contain', stop: 'automatic' },
      because: 'production is on',
    },
  ],
});

describe('cordon policy explain', () => {
  it('says what the own policy does, and by which rule', async () => {
    const ran = await runCordon(['policy', 'explain', ...CASE, '--unit', 'r-root']);
    expect(ran.exit).toBe(0);
    expect(ran.stdout).toContain('mode contain: the instance is cut off at once');
    expect(ran.stdout).toContain('rule everywhere:');
  });

  it('says what a unit that no rule names gets', async () => {
    const ran = await runCordon(['policy', 'explain', units, ...CASE, '--unit', 'r-root', '--json']);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      settings: { mode: 'observe' },
      rules: [{ name: 'production', match: 'no' }],
    });
  });

  it('says what is done while a fact cannot be read', async () => {
    const ran = await runCordon(['policy', 'explain', units, ...CASE, '--unknown', 'units']);
    expect(ran.stdout).toContain('mode contain');
    expect(ran.stdout).toContain('stopping the instance waits for a person');
    expect(ran.stdout).toContain("the account's organizational units could not be read");
  });

  it.each([
    ['a severity that there is none of', ['--severity', '11'], '0 to 10'],
    ['an account that is none', ['--account', 'me'], '12 digits'],
    ['a fact that there is none of', ['--unknown', 'weather'], 'units, account-tags'],
  ])('refuses %s', async (_name, more, named) => {
    const ran = await runCordon(['policy', 'explain', ...CASE, ...more]);
    expect([ran.exit, ran.stderr]).toEqual([2, expect.stringContaining(named)]);
  });
});

describe('cordon policy check', () => {
  it('gives the policy with its defaults', async () => {
    const ran = await runCordon(['policy', 'check', units, '--json']);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      valid: true,
      policy: { limits: { windowMinutes: 60 }, excludeTypes: [] },
    });
    expect((await runCordon(['policy', 'check'])).stdout).toContain('is valid: 1 rule(s)');
  });

  it.each([
    ['text', written('text.json', 'contain everything'), 'no JSON'],
    ['a wrong document', written('wrong.json', { schemaVersion: 2, rules: [{}] }), 'rules'],
    ['a file that is not there', join(work, 'nowhere.json'), 'no such file'],
  ])('refuses %s, for people and for programs', async (_name, path, named) => {
    const ran = await runCordon(['policy', 'check', path, '--json']);
    expect([ran.exit, ran.stderr]).toEqual([2, expect.stringContaining(named)]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { message: expect.stringContaining(named) } });
  });
});
