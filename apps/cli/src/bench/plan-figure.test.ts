import { describe, expect, it } from 'vitest';
import { planFigure } from './plan-figure.ts';

/** A clock that moves on by so much at each look. */
const ticking = (ms: number) => {
  let now = 0;
  return () => (now += ms);
};

describe('planFigure', () => {
  it('plans for a thousand instances, each with all that a plan may hold', () => {
    const { figure, lines } = planFigure(1, ticking(400));
    expect(figure).toMatchObject({ value: 0.4, unit: 's', goal: '< 1', met: true });
    expect(Number(lines[0]?.split(' ')[0])).toBeGreaterThan(25);
  });

  it('misses its goal at a second', () => {
    expect(planFigure(1, ticking(1_000)).figure.met).toBe(false);
  });
});
