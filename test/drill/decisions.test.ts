import { CONTAIN_ONLY, inspectOutput, plan, type InspectOutput } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { drill, inProcess } from './run.ts';

/** What the Inspect state answered, as the execution's history keeps it. */
const inspected = (
  history: readonly { readonly stateName?: string; readonly type: string; readonly output?: unknown }[],
): readonly InspectOutput[] =>
  history.flatMap(({ stateName, type, output }) => {
    if (stateName !== 'Inspect' || type !== 'TaskSucceeded') return [];
    const parsed = inspectOutput.safeParse(
      typeof output === 'object' && output !== null && 'Payload' in output ? output.Payload : output,
    );
    return parsed.success ? [parsed.data] : [];
  });

describe('decisions', () => {
  it('are the same when the journal is read again: facts of the execution give the plan that it followed', async () => {
    const { record, close } = await drill(inProcess());
    const outputs = record.organization.executions().flatMap(({ history }) => inspected(history));
    await close();
    expect(outputs).toHaveLength(1);
    for (const { facts, plan: followed } of outputs) {
      expect(plan({ incidentId: followed.incidentId, facts, posture: CONTAIN_ONLY })).toEqual(followed);
    }
  });
});
