/** Columns that a page never passes. */
export const PAGE_COLUMNS = 100;

/**
 * Text that may be an attacker's, made fit for a terminal, a log and a chat window: white space becomes one space, and
 * whatever is not printable ASCII, or has a meaning to a shell, HTML or markdown code, is shown as `?`.
 */
export const printable = (text: string): string =>
  text.replaceAll(/\s+/gu, ' ').replaceAll(/[^ -~]|[<>$`|\\]/gu, '?');

/** Breaks a word that no line can hold. */
const pieces = (word: string, columns: number): readonly string[] =>
  word.length <= columns ? [word] : [word.slice(0, columns), ...pieces(word.slice(columns), columns)];

/** Lines of at most `PAGE_COLUMNS` columns; the first begins with `lead`, the others stand below what follows it. */
export const wrapped = (lead: string, text: string): readonly string[] => {
  const room = PAGE_COLUMNS - lead.length;
  const lines: string[] = [];
  for (const word of printable(text)
    .split(' ')
    .flatMap((each) => pieces(each, room))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line);
};

/** At most `columns` characters, the middle left out: the ends of ids and keys are what people compare. */
export const shortened = (text: string, columns: number): string => {
  if (text.length <= columns) return text;
  const kept = columns - 2;
  return `${text.slice(0, Math.ceil(kept / 2))}..${text.slice(text.length - Math.floor(kept / 2))}`;
};

/** A table, two spaces in; each column as wide as its widest cell, but never wider than its `most`. */
export const table = (
  columns: readonly { readonly title: string; readonly most: number }[],
  rows: readonly (readonly string[])[],
): readonly string[] => {
  const cells = rows.map((row) =>
    columns.map(({ most }, index) => shortened(printable(row[index] ?? ''), most)),
  );
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' ')}`.trimEnd();
  return [line(columns.map(({ title }) => title)), ...cells.map(line)];
};

/** A duration for people: `2.3 s`, `4 min 10 s`, `2 h 5 min`. Takes milliseconds. */
export const duration = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
};

/** `2027-02-19 03:00` of an ISO instant; other text stays as it is. */
export const minute = (instant: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(instant) ? instant.slice(0, 16).replace('T', ' ') : instant;
