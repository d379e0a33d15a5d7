import { describe, expect, it } from 'vitest';
import { completionMinutes } from './copy-deadline.ts';

describe('the completion duration of a copy', () => {
  it('is none where none is wanted', () => {
    expect(completionMinutes(100, undefined)).toBeUndefined();
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html : 500 MiB a second at most, quarters of an hour
  it.each([
    [8, 15, 15],
    [8, 60, 60],
    [439, 15, 15],
    [440, 15, 30],
    [1_024, 15, 45],
    [16_384, 120, 570],
    [64 * 1_024, 15, 2_250],
  ])('of %d GiB is, of %d minutes wanted, %d', (sizeGiB, wanted, minutes) => {
    expect(completionMinutes(sizeGiB, wanted)).toBe(minutes);
  });
});
