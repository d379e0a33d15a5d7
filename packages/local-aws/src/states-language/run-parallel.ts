import { checkPayloadSize } from './data-limit.ts';
import type { Json } from './json-value.ts';
import { runSideBySide } from './run-side-by-side.ts';
import { StateFailure } from './state-failure.ts';
import type { ParallelState } from './state-machine.ts';
import { evaluateTemplate } from './template.ts';
import { environmentOf, recordEvent } from './visit.ts';
import type { Visit } from './visit.ts';

/**
 * One attempt at a Parallel state: every branch gets the arguments (or the input) and has variables of its own. The error of the first
 * branch that fails is the state's error.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
 */
export async function runParallel(visit: Visit<ParallelState>): Promise<Json> {
  const { state, execution } = visit;
  const input = state.arguments ? await evaluateTemplate(state.arguments, environmentOf(visit)) : visit.input;
  checkPayloadSize(input, `the arguments of state '${state.name}'`);
  await recordEvent(visit, { type: 'ParallelStateStarted' });
  try {
    const outputs = await runSideBySide(visit, {
      count: state.branches.length,
      concurrency: state.branches.length,
      run: async (branch, index) => {
        const flow = state.branches[index];
        if (!flow) throw new RangeError(`state '${state.name}' has no branch ${index}`);
        return execution.runFlow(execution, branch, { flow, input });
      },
    });
    checkPayloadSize(outputs, `the result of state '${state.name}'`);
    await recordEvent(visit, { type: 'ParallelStateSucceeded' });
    return outputs;
  } catch (error) {
    if (error instanceof StateFailure)
      throw new StateFailure(error.error, error.causeText, 'ParallelStateFailed');
    throw error;
  }
}
