const LONGEST_QUOTE = 80;

/**
 * A value from outside, made fit for a message that a person reads: at most 80 characters, and every character
 * that means something to a shell, HTML, markdown or a terminal is shown as `?`. Takes anything, gives text in
 * single quotes (or the kind of the value where it is no text), never throws.
 */
export function quoted(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return Array.isArray(value) ? 'a list' : `a value of kind ${typeof value}`;
  }
  const text = String(value);
  const shown = text.slice(0, LONGEST_QUOTE).replaceAll(/[^A-Za-z0-9 _.:/+=@,()-]/g, '?');
  return text.length > LONGEST_QUOTE ? `'${shown}...' (${text.length} characters)` : `'${shown}'`;
}
