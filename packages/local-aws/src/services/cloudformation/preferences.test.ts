import { describe, expect, it } from 'vitest';
import { readPreferences } from './preferences.ts';

const REGIONS = ['eu-west-1', 'us-east-1', 'us-west-2'];

describe('preferences of an operation', () => {
  it('are one account at a time and no failure, in the order of the Regions, when none are given', () => {
    const { atOnce, tolerance, regionOrder, parallelRegions } = readPreferences(undefined, REGIONS);
    expect([atOnce(100), tolerance(100), parallelRegions]).toEqual([1, 0, false]);
    expect(regionOrder).toEqual(REGIONS);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
  it.each([
    ['a count is held down by strict tolerance', { MaxConcurrentCount: 10, FailureToleranceCount: 2 }, 3],
    ['a percentage too', { MaxConcurrentPercentage: 50, FailureTolerancePercentage: 10 }, 11],
    [
      'soft tolerance leaves it',
      { MaxConcurrentCount: 10, ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE' as const },
      10,
    ],
    [
      'a percentage is rounded down, but not to nothing',
      { MaxConcurrentPercentage: 1, ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE' as const },
      1,
    ],
  ])('%s', (_what, asked, expected) => {
    expect(readPreferences(asked, REGIONS).atOnce(99 + 1)).toBe(expected);
  });

  it('rounds tolerance down', () => {
    expect(readPreferences({ FailureTolerancePercentage: 10 }, REGIONS).tolerance(19)).toBe(1);
  });

  it('puts the named Regions first', () => {
    expect(readPreferences({ RegionOrder: ['us-west-2'] }, REGIONS).regionOrder).toEqual([
      'us-west-2',
      'eu-west-1',
      'us-east-1',
    ]);
  });

  it.each([
    ['both tolerances', { FailureToleranceCount: 1, FailureTolerancePercentage: 1 }],
    ['no concurrency', { MaxConcurrentCount: 0 }],
    ['more than all', { MaxConcurrentPercentage: 101 }],
    ['a Region that the operation has not', { RegionOrder: ['ap-south-1'] }],
  ])('refuses %s', (_what, asked) => {
    expect(() => readPreferences(asked, REGIONS)).toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    );
  });
});
