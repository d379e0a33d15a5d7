import { describe, expect, it } from 'vitest';
import type { CoverageCheck, CoverageRow } from './coverage-row.ts';
import { judgePlace, untriedPlace, whyOpen } from './judge-place.ts';

const NOW = '2026-11-21T04:00:00.000Z';
const BEFORE = '2026-11-21T03:00:00.000Z';
const check = (id: string, result: CoverageCheck['result']): CoverageCheck => ({
  id,
  result,
  says: `${id} said`,
});
const judge = (checks: readonly CoverageCheck[], before?: CoverageRow) =>
  judgePlace({ account: '602011160021', region: 'eu-west-1', checks, firstSeen: NOW }, before, NOW);

const whole = [check('role-contain', 'ok'), check('probe-contain', 'ok'), check('transit-key', 'ok')];

describe('a place', () => {
  it('is protected, from then on, when all that was tried works', () => {
    expect(judge(whole)).toMatchObject({
      verdict: 'protected',
      firstSeen: NOW,
      tried: NOW,
      protectedSince: NOW,
    });
  });

  it('keeps since when it has been, and since when it was there', () => {
    const before = { ...judge(whole), firstSeen: BEFORE, tried: BEFORE, protectedSince: BEFORE };
    expect(judge(whole, before)).toMatchObject({ firstSeen: BEFORE, tried: NOW, protectedSince: BEFORE });
  });

  it.each([
    ['role-inspect', 'not'],
    ['probe-inspect', 'not'],
    ['role-contain', 'not'],
    ['probe-contain', 'not'],
    ['transit-key', 'partly'],
    ['role-release', 'partly'],
    ['quarantine-profile', 'partly'],
  ] as const)('where %s fails stands %s', (id, verdict) => {
    const row = judge([...whole.filter((one) => one.id !== id), check(id, 'failed')]);
    expect(row.verdict).toBe(verdict);
    expect(row).not.toHaveProperty('protectedSince');
  });

  it('of which nothing was looked at is not protected', () => {
    expect(judge([]).verdict).toBe('not');
  });

  it('is what it was where one look could not be had, and what nothing shows when a second could not', () => {
    const lost = [check('role-contain', 'unknown'), ...whole.slice(1)];
    const once = judge(lost, judge(whole));
    expect(once.verdict).toBe('protected');
    expect(judge(lost, once).verdict).toBe('not');
    expect(judge(lost).verdict).toBe('not');
  });
});

describe('a simulation', () => {
  const simulated = (result: CoverageCheck['result']) => [...whole, check('simulated-revoke', result)];

  it('opens a place by a denial, and by nothing else', () => {
    expect(judge(simulated('ok')).verdict).toBe('protected');
    expect(judge(simulated('failed')).verdict).toBe('partly');
    const first = judge(simulated('unknown'));
    expect(first.verdict).toBe('protected');
    expect(judge(simulated('unknown'), first).verdict).toBe('protected');
    // Of what is tried it is not so.
    expect(judge([...whole, check('role-revoke', 'unknown')]).verdict).toBe('partly');
  });

  it('that denied stands until one says otherwise, however often none could be had', () => {
    const denied = judge(simulated('failed'));
    const once = judge(simulated('unknown'), denied);
    const twice = judge(simulated('unknown'), once);
    expect([once.verdict, twice.verdict]).toEqual(['partly', 'partly']);
    expect(whyOpen(twice)).toEqual(['simulated-revoke: simulated-revoke said']);
    expect(judge(simulated('ok'), twice).verdict).toBe('protected');
  });
});

describe('why a place is open', () => {
  it('is what failed and what could not be looked at', () => {
    const row = judge([
      check('role-contain', 'ok'),
      check('role-revoke', 'failed'),
      check('transit-key', 'unknown'),
    ]);
    expect(whyOpen(row)).toEqual(['role-revoke: role-revoke said', 'transit-key: transit-key said']);
  });

  it('is that nobody tried it, or nothing', () => {
    expect(whyOpen(untriedPlace('602011160021', 'eu-west-1', NOW))).toEqual(['it was not tried yet']);
    expect(whyOpen(judge(whole))).toEqual([]);
  });
});
