import { describe, expect, it } from 'vitest';
import { region } from '../ids.ts';
import {
  afterTurnOf,
  attributeOf,
  beginContext,
  isCut,
  isGivenUp,
  labelOf,
  nextTurnIn,
  thatFit,
  untilCollected,
  withParts,
  type Slice,
} from './slices.ts';

const incident = { arrivedAt: '2026-03-10T12:00:00.000Z', region: region.parse('eu-west-1') };
const begin = (firstSeen?: string) => beginContext(incident, firstSeen);
const [first] = begin().slices;
if (first === undefined) throw new Error('there is no slice');
const at = (more: Partial<Slice>): Slice => ({ ...first, ...more });

describe('the context of a finding', () => {
  it('is looked up from an hour before the first activity until five minutes after its arrival', () => {
    const { from, until } = begin('2026-03-10T09:30:00Z');
    expect([from, until]).toEqual(['2026-03-10T08:30:00.000Z', '2026-03-10T12:05:00.000Z']);
    expect(begin().from).toBe('2026-03-10T11:00:00.000Z');
  });

  it.each([
    ['weeks ago', '2026-01-01T00:00:00Z', '2026-03-09T12:00:00.000Z'],
    ['after its arrival', '2026-03-11T00:00:00Z', '2026-03-10T11:00:00.000Z'],
  ])('is bounded where the first activity was %s', (_name, firstSeen, from) => {
    expect(begin(firstSeen).from).toBe(from);
  });

  it('has what was done to the instance and by it, in its Region and where global services are', () => {
    expect(begin().slices.map((one) => [labelOf(one), attributeOf(one)])).toEqual([
      ['cloudtrail-instance-eu-west-1-1.json', 'ResourceName'],
      ['cloudtrail-session-eu-west-1-1.json', 'Username'],
      ['cloudtrail-instance-us-east-1-1.json', 'ResourceName'],
      ['cloudtrail-session-us-east-1-1.json', 'Username'],
    ]);
    const global = beginContext({ ...incident, region: region.parse('us-east-1') }, undefined);
    expect(global.slices).toHaveLength(2);
  });

  it('is read a quarter of an hour after its end, or at once when that is over', () => {
    expect(untilCollected(begin(), Date.parse(incident.arrivedAt))).toBe(1200);
    expect(untilCollected(begin(), Date.parse('2026-03-11T00:00:00Z'))).toBe(0);
  });
});

describe('a turn', () => {
  it('goes on with the next page, asks again for one that was not given, and ends', () => {
    const state = withParts(begin(), [{ label: 'systems-manager.json', status: 'kept' }]);
    expect(state).toMatchObject({ records: true, kept: ['systems-manager.json'] });
    const after = afterTurnOf(state, [
      { slice: at({}), status: 'kept', token: 'next' },
      { slice: at({ of: 'session' }), status: 'later' },
      { label: 'flow-logs', status: 'absent' },
    ]);
    expect(after).toMatchObject({
      records: false,
      kept: ['systems-manager.json', 'cloudtrail-instance-eu-west-1-1.json'],
      absent: ['flow-logs'],
      slices: [
        { of: 'instance', page: 2, token: 'next', tries: 0 },
        { of: 'session', page: 1, tries: 1 },
      ],
    });
    expect(nextTurnIn(after)).toBe(10);
    const paged = afterTurnOf(state, [{ slice: at({}), status: 'kept', token: 'next' }]);
    expect(nextTurnIn(paged)).toBe(1);
    expect(nextTurnIn(afterTurnOf(state, [{ slice: at({}), status: 'kept' }]))).toBeUndefined();
  });

  it('reads ten pages of a slice at most, and asks five times for one', () => {
    expect([
      isCut(at({ page: 10 }), 'next'),
      isCut(at({ page: 9 }), 'next'),
      isCut(at({ page: 10 }), undefined),
    ]).toEqual([true, false, false]);
    const last = afterTurnOf(begin(), [{ slice: at({ page: 10 }), status: 'kept', token: 'next' }]);
    expect(last.slices).toEqual([]);
    expect([isGivenUp(at({ tries: 3 })), isGivenUp(at({ tries: 4 }))]).toEqual([false, true]);
  });
});

describe('what fits into an object', () => {
  it('leaves a text out that is too long, and keeps those after it', () => {
    expect(thatFit(['a', 'x'.repeat(100), 'b'], 50)).toEqual({ texts: ['a', 'b'], leftOut: 1 });
    // Six bytes each, as JSON has them.
    expect(thatFit(['\u0000'.repeat(10)], 50).leftOut).toBe(1);
  });
});
