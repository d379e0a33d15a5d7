import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

const cycle: { self?: unknown } = {};
cycle.self = cycle;

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    ],
    [
      [1e30, 4.5, 2e-3, 1e-27, -0, Number('333333333.33333329')],
      '[1e+30,4.5,0.002,1e-27,0,333333333.3333333]',
    ],
    [JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
    [Object.create(null), '{}'],
  ])('writes %j as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([
    ['undefined in an object', { a: { b: undefined } }, /\$\.a\.b got undefined/],
    ['a hole in an array', Array(2), /\$\[0\] got undefined/],
    ['NaN', { a: [NaN] }, /\$\.a\[0\] got NaN/],
    ['Infinity', -Infinity, /\$ got -Infinity/],
    ['a function', { f: () => 1 }, /\$\.f got function/],
    ['a symbol', [Symbol('s')], /\$\[0\] got symbol/],
    ['a BigInt', { n: 1n }, /\$\.n got bigint/],
    ['a Date, which JSON.stringify would convert', { at: new Date(0) }, /\$\.at got an object of class Date/],
    ['a Map, which JSON.stringify would empty', new Map([[1, 2]]), /class Map/],
    ['half a surrogate pair in a value', ['\ud800'], /\$\[0\] got a string with half/],
    ['half a surrogate pair in a key', { '\udc00': 1 }, /half of a surrogate pair/],
    ['a cycle', cycle, /in a cycle/],
  ])('refuses %s and says where', (_, value, message) => {
    expect(() => canonicalJson(value)).toThrow(message);
  });

  it('gives the same text for the same value, whatever the order of keys, and loses nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed());
        const text = canonicalJson(value);
        expect(canonicalJson(turned)).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
