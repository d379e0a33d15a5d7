import { describe, expect, it } from 'vitest';
import { compareDrills, type DrillTime } from './authorization-figure.ts';

const took = (processorMs: number, calls = 366): DrillTime => ({
  wallMs: processorMs * 2,
  processorMs,
  calls,
  checks: 707,
});

describe('compareDrills', () => {
  it('gives the ratio of the median processor times', () => {
    const { figure, lines } = compareDrills([
      { decided: took(2400), allowed: took(2000) },
      { decided: took(9000), allowed: took(1900) },
      { decided: took(2300), allowed: took(8000) },
    ]);
    expect(figure).toMatchObject({ value: 1.2, goal: '<= 1.3', met: true });
    expect(lines).toContain('decided by the policies: median 2.40 s, minimum 2.30 s, 366 calls, 707 checks');
  });

  it('misses its goal above 1.3 times', () => {
    expect(compareDrills([{ decided: took(1310), allowed: took(1000) }]).figure.met).toBe(false);
  });

  it('refuses a ratio of drills that did not make the same calls', () => {
    expect(compareDrills([{ decided: took(1, 366), allowed: took(1, 363) }]).figure.value).toBe(1);
    expect(() => compareDrills([{ decided: took(1, 366), allowed: took(1, 362) }])).toThrow(
      '366 calls were made with authorization and 362 without',
    );
  });
});
