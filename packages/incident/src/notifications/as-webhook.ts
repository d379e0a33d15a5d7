import type { Notice } from './notice.ts';

/** What is sent about a notice: the same bytes whenever it is sent again. */
export const asWebhook = (
  { kind, urgency, title, facts, reasons, next, runbook, thread }: Notice,
  { id, at }: { readonly id: string; readonly at: string },
): string =>
  JSON.stringify({
    schemaVersion: 1,
    id,
    type: `cordon.${kind}`,
    timestamp: at,
    data: {
      urgency,
      title,
      facts: Object.fromEntries(facts),
      reasons,
      next,
      ...(runbook === undefined ? {} : { runbook }),
      thread,
    },
  });
