import { CONTAIN_ONLY, executionInput, inspectOutput, plan, type InspectOutput } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
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
    const executions = record.organization.executions();
    const outputs = executions.flatMap(({ history, input }) =>
      inspected(history).map((output) => ({ ...output, ...executionInput.parse(JSON.parse(input)) })),
    );
    await close();
    expect(outputs).toHaveLength(1);
    for (const { facts, plan: followed, posture = CONTAIN_ONLY } of outputs) {
      expect(posture.because).toEqual([
        'rule everywhere: the whole organization contains from severity 7 on',
      ]);
      const { incidentId } = followed;
      expect(plan({ incidentId, facts, posture, keeping: config.evidence, places: config })).toEqual(
        followed,
      );
    }
  });
});
