import { describe, expect, it } from 'vitest';
import { broken, drill, inProcess } from './run.ts';

const SCENARIOS = ['needs-approval', 'approval-expires', 'approval-refused'] as const;

describe('try', () => {
  it.each(SCENARIOS)(
    '%s',
    async (scenario) => {
      const lines: string[] = [];
      const { result, record, close } = await drill(
        { scenario, ...inProcess(scenario) },
        ({ afterMs, what }) => lines.push(`${afterMs} ${what}`),
      );
      await close();
      console.log(lines.join('\n'));
      console.log(
        JSON.stringify(
          result.incidents.map(({ status, reasons, states }) => ({
            status,
            reasons,
            states: states.map((s) => s.name + ' ' + s.enteredAfterMs),
          })),
          null,
          1,
        ),
      );
      for (const e of record.organization.executions())
        console.log(
          e.name,
          e.status,
          JSON.stringify(e.history.filter((h) => /Fail|TimedOut|Abort/.test(h.type)).slice(0, 5)),
        );
      expect(broken(result)).toEqual([]);
    },
    120_000,
  );
});
