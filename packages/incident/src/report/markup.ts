/** HTML that is safe to put into a page: made by `markup` alone, so that no text becomes markup by being forgotten. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** What may stand in a template: text is escaped, markup stands as it is, lists are joined, undefined is nothing. */
export type Piece = string | number | Markup | undefined | readonly Piece[];

/** Longest text from outside that a page shows; the whole of it is in the JSON beside the page. */
export const LONGEST_SHOWN = 600;

/**
 * Characters that a reader would not see, or that change the order in which others are read: controls, formats (right-to-left
 * marks, zero-width ones, the byte order mark), halves of pairs, private ones, separators and blanks but the plain blank.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
/** More than two marks on one letter run over the lines above and below it. */
const HEAPED_MARKS = /(?<=\p{M}{2})\p{M}/gu;
/** What has a meaning in HTML, and what has one to a shell or in markdown: somebody may copy from the page or its source. */
const MEANINGFUL = /[&<>"'`$|\\{}]/g;

const codeOf = (character: string): string =>
  `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;

/**
 * Any text, made fit for HTML between tags and in quoted attributes. What cannot be seen is shown as its code, such as
 * `\u{202e}`, a line's end as ↵. https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
 */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n|\r|\n/g, ' ↵ ')
    .replaceAll(UNSEEN, codeOf)
    .replaceAll(HEAPED_MARKS, codeOf)
    .replaceAll(MEANINGFUL, (character) => `&#${character.codePointAt(0)};`);

const pieceOf = (piece: Piece): string => {
  if (piece === undefined) return '';
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return escaped(String(piece));
  if (piece instanceof Markup) return piece.html;
  return piece.map(pieceOf).join('');
};

/** Markup from a template: what stands in the source is HTML, every value in it is escaped unless `markup` made it. */
export const markup = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  new Markup(strings.map((part, index) => part + pieceOf(pieces[index])).join(''));

/** At most so many characters of a text (never half a pair), and how many are left out. */
const bounded = (text: string, most: number): readonly [string, number] => {
  const characters = Array.from(text.toWellFormed());
  return [characters.slice(0, most).join(''), Math.max(0, characters.length - most)];
};

/**
 * Text from outside (a name, a tag, an error message): escaped, bounded, and isolated, so that letters which are read from right to left
 * reorder nothing around them. https://www.w3.org/International/articles/inline-bidi-markup/
 */
export const outside = (text: string, most: number = LONGEST_SHOWN): Markup => {
  const [shown, left] = bounded(text, most);
  return left === 0
    ? markup`<bdi>${shown}</bdi>`
    : markup`<bdi>${shown}</bdi> <span class="muted">(${left} more characters)</span>`;
};

/** An id, digest or ARN, which may break anywhere. */
export const code = (text: string): Markup => {
  const [shown, left] = bounded(text, LONGEST_SHOWN);
  return markup`<code><bdi>${shown}</bdi></code
    >${left === 0 ? undefined : ` (${left} more characters)`}`;
};

/** Items as a list; nothing where there are none. */
export const list = (items: readonly Piece[]): Markup =>
  items.length === 0
    ? markup``
    : markup`<ul>
        ${items.map((item) => markup`<li>${item}</li>`)}
      </ul>`;

/** A table with a caption; each row's first cell is its heading. Nothing but `none` where there are no rows. */
export const table = (
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Piece[])[],
): Markup =>
  markup`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${columns.map((title) => markup`<th scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          markup`<tr>
            ${cells.map((cell, index) =>
              index === 0
                ? markup`<th scope="row">${cell}</th>`
                : markup`<td data-label="${columns[index]}">${cell}</td>`,
            )}
          </tr> `,
      )}
    </tbody>
  </table> `;
