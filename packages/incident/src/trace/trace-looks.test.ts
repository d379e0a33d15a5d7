import { describe, expect, it } from 'vitest';
import { atNextLook, beginTrace, LOOKS_AFTER_SECONDS, nextLookIn } from './trace.ts';

const AT = '2026-11-21T03:00:00Z';

describe('a trace', () => {
  it('looks again when CloudTrail may have caught up, and ends after half an hour', () => {
    let trace = beginTrace(AT);
    const waits: (number | undefined)[] = [];
    for (let wait: number | undefined = 0; wait !== undefined; trace = atNextLook(trace)) {
      wait = nextLookIn(trace, Date.parse(AT));
      waits.push(wait);
    }
    expect(waits).toEqual([...LOOKS_AFTER_SECONDS.slice(1), undefined]);
  });
});
