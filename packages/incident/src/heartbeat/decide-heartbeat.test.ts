import { describe, expect, it } from 'vitest';
import {
  decideHeartbeat,
  lateAfterMinutes,
  type HeartbeatRow,
  type RegionStanding,
} from './decide-heartbeat.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ago = (ms: number): number => NOW - ms;

const WATCHING: RegionStanding = { kind: 'watching', publishes: 'FIFTEEN_MINUTES' };
const decide = (row: HeartbeatRow, standing: RegionStanding = WATCHING) =>
  decideHeartbeat({ region: 'eu-west-1', row, standing }, 6, NOW);

describe('a Region that answers', () => {
  it('is asked at first, and again when its hours are over, one sample at a time', () => {
    expect(decide({})).toEqual({ ask: 'new', problem: undefined });
    expect(decide({ askedAt: ago(HOUR), sentAt: ago(HOUR), cameAt: ago(HOUR) })).toMatchObject({ ask: 'no' });
    expect(decide({ askedAt: ago(6 * HOUR), sentAt: ago(6 * HOUR), cameAt: ago(5 * HOUR) })).toEqual({
      ask: 'new',
      problem: undefined,
    });
    expect(decide({ askedAt: ago(10 * MINUTE), sentAt: ago(10 * MINUTE) })).toEqual({
      ask: 'no',
      problem: undefined,
    });
  });

  it('is asked again by the next run where the last one died before GuardDuty took the request', () => {
    expect(decide({ askedAt: ago(10 * MINUTE) })).toEqual({ ask: 'again', problem: undefined });
  });
});

describe('a sample that does not come', () => {
  it('is late once GuardDuty can hold no occurrence back any more, and the road has had its time', () => {
    const row = { askedAt: ago(31 * MINUTE), sentAt: ago(31 * MINUTE) };
    expect(decide(row)).toMatchObject({ problem: 'region-silent', tell: { kind: 'region-silent' } });
    expect(decide(row).tell?.reasons[0]).toContain('2026-11-21T11:29:00.000Z');
    expect(decide(row, { kind: 'watching', publishes: 'SIX_HOURS' })).toEqual({
      ask: 'no',
      problem: undefined,
    });
  });

  it.each([
    ['FIFTEEN_MINUTES', 30],
    ['ONE_HOUR', 75],
    ['SIX_HOURS', 375],
    [undefined, 375],
    ['EVERY_DAY', 375],
  ])('waits for it where occurrences are published %s: %i minutes', (publishes, minutes) => {
    expect(lateAfterMinutes(publishes)).toBe(minutes);
  });

  it('is told once a day, and asked for again as often as any', () => {
    const row: HeartbeatRow = {
      askedAt: ago(9 * HOUR),
      sentAt: ago(9 * HOUR),
      problem: 'region-silent',
      toldAt: ago(8 * HOUR),
    };
    expect(decide(row)).toEqual({ ask: 'again', problem: 'region-silent' });
    expect(decide({ ...row, sentAt: ago(HOUR) })).toEqual({ ask: 'no', problem: 'region-silent' });
    expect(decide({ ...row, toldAt: ago(24 * HOUR) }).tell?.kind).toBe('region-silent');
  });

  it('has the Region heard again when it comes after all, however late', () => {
    const row: HeartbeatRow = {
      askedAt: ago(40 * HOUR),
      sentAt: ago(2 * HOUR),
      cameAt: ago(MINUTE),
      problem: 'region-silent',
      toldAt: ago(8 * HOUR),
    };
    expect(decide(row)).toMatchObject({ ask: 'no', problem: undefined, tell: { kind: 'region-heard' } });
  });
});

describe('what GuardDuty says against itself', () => {
  const answered: HeartbeatRow = { askedAt: ago(HOUR), sentAt: ago(HOUR), cameAt: ago(HOUR) };

  it.each<[RegionStanding, string, RegExp]>([
    [{ kind: 'no-detector' }, 'region-silent', /no GuardDuty detector in eu-west-1/],
    [{ kind: 'suspended' }, 'region-silent', /suspended/],
    [{ kind: 'undelegated', because: 'not you' }, 'region-undelegated', /delegated administrator.*not you/],
  ])('goes before a sample that came: %j', (standing, kind, words) => {
    const decided = decide(answered, standing);
    expect(decided).toMatchObject({ ask: 'no', problem: kind, tell: { kind } });
    expect(decided.tell?.reasons[0]).toMatch(words);
    expect(
      decide({ ...answered, problem: decided.problem, toldAt: ago(HOUR) }, standing).tell,
    ).toBeUndefined();
  });

  it('is over once a sample has come that was asked for since', () => {
    const row: HeartbeatRow = { ...answered, problem: 'region-undelegated', toldAt: ago(MINUTE) };
    expect(decide(row)).toEqual({ ask: 'new', problem: 'region-undelegated' });
    const out: HeartbeatRow = {
      askedAt: ago(MINUTE),
      sentAt: ago(MINUTE),
      problem: 'region-undelegated',
      toldAt: ago(HOUR),
    };
    expect(decide(out)).toEqual({ ask: 'no', problem: 'region-undelegated' });
    expect(decide({ ...out, cameAt: NOW }).tell?.kind).toBe('region-heard');
  });

  it('is told as silence where the delegation is back and the sample still does not come', () => {
    const row: HeartbeatRow = {
      askedAt: ago(HOUR),
      sentAt: ago(HOUR),
      problem: 'region-undelegated',
      toldAt: ago(2 * HOUR),
    };
    expect(decide(row).tell?.kind).toBe('region-silent');
  });
});
