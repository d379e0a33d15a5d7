import { ProofError } from './claim.ts';
import { literal } from './smt.ts';
import type { Language } from './smt.ts';

/** Any text at all. */
export const ANYTHING: Language = 're.all';

/** One character that is not a colon. */
export const NOT_COLON: Language = '(re.diff re.allchar (str.to_re ":"))';

const TEXT = /^\(str\.to_re "((?:[^"]|"")*)"\)$/;

/** The language of one text. */
export function exactly(text: string): Language {
  return `(str.to_re ${literal(text)})`;
}

/** One language after another; neighbouring texts become one, which the solver takes a good deal faster. */
export function sequence(languages: readonly Language[]): Language {
  const merged: Language[] = [];
  for (const language of languages) {
    const [before, text] = [TEXT.exec(merged.at(-1) ?? '')?.[1], TEXT.exec(language)?.[1]];
    if (text === '') continue;
    if (before === undefined || text === undefined) merged.push(language);
    else merged.splice(-1, 1, `(str.to_re "${before}${text}")`);
  }
  const [only = exactly('')] = merged;
  return merged.length < 2 ? only : `(re.++ ${merged.join(' ')})`;
}

/** Texts of any of the languages; no text of none. */
export function union(languages: readonly Language[]): Language {
  const [only = 're.none'] = languages;
  return languages.length < 2 ? only : `(re.union ${languages.join(' ')})`;
}

/** ARNs, and whatever else has at least five colons. */
export const SIX_COMPONENTS: Language = sequence([
  ...Array.from({ length: 5 }, () => [`(re.* ${NOT_COLON})`, exactly(':')]).flat(),
  ANYTHING,
]);

/** The only character beyond ASCII whose lower case is a letter of ASCII. */
const KELVIN_SIGN = '\u212a';

/** The texts that equal `text` when both are in lower case. Throws ProofError outside ASCII, where case has no such rule. */
export function anyCase(text: string): Language {
  const spellings = text.split('').map((character) => {
    if (character > '~') {
      throw new ProofError(`"${text}" is compared without regard to case; proofs do so in ASCII only`);
    }
    const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
    if (lower === upper) return exactly(character);
    return union([lower, upper, ...(lower === 'k' ? [KELVIN_SIGN] : [])].map(exactly));
  });
  return sequence(spellings);
}
