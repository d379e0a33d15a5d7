import { describe, expect, it } from 'vitest';
import {
  hashingDeadlineSeconds,
  hashingRight,
  isOverdue,
  readInTime,
  secondsToRead,
  USUAL_PACE,
} from './hashing-pace.ts';

const AT = '2026-11-21T03:00:00.000Z';
const after = (seconds: number): string => new Date(Date.parse(AT) + seconds * 1_000).toISOString();
const HOUR = 3_600;
const LARGEST = 65_536;

describe('the time that a disk takes', () => {
  it('follows from its blocks and from how many parts are read at once, 100 blocks of a second each', () => {
    expect(secondsToRead(512, USUAL_PACE)).toBe(5_243);
    expect(secondsToRead(LARGEST, { partsAtOnce: 6 })).toBe(223_697);
    expect(secondsToRead(LARGEST, { partsAtOnce: 6 }) / HOUR).toBeCloseTo(62.1, 1);
  });

  it('is doubled for a second reading, four hours at least, and never more than the seal waits', () => {
    expect(hashingDeadlineSeconds(8, USUAL_PACE)).toBe(4 * HOUR);
    expect(hashingDeadlineSeconds(8, { partsAtOnce: 2, hoursAtMost: 1 })).toBe(HOUR);
    expect(hashingDeadlineSeconds(4_096, { partsAtOnce: 2, hoursAtMost: 48 })).toBe(2 * 41_944);
    expect(hashingDeadlineSeconds(LARGEST, { partsAtOnce: 6, hoursAtMost: 96 })).toBe(96 * HOUR);
  });

  it('lets every size that EBS has be hashed, and no other', () => {
    const right = { upToGiB: LARGEST, partsAtOnce: 6, hoursAtMost: 168 };
    expect(readInTime([LARGEST], hashingRight.parse(right))).toEqual([true]);
    expect(hashingRight.safeParse({ ...right, upToGiB: LARGEST + 1 }).success).toBe(false);
    expect(hashingRight.parse({ upToGiB: 200 })).toMatchObject({ ...USUAL_PACE, fromMember: false });
  });
});

describe('readInTime', () => {
  const pace = { partsAtOnce: 2, hoursAtMost: 12 };
  // Some 5.8 hours each: two follow each other in a turn, and three turns are taken at once.
  const sizes = Array.from({ length: 7 }, () => 2_048);

  it('gives disks their turns three at a time, and none that would end too late', () => {
    expect(readInTime(sizes, pace)).toEqual([true, true, true, true, true, true, false]);
  });

  it('keeps no small disk waiting for one that is not read', () => {
    expect(readInTime([LARGEST, 8, LARGEST, 8], pace)).toEqual([false, true, false, true]);
  });
});

describe('isOverdue', () => {
  const of = { sizeGiB: 8, pace: { partsAtOnce: 2, hoursAtMost: 24 } };

  it('counts a disk from its turn on, by its own time', () => {
    const state = { startedAt: AT, begunAt: after(10 * HOUR) };
    expect(isOverdue(state, of, after(14 * HOUR))).toBe(false);
    expect(isOverdue(state, of, after(14 * HOUR + 1))).toBe(true);
  });

  it('ends for all when the seal no longer waits', () => {
    const state = { startedAt: AT, begunAt: after(23 * HOUR) };
    expect(isOverdue(state, of, after(24 * HOUR))).toBe(false);
    expect(isOverdue(state, of, after(24 * HOUR + 1))).toBe(true);
  });

  it('gives four hours where the deployment no longer says anything, and all the time before custody', () => {
    expect(isOverdue({ startedAt: AT }, { ...of, pace: undefined }, after(4 * HOUR + 1))).toBe(true);
    expect(isOverdue({}, of, after(10 ** 6))).toBe(false);
  });
});
