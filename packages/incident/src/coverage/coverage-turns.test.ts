import { describe, expect, it } from 'vitest';
import { coverageLines } from './coverage-metrics.ts';
import type { CoverageRow } from './coverage-row.ts';
import { coverageTurns, latePlaces, type Tried } from './coverage-turns.ts';

const START = Date.parse('2026-11-21T03:00:00.000Z');
const at = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();
const row = (verdict: CoverageRow['verdict'], more: Partial<CoverageRow> = {}): CoverageRow => ({
  account: '602011160021',
  region: 'eu-west-1',
  verdict,
  checks: verdict === 'protected' ? [] : [{ id: 'role-contain', result: 'failed', says: 'no' }],
  firstSeen: at(0),
  tried: at(0),
  ...more,
});
const turned = (before: readonly CoverageRow[], after: readonly CoverageRow[], now = 10) => {
  const tried: Tried = { account: '602011160021', before, after };
  return coverageTurns([tried], { regions: 1, withinMinutes: 60, now: START + now * 60_000 });
};

describe('what is told of a batch', () => {
  it.each<[string, readonly CoverageRow[], readonly CoverageRow[], number, readonly string[]]>([
    ['an account that became protected', [row('not')], [row('protected')], 10, ['account-covered']],
    ['a new one that is at once', [], [row('protected')], 10, ['account-covered']],
    ['one that stays so', [row('protected')], [row('protected')], 10, []],
    ['one that ceased to be', [row('protected')], [row('partly')], 500, ['account-uncovered']],
    ['one that is not yet', [row('not')], [row('not', { tried: at(59) })], 59, []],
    [
      'one whose time is over',
      [row('not', { tried: at(59) })],
      [row('not', { tried: at(60) })],
      60,
      ['account-late'],
    ],
    ['one that was late before', [row('not', { tried: at(60) })], [row('not', { tried: at(70) })], 70, []],
  ])('%s', (_what, before, after, now, kinds) => {
    expect(turned(before, after, now).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('is one event for all accounts, with so many reasons as a person reads', () => {
    const ids = Array.from({ length: 30 }, (_, index) => String(602_011_160_000 + index));
    const batch = ids.map((account) => ({
      account,
      before: [row('protected', { account })],
      after: [row('not', { account })],
    }));
    const [turn, ...others] = coverageTurns(batch, { regions: 1, withinMinutes: 60, now: START });
    expect(others).toEqual([]);
    expect(turn?.accounts).toEqual(ids);
    expect(turn?.reasons).toHaveLength(21);
    expect(turn?.reasons[0]).toBe('602011160000 in eu-west-1: role-contain: no');
    expect(turn?.reasons.at(-1)).toBe('and 10 more; cordon coverage --not-protected has all');
  });
});

describe('late places', () => {
  it('are those that are not protected when their time is over', () => {
    const rows = [
      row('not'),
      row('partly', { region: 'us-east-1' }),
      row('protected', { region: 'us-west-2' }),
    ];
    const late = (minutes: number) => latePlaces(rows, { withinMinutes: 60, now: START + minutes * 60_000 });
    expect(late(59)).toEqual([]);
    expect(late(60)).toEqual(rows.slice(0, 2));
  });
});

describe('the metric of coverage', () => {
  it('has a line for each way to stand, and one for late places', () => {
    const lines = coverageLines([row('not'), row('protected'), row('protected')], 1, START);
    expect(lines).toMatchObject([
      { Verdict: 'protected', Coverage: 2 },
      { Verdict: 'partly', Coverage: 0 },
      { Verdict: 'not', Coverage: 1 },
      { Verdict: 'late', Coverage: 1 },
    ]);
  });
});
