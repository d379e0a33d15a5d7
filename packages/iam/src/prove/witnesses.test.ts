import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../match/glob.ts';
import { globLanguage, globPieces } from './pieces.ts';
import { exactly, sequence, union } from './languages.ts';
import { findWitnesses } from './witnesses.ts';

const glob = (pattern: string) => globLanguage(globPieces(pattern));

/** Every way in which the texts found belong to the languages, as text such as `10`. */
const signatures = (...languages: readonly string[]): readonly string[] =>
  (findWitnesses(languages) ?? []).map(({ belongs }) => belongs.map(Number).join('')).toSorted();

describe('findWitnesses', () => {
  it('finds each way of belonging that there is, and no other', () => {
    // A text that begins with role/x may or may not end in y; one that is role/xy alone does both.
    expect(signatures(glob('role/x*'), glob('*y'))).toEqual(['00', '01', '10', '11']);
    expect(signatures(glob('role/x*'), glob('role/*'))).toEqual(['00', '01', '11']);
    expect(signatures(glob('a'), glob('b'))).toEqual(['00', '01', '10']);
    expect(signatures(glob('*'), glob('?'))).toEqual(['10', '11']);
  });

  it('follows complement, intersection and union', () => {
    const role = glob('role/*');
    expect(signatures(`(re.comp ${role})`, role)).toEqual(['01', '10']);
    expect(signatures(`(re.inter ${role} ${glob('*/x')})`)).toEqual(['0', '1']);
    expect(signatures(`(re.inter ${glob('a*')} ${glob('b*')})`)).toEqual(['0']);
    expect(signatures(union([exactly('a'), exactly('b')]), exactly('b'))).toEqual(['00', '10', '11']);
    expect(signatures('re.none', 're.all')).toEqual(['01']);
  });

  it('takes a quotation mark and a character beyond ASCII as they are written', () => {
    const said = sequence([exactly('"'), exactly('\u212a')]);
    expect(findWitnesses([said])?.find(({ belongs }) => belongs[0] === true)?.text).toBe('"\u212a');
  });

  it('refuses a language that it cannot read', () => {
    expect(() => findWitnesses(['(re.opt re.allchar)'])).toThrow('re.opt');
    expect(() => findWitnesses(['re.nothing'])).toThrow('re.nothing');
  });

  it('gives up where there would be too many texts', () => {
    const letters = 'abcdefghijkl'.split('');
    expect(findWitnesses(letters.map((letter) => glob(`*${letter}*`)))).toBeUndefined();
  });

  it('finds texts that the engine puts where the witness says, for all patterns and texts', () => {
    const pattern = fc
      .array(fc.constantFrom('*', '?', 'a', 'b', ':', 'a:b'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ':'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), text, (patterns, any) => {
        const witnesses = findWitnesses(patterns.map(glob)) ?? [];
        const matched = (of: string) => patterns.map((one) => compileGlob(one)(of));
        for (const witness of witnesses) expect(matched(witness.text)).toEqual(witness.belongs);
        // No text belongs in a way that no witness shows: that is what makes one witness as good as all texts.
        expect(witnesses.map(({ belongs }) => belongs)).toContainEqual(matched(any));
      }),
      { numRuns: 300 },
    );
  });
});
