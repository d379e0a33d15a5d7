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

/** Compiles a fixed pattern, with short cuts for the shapes that policies mostly use. */
export function compileGlob(pattern: string): (value: string) => boolean {
  if (pattern === '*') return () => true;
  const firstWildcard = pattern.search(/[*?]/);
  if (firstWildcard < 0) return (value) => value === pattern;
  if (firstWildcard === pattern.length - 1 && pattern.endsWith('*')) {
    const prefix = pattern.slice(0, -1);
    return (value) => value.startsWith(prefix);
  }
  const tokens = globTokens(pattern, true);
  return (value) => globMatches(tokens, value);
}
