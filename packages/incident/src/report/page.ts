import { createHash } from 'node:crypto';
import { markup, Markup } from './markup.ts';
import { STYLE } from './style.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * Forbids everything but this very style: no script, image, font, frame, form or request, whatever text might be smuggled in.
 * https://www.w3.org/TR/CSP3/
 */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/** What a page shows. */
interface Page {
  readonly title: string;
  readonly header: Markup;
  /** In the order in which a stranger reads them. */
  readonly sections: readonly (readonly [id: string, title: string, content: Markup])[];
  readonly footer: Markup;
}

/** One HTML document that needs nothing else. Pure. */
export const pageOf = ({ title: pageTitle, header, sections, footer }: Page): string =>
  markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${pageTitle}</title>
        ${new Markup(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          ${header}
          <nav aria-label="Sections">
            <ul>
              ${sections.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
          ${sections.map(
            ([id, title, content]) =>
              markup`<section aria-labelledby="${id}">
                <h2 id="${id}">${title}</h2>
                ${content}
              </section> `,
          )}
          <footer>
            ${footer}
          </footer>
        </main>
      </body>
    </html> `.html;
