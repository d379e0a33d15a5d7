import { describe, expect, it } from 'vitest';
import { figure, median } from './figure.ts';

describe('figure', () => {
  it.each([
    [4.9996, { below: 5 }, { value: 5, goal: '< 5', met: true }],
    [5, { below: 5 }, { value: 5, goal: '< 5', met: false }],
    [8, { atMost: 8 }, { value: 8, goal: '<= 8', met: true }],
    [9, { atMost: 8 }, { value: 9, goal: '<= 8', met: false }],
    [1000, { above: 1000 }, { value: 1000, goal: '> 1000', met: false }],
    [1000.5, { above: 1000 }, { value: 1000.5, goal: '> 1000', met: true }],
    [100, { atLeast: 100 }, { value: 100, goal: '>= 100', met: true }],
    [99.9, { atLeast: 100 }, { value: 99.9, goal: '>= 100', met: false }],
  ])('holds %d against %j', (measured, goal, wanted) => {
    expect(figure('x', { measured, unit: 's' }, goal)).toEqual({ name: 'x', unit: 's', ...wanted });
  });
});

describe('median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('of %j is %d', (values, wanted) => {
    expect(median(values)).toBe(wanted);
  });

  it('refuses to be taken of nothing', () => {
    expect(() => median([])).toThrow('a median of no values');
  });
});
