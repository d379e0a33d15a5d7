import { markup, type Markup } from './markup.ts';
import { pageOf } from './page.ts';
import type { ReportDocument } from './report-document.ts';
import { evidenceSection } from './sections/evidence.ts';
import { answerOf, headline } from './sections/headline.ts';
import { cost } from './sections/cost.ts';
import { people } from './sections/people.ts';
import { whatHappened } from './sections/what-happened.ts';
import { whatIsMissing } from './sections/what-is-missing.ts';
import { ledgerTable, whatIsProved } from './sections/what-is-proved.ts';
import { whatWasDone } from './sections/what-was-done.ts';
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
    Who opened the evidence, and who worked on the forensic machine in a recorded session, stands in a ledger of
    its own, which goes on after the seal: <code>cordon report FOLDER --kept</code> makes its page from an
    exported folder.
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

/**
 * The page of an incident: one HTML document that needs nothing else, for a stranger, on a screen or on paper. Pure: the same
 * report gives the same bytes, so that anybody can make it again from `report.json`.
 */
export const reportPage = (report: ReportDocument): string =>
  pageOf({
    title: `${answerOf(report).words}: incident ${report.ledgerId}`,
    header: headline(report),
    sections: SECTIONS.map(([id, title, make]) => [id, title, make(report)]),
    footer: markup`<p>
              Made by Cordon from report.json of ledger ${report.ledgerId}, form ${report.schemaVersion}.
              <code>cordon report FOLDER</code> makes the same page again, byte for byte, from an exported
              evidence folder.
            </p>`,
  });
