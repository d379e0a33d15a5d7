import { whatCame, type Report } from './report.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const row = (cells: readonly string[], tag: 'td' | 'th' = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table>${row(head, 'th')}${rows.map((cells) => row(cells)).join('\n')}</table>`;

const list = (lines: readonly string[]): string =>
  `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('\n')}</ul>`;

const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}';

const documents = (report: Report): string =>
  table(
    ['document', 'mutants', 'noticed', 'explained', 'unexplained'],
    [...Map.groupBy(report.mutants, ({ label }) => label)].map(([label, mutants]) => {
      const survivors = mutants.filter(({ noticedBy }) => noticedBy === undefined);
      const open = survivors.filter((mutant) => report.unexplained.includes(mutant));
      return [
        label,
        mutants.length,
        mutants.length - survivors.length,
        survivors.length - open.length,
        open.length,
      ].map(String);
    }),
  );

/** The report as one HTML file that needs nothing else. */
export const pageOf = (report: Report): string => {
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Cordon policies</title>',
    `<style>${STYLE}</style>`,
    '<h1>Cordon policies</h1>',
    `<p>${report.policies.length} documents, ${report.asked.length} checks of scenarios, ${report.cases.length} cases, ${report.mutants.length} mutants, ${report.proofs.length} proofs. All of it is about our model of IAM; nothing here was asked of AWS.</p>`,
    report.objections.length === 0
      ? '<p>No objections.</p>'
      : `<h2>Objections</h2>${list(report.objections)}`,
    '<h2>What each role may do at most</h2>',
    table(
      ['role', 'actions', `out of ${report.actionsKnown}`],
      Object.entries(report.possible).map(([role, actions]) => [
        role,
        String(actions.length),
        actions.join(' '),
      ]),
    ),
    '<h2>Rights that no scenario uses, but a case does</h2>',
    table(
      ['document', 'statement', 'right', 'case'],
      report.byCaseAlone.map(({ label, sid, removed, noticedBy }) => [label, sid, removed, noticedBy ?? '']),
    ),
    '<h2>Proofs</h2>',
    table(
      ['invariant', 'guardrails', 'outcome', 'as stated'],
      report.proofs.map(({ says, guardrails, outcome, asStated }) => [
        says,
        guardrails,
        whatCame(outcome),
        asStated ? 'yes' : 'NO',
      ]),
    ),
    '<h2>What the proofs assume</h2>',
    list([
      ...report.assumptions,
      ...report.residualRisks.map(({ id, text }) => `residual risk, ${id}: ${text}`),
      ...report.risksOfOtherChoices.map(({ id, text }) => `residual risk if it were chosen, ${id}: ${text}`),
    ]),
    '<h2>Documents and their mutants</h2>',
    documents(report),
    '<h2>Not noticed when taken out, and why that is right</h2>',
    table(
      ['document', 'statement', 'taken out', 'because'],
      report.explained.map(({ mutant, because }) => [mutant.label, mutant.sid, mutant.removed, because]),
    ),
    '<h2>Cases</h2>',
    table(
      ['case', 'who', 'action', 'on', 'answer'],
      report.cases.map(({ one, got, asked }) => [
        one.name,
        one.as,
        one.action,
        asked.request.resource,
        JSON.stringify(got),
      ]),
    ),
    '</html>\n',
  ].join('\n');
};
