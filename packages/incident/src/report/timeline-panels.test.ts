import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panelsOf, placeOn, scaleOf } from './timeline-panels.ts';

const moments = fc.array(fc.integer({ min: 0, max: 10 ** 10 }), { minLength: 1, maxLength: 60 });

describe('panelsOf', () => {
  it('draws what is spread evenly as one', () => {
    expect(panelsOf([0, 10_000, 20_000, 30_000])).toEqual([{ from: 0, until: 30_000 }]);
  });

  it('parts seconds from the hours around them, at the silences', () => {
    const seconds = [0, 500, 900, 1_400, 2_000, 2_600, 3_100, 4_000];
    const hours = [7_200_000, 7_205_000, 10_800_000];
    expect(panelsOf([...seconds, ...hours])).toEqual([
      { from: 0, until: 4_000 },
      { from: 7_200_000, until: 10_800_000 },
    ]);
  });

  it('gives one moment a part of its own where it is alone', () => {
    expect(panelsOf([5])).toEqual([{ from: 5, until: 5 }]);
    expect(panelsOf([])).toEqual([]);
  });

  it('holds every moment in exactly one part, in order, six at most', () => {
    fc.assert(
      fc.property(moments, (times) => {
        const panels = panelsOf(times);
        expect(panels.length).toBeLessThanOrEqual(6);
        for (const at of times)
          expect(panels.filter(({ from, until }) => at >= from && at <= until)).toHaveLength(1);
        for (const [index, { from }] of panels.entries())
          expect(from).toBeGreaterThan(panels[index - 1]?.until ?? -1);
      }),
      { numRuns: 60 },
    );
  });

  it('stays quick, and loses nobody at the ends, with more moments than can be told apart', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => index * 997);
    // Hours of silence after each three hundred: what is thinned out lies at the edges of parts, too.
    const parted = many.map((at, index) => at + Math.floor(index / 300) * 36_000_000);
    const panels = panelsOf(parted);
    expect(panels[0]?.from).toBe(0);
    for (const at of parted)
      expect(panels.filter(({ from, until }) => at >= from && at <= until)).toHaveLength(1);
  });
});

describe('scaleOf', () => {
  it('keeps moments in proportion, within the edges, with lines at whole steps from the origin', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 10 ** 10 }), (times, origin) => {
        const panel = { from: Math.min(...times), until: Math.max(...times) };
        const scale = scaleOf(panel, origin);
        for (const at of times) {
          const place = placeOn(scale, at);
          expect(place).toBeGreaterThan(0);
          expect(place).toBeLessThan(100);
          expect(place).toBeCloseTo(((at - scale.from) / (scale.until - scale.from)) * 100, 1);
        }
        for (const line of scale.lines) expect(Math.abs((line - origin) % scale.step)).toBe(0);
      }),
    );
  });
});
