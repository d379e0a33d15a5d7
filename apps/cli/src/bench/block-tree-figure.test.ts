import { describe, expect, it } from 'vitest';
import { blockTreeFigures } from './block-tree-figure.ts';

describe('blockTreeFigures', () => {
  it('gives the time of a run, and the most that memory had grown by', () => {
    let clockMs = 0;
    let residentMiB = 100;
    const meters = {
      processorMs: () => (clockMs += 1_500),
      residentBytes: () => (residentMiB += 2) * 2 ** 20,
    };
    const figures = blockTreeFigures(1, meters, 30_000);
    expect(figures.map((one) => one.figure)).toEqual([
      { name: 'merkle-of-30000-blocks', value: 1.5, unit: 's', goal: '< 10', met: true },
      { name: 'merkle-memory-growth', value: 4, unit: 'MiB', goal: '< 64', met: true },
    ]);
  });
});
