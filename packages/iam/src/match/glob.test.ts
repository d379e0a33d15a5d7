import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, globMatches, globTokens } from './glob.ts';

describe('compileGlob', () => {
  it.each([
    ['*', '', true],
    ['a*', 'a', true],
    ['a*', 'ba', false],
    ['*a', 'bca', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a?c', 'ac', false],
    ['a?', 'ab', true],
    ['a.c', 'abc', false],
    ['', '', true],
    ['', 'a', false],
    ['a**', 'abc', true],
    ['line*', 'line\nbreak', true],
  ])('matches %j against %j: %s', (pattern, value, expected) => {
    expect(compileGlob(pattern)(value)).toBe(expected);
  });

  it('agrees with a regular expression on every pattern and value', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, value) => {
        const source = pattern.replaceAll('?', '[^]').replaceAll('*', '[^]*');
        expect(compileGlob(pattern)(value)).toBe(new RegExp(`^${source}$`).test(value));
      }),
    );
  });

  it('answers a hostile pattern at once', () => {
    expect(globMatches(globTokens(`${'a*'.repeat(60)}b`, true), 'a'.repeat(5_000))).toBe(false);
  });
});
