import { createHash } from 'node:crypto';
import { markup, Markup } from './markup.ts';
import type { ReportDocument } from './report-document.ts';
import { evidenceSection } from './sections/evidence.ts';
import { answerOf, headline } from './sections/headline.ts';
import { cost } from './sections/cost.ts';
import { people } from './sections/people.ts';
import { whatHappened } from './sections/what-happened.ts';
import { whatIsMissing } from './sections/what-is-missing.ts';
import { ledgerTable, whatIsProved } from './sections/what-is-proved.ts';
import { whatWasDone } from './sections/what-was-done.ts';
import { STYLE } from './style.ts';
import { timelineFigure } from './timeline-figure.ts';
import { GLOSSARY } from './words.ts';

/** Sections in the order in which a stranger reads them. */
const SECTIONS: readonly (readonly [id: string, title: string, make: (report: ReportDocument) => Markup])[] =
  [
    ['happened', 'What happened', whatHappened],
    ['timeline', 'Timeline', timelineFigure],
    ['done', 'What was done', whatWasDone],
    ['proved', 'What is proved', whatIsProved],
    ['missing', 'What is missing, and why', whatIsMissing],
    ['evidence', 'Evidence', evidenceSection],
    ['people', 'People', people],
    ['cost', 'Cost', cost],
    ['limits', 'Limits of this report', () => limits],
    ['ledger', 'The ledger', ledgerTable],
    ['words', 'Words', () => glossary],
  ];

const limits = markup`<ul>
  <li>
    It says how things stood when the evidence was sealed. A release, a later finding or drift is not in here:
    later plans of the incident have ledgers and reports of their own.
  </li>
  <li>
    What the responder did in the attacked account is its own word (“reported”), except where another role
    read it back or the recorder saw it.
  </li>
  <li>
    The page says what the data beside it (report.json) says, and no more. It was made by a program, and
    nobody has read it.
  </li>
  <li>
    Times are those of AWS and of the functions; clocks of different services may differ by some milliseconds.
  </li>
</ul> `;

const glossary = markup`<dl>
  ${GLOSSARY.map(
    ([word, meaning]) =>
      markup`<dt>${word}</dt>
        <dd>${meaning}</dd> `,
  )}
</dl> `;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * Forbids everything but this very style: no script, image, font, frame, form or request, whatever text might be smuggled in.
 * https://www.w3.org/TR/CSP3/
 */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/**
 * The page of an incident: one HTML document that needs nothing else, for a stranger, on a screen or on paper. Pure: the same
 * report gives the same bytes, so that anybody can make it again from `report.json`.
 */
export const reportPage = (report: ReportDocument): string =>
  markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${answerOf(report).words}: incident ${report.ledgerId}</title>
        ${new Markup(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          ${headline(report)}
          <nav aria-label="Sections">
            <ul>
              ${SECTIONS.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
          ${SECTIONS.map(
            ([id, title, make]) =>
              markup`<section aria-labelledby="${id}">
                <h2 id="${id}">${title}</h2>
                ${make(report)}
              </section> `,
          )}
          <footer>
            <p>
              Made by Cordon from report.json of ledger ${report.ledgerId}, form ${report.schemaVersion}.
              <code>cordon report FOLDER</code> makes the same page again, byte for byte, from an exported
              evidence folder.
            </p>
          </footer>
        </main>
      </body>
    </html> `.html;
