/**
 * Characters that nobody sees, or that change the order in which others are read: controls (line ends too), formats such as
 * right-to-left marks and zero-width ones, halves of pairs, private and unassigned ones, separators, blanks but the plain one.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
/** Marks that pile up on a letter run over the lines around it. */
const HEAPED_MARKS = /(?<=\p{M}{2})\p{M}/gu;
/** What begins a mention, a link, or markup in Slack, in Teams, in markdown or in HTML, and what stands in its place. */
const MEANINGFUL: ReadonlyMap<string, string> = new Map([
  ['<', '('],
  ['>', ')'],
  ['[', '('],
  [']', ')'],
  ['{', '('],
  ['}', ')'],
  ['@', '(at)'],
  ['|', '/'],
  ['\\', '/'],
  ['`', "'"],
  ['*', '?'],
  ['~', '-'],
  ['#', '?'],
  ['&', '+'],
]);

/**
 * Text from outside, made fit for a mail, a chat and a note alike: nothing in it is unseen, begins a mention, is a link, or is markup.
 * A link's scheme and the dots of a name are broken as people of the trade write them (`evil[.]example`), for chats and mail programs
 * make links of bare names. https://docs.slack.dev/messaging/formatting-message-text/
 *
 * @param most characters that are kept of it
 */
export const harmless = (text: string, most: number): string => {
  // Enough of it for the clip below, however much there is; full-width signs are the signs that they stand for.
  const shown = text
    .slice(0, 4 * most)
    .toWellFormed()
    .normalize('NFKC')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(UNSEEN, '?')
    .replaceAll(HEAPED_MARKS, '')
    .replaceAll(/[<>[\]{}@|\\`*~#&]/g, (character) => MEANINGFUL.get(character) ?? '?')
    // An underscore within a word marks nothing; at its edge it would.
    .replaceAll(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, '-')
    // Also where the halves of one stand next to each other.
    .replaceAll(/:(?=\s?\/)/g, '[:]')
    .replaceAll(/(?<=[\p{L}\p{N}-])[.\u3002\uFF0E\uFF61](?=\p{L})/gu, '[.]')
    .trim();
  const characters = Array.from(shown);
  return characters.length > most ? `${characters.slice(0, Math.max(0, most - 3)).join('')}...` : shown;
};
