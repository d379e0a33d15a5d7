import { describe, expect, it } from 'vitest';
import { type Decision, type Verdict, isStronger, strongest } from './verdict.ts';

function verdict(decision: Decision, page: boolean, reason: string): Verdict {
  return { decision, because: 'policy-observes', reasons: [reason], page, respondTo: [] };
}

describe('strongest', () => {
  it('is nothing for no verdicts', () => {
    expect(strongest([])).toBeUndefined();
  });

  it('takes respond over observe over ignore, wherever it stands', () => {
    const all = [
      verdict('ignore', false, 'a'),
      verdict('respond', false, 'b'),
      verdict('observe', false, 'c'),
    ];
    expect(strongest(all)?.reasons).toEqual(['b']);
    expect(strongest(all.slice(2).concat(all.slice(0, 1)))?.reasons).toEqual(['c']);
  });

  it('takes the earliest among equals', () => {
    expect(strongest([verdict('observe', false, 'a'), verdict('observe', false, 'b')])?.reasons).toEqual([
      'a',
    ]);
  });

  it('pages when a weaker verdict pages', () => {
    expect(strongest([verdict('observe', false, 'a'), verdict('ignore', true, 'b')])?.page).toBe(true);
    expect(strongest([verdict('observe', false, 'a'), verdict('ignore', false, 'b')])?.page).toBe(false);
  });
});

describe('isStronger', () => {
  it('is strict', () => {
    expect([
      isStronger('respond', 'observe'),
      isStronger('observe', 'observe'),
      isStronger('ignore', 'observe'),
    ]).toEqual([true, false, false]);
  });
});
