import { describe, expect, it } from 'vitest';
import { decidePolicy } from './decide-policy.ts';
import { explainPolicy } from './explain-policy.ts';
import { readPolicy } from './fallback.ts';
import { parsePolicy } from './policy.ts';
import { keptDays, retentionSentence } from './retention.ts';
import { strengthen } from './strengthen.ts';
import { CONTAIN_ONLY } from '../plan/posture.ts';

const keeping = { lockMode: 'governance', lockDays: 90, lockDaysAtMost: 1_000 } as const;
const rule = (name: string, when: object, retentionDays: number) => ({
  name,
  when,
  set: { retentionDays },
  because: `${name} is kept`,
});
const policy = parsePolicy({
  schemaVersion: 2,
  rules: [
    {
      name: 'all',
      when: { severityAtLeast: 1 },
      set: { mode: 'contain', retentionDays: 120 },
      because: 'all',
    },
    rule('miners', { findingTypes: ['CryptoCurrency:EC2/*'] }, 30),
    rule('payments', { units: ['ou-ab12-payments1'] }, 400),
    rule('tagged', { instanceTags: { 'cordon:policy': ['keep'] } }, 700),
  ],
  limits: 'off',
});
const facts = {
  findingType: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
  severity: 8,
  account: '602011160021',
  units: ['r-root'],
  accountTags: {},
  instanceTags: {},
};
const copies = (name: string, when: object, copyWithinMinutes: number) => ({
  name,
  when,
  set: { copyWithinMinutes },
  because: `${name} is copied soon`,
});
const daysOf = (more: object): number | undefined =>
  decidePolicy(policy, { ...facts, ...more }).settings.retentionDays;

describe('retention by class of case', () => {
  it('is the longest that any rule sets which applies, whatever their order', () => {
    expect(daysOf({})).toBe(120);
    expect(daysOf({ units: ['r-root', 'ou-ab12-payments1'] })).toBe(400);
    expect(daysOf({ instanceTags: { 'cordon:policy': 'keep' } })).toBe(700);
  });

  it('is the longer one where it is not known which', () => {
    expect(daysOf({ units: undefined })).toBe(400);
  });

  it('is the default of all cases where the policy says nothing, or cannot be read', () => {
    const unread = readPolicy({ schemaVersion: 2, rules: 'nonsense' }).policy;
    const { retentionDays } = decidePolicy(unread, facts).settings;
    expect(retentionDays).toBeUndefined();
    expect(keptDays(keeping, retentionDays)).toBe(90);
  });

  it('only lengthens, up to the bound of the deployment', () => {
    expect(keptDays(keeping, 30)).toBe(90);
    expect(keptDays(keeping, 400)).toBe(400);
    expect(keptDays(keeping, 4_000)).toBe(1_000);
    expect(keptDays({ ...keeping, lockDays: 2_000 }, 4_000)).toBe(2_000);
  });

  it('is said in words, with mode, default and what bounds it', () => {
    expect(retentionSentence(keeping, undefined)).toBe(
      'evidence is kept for 90 days (90 by default), locked in governance mode',
    );
    expect(retentionSentence(keeping, 4_000)).toMatch(
      /for 1000 days .*the policy says 4000, .*lockDaysAtMost/,
    );
    expect(retentionSentence(keeping, 30)).toMatch(/for 90 days .*the policy says 30, and no case/);
    expect(explainPolicy(policy, facts, keeping).sentences).toContain(
      'evidence is kept for 120 days (90 by default), locked in governance mode',
    );
  });

  it('of an incident never becomes shorter by a later finding', () => {
    const held = { ...CONTAIN_ONLY, retentionDays: 400 };
    expect(strengthen(held, CONTAIN_ONLY).retentionDays).toBe(400);
    expect(strengthen(CONTAIN_ONLY, held).retentionDays).toBe(400);
    expect(strengthen(held, { ...held, retentionDays: 100 }).retentionDays).toBe(400);
  });
});

describe('the time within which a copy shall end', () => {
  const hurried = parsePolicy({
    schemaVersion: 2,
    rules: [
      { name: 'all', when: {}, set: { mode: 'contain', copyWithinMinutes: 240 }, because: 'all' },
      copies('miners', { findingTypes: ['CryptoCurrency:EC2/*'] }, 480),
      copies('payments', { units: ['ou-ab12-payments1'] }, 30),
    ],
    limits: 'off',
  });
  const minutesOf = (more: object) => decidePolicy(hurried, { ...facts, ...more }).settings.copyWithinMinutes;

  it('is the shortest that any rule sets which applies, or may', () => {
    expect(minutesOf({})).toBe(240);
    expect(minutesOf({ units: ['ou-ab12-payments1'] })).toBe(30);
    expect(minutesOf({ units: undefined })).toBe(30);
    expect(explainPolicy(hurried, facts).sentences).toContain(
      'each copy of a disk is asked for within 240 minutes',
    );
  });

  it('is only ever shortened by a later finding', () => {
    const held = { ...CONTAIN_ONLY, copyWithinMinutes: 60 };
    expect(strengthen(held, CONTAIN_ONLY).copyWithinMinutes).toBe(60);
    expect(strengthen(held, { ...CONTAIN_ONLY, copyWithinMinutes: 15 }).copyWithinMinutes).toBe(15);
    expect(strengthen(CONTAIN_ONLY, CONTAIN_ONLY)).not.toHaveProperty('copyWithinMinutes');
  });

  it.each([0, 20, 2_895])('is no time of %d minutes', (minutes) => {
    const rule = { name: 'r', when: {}, set: { copyWithinMinutes: minutes }, because: 'r' };
    expect(() => parsePolicy({ schemaVersion: 2, rules: [rule] })).toThrow(/copyWithinMinutes/);
  });
});
