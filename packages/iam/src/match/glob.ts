/** Matches any run of characters, the empty one included. */
const ANY_RUN = -1;
/** Matches exactly one character. */
const ANY_ONE = -2;

/** A pattern as UTF-16 code units, with the two wildcards as negative numbers. */
export type GlobTokens = readonly number[];

/** Turns text into tokens; with `wildcards` off, `*` and `?` stand for themselves. */
export function globTokens(text: string, wildcards: boolean): number[] {
  const tokens: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (wildcards && code === 42) tokens.push(ANY_RUN);
    else if (wildcards && code === 63) tokens.push(ANY_ONE);
    else tokens.push(code);
  }
  return tokens;
}

/**
 * Says whether the whole of `value` matches.
 *
 * Two pointers with one step back: at worst length times length, never exponential, whatever the pattern's author wrote.
 */
export function globMatches(tokens: GlobTokens, value: string): boolean {
  let token = 0;
  let position = 0;
  let lastRun = -1;
  let resumeAt = 0;
  while (position < value.length) {
    const wanted = tokens[token];
    if (wanted === ANY_RUN) {
      lastRun = token;
      resumeAt = position;
      token += 1;
    } else if (wanted === ANY_ONE || wanted === value.charCodeAt(position)) {
      token += 1;
      position += 1;
    } else if (lastRun >= 0) {
      token = lastRun + 1;
      resumeAt += 1;
      position = resumeAt;
    } else {
      return false;
    }
  }
  while (tokens[token] === ANY_RUN) token += 1;
  return token === tokens.length;
}

/** Compiles tokens, with short cuts for the shapes that policies mostly use: all, no wildcard, one run at the end. */
export function compileTokens(tokens: GlobTokens): (value: string) => boolean {
  if (tokens.length === 1 && tokens[0] === ANY_RUN) return () => true;
  const firstWildcard = tokens.findIndex((token) => token < 0);
  if (firstWildcard < 0) {
    const text = textOf(tokens);
    return (value) => value === text;
  }
  if (firstWildcard === tokens.length - 1 && tokens[firstWildcard] === ANY_RUN) {
    const prefix = textOf(tokens.slice(0, -1));
    return (value) => value.startsWith(prefix);
  }
  return (value) => globMatches(tokens, value);
}

function textOf(tokens: GlobTokens): string {
  return tokens.map((token) => String.fromCharCode(token)).join('');
}

/** Compiles a fixed pattern. */
export function compileGlob(pattern: string): (value: string) => boolean {
  return compileTokens(globTokens(pattern, true));
}
