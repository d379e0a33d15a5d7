import { markup, list, outside, table, type Markup } from '../markup.ts';
import type { ReportDocument } from '../report-document.ts';
import { flowLogs } from './what-is-proved.ts';

/** What is still open, or stays open by the plan’s own account. */
const openOf = ({ told, ledger }: ReportDocument): readonly string[] => {
  const said = ledger.findLast(
    ({ event }) => event.kind === 'step-reported' && event['step'] === 'verify-containment',
  )?.event['detail'];
  const leftOpen =
    typeof said === 'object' && said !== null
      ? Object.entries(said).flatMap(([name, value]: [string, unknown]) =>
          name.startsWith('leftOpen') && typeof value === 'string' ? [value] : [],
        )
      : [];
  return [
    ...new Set([
      ...(told.verification?.status === 'contained' ? [] : (told.verification?.open ?? [])),
      ...(leftOpen.length > 0 ? leftOpen : (told.plan?.leftOpen ?? [])),
    ]),
  ];
};

/** What was opened for a bounded time, and whether it is in here that it was closed. */
const openings = ({ told: { outcomes } }: ReportDocument): readonly string[] =>
  outcomes
    .filter(
      ({ id, status }) => status !== 'refused' && /^(untrack-connections|keep-management-path):/.test(id),
    )
    .map(({ id }) =>
      outcomes.some((outcome) => outcome.id === `close:${id}` && outcome.status === 'done')
        ? `${id} opened an interface for a bounded time; it was closed and read back`
        : `${id} opened an interface for a bounded time; that it was closed is not in this report: look for the event path-closed`,
    );

/** Gaps in the evidence with their reasons, and what the containment leaves open. */
export const whatIsMissing = (report: ReportDocument): Markup => {
  const { missing } = report;
  const open = openOf(report);
  const opened = openings(report);
  const logs = flowLogs(report);
  return markup`<h3>Evidence that could not be had</h3>
    ${
      missing.length === 0
        ? markup`<p>Nothing is known to be missing.</p>`
        : table(
            'Each gap, and why',
            ['what', 'why'],
            missing.map(({ subject, because }) => [outside(subject), outside(because, 1_000)]),
          )
    }
    <h3>What is still open, or was</h3>
    ${
      open.length + opened.length === 0
        ? markup`<p>Nothing that was looked for.</p>`
        : markup`<p>
              An empty group of rules ends no connection that existed before. What is left of those, as far as
              the plan knows:
            </p>
            ${list([...open, ...opened].map((one) => outside(one, 1_000)))}`
    }
    <h3>What is not shown</h3>
    ${list([
      ...(logs === undefined || logs.proved
        ? []
        : [markup`By the network’s own records: ${outside(logs.detail, 1_000)}`]),
      ['whole', 'partly'].includes(report.told.examination?.triage?.status ?? '')
        ? 'What happened inside the machine: programs have examined copies of the disks or of memory; their statement is among the files, and nobody has judged it in this report.'
        : 'What happened inside the machine: disks are kept, and nobody has looked at them in this report.',
      ...(report.evidence.some(({ kind }) => kind.includes('memory')) ||
      report.told.disks.some(({ holds }) => holds === 'memory')
        ? []
        : ['What was in the machine’s memory: none was captured, or this ledger has none.']),
      'What the attacker did before the first activity that the finding tells of, or in other accounts beyond the identities that were traced.',
    ])} `;
};
