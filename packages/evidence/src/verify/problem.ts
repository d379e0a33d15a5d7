/** One thing that is wrong with an exported folder: where, what, and what to look at next. All three are printable. */
export type Problem = { readonly file: string; readonly problem: string; readonly hint: string };

const MAX_CHARACTERS = 400;

/**
 * Makes text from a hostile folder fit for a terminal or a log: everything but printable ASCII is written as an
 * escape, and long text is cut.
 */
const printable = (text: string): string => {
  const cut = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}...` : text;
  return cut.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
};

/** Writes one problem row, made printable. */
export const problemIn = (file: string, problem: string, hint: string): Problem => ({
  file: printable(file),
  problem: printable(problem),
  hint: printable(hint),
});
