import type { Passed } from './isolation-path.ts';

/** The state in whose function the last interface is isolated. */
export const ISOLATING_STATE = 'IsolateNetwork';

/** Counting rules by which eight public projects were compared: seconds for each call, state and function. */
const CALL_SECONDS = 0.1;
const STATE_SECONDS = 0.05;
const WARM_SECONDS = 0.15;
const COLD_SECONDS = 0.6;
/** Intake runs before the workflow starts. */
const FUNCTIONS_BEFORE_THE_WORKFLOW = 1;

/** A modelled time and what it was counted from. */
interface ModelledIsolation {
  readonly states: number;
  readonly functions: number;
  readonly warmSeconds: number;
  readonly coldSeconds: number;
}

/**
 * The modelled time from the event to the last isolated interface: serial calls, states entered on the way and functions
 * run one after the other. Throws when the way waits: a forced wait would have to be counted, and none is expected.
 */
export const modelledIsolation = (serialCalls: number, way: readonly Passed[]): ModelledIsolation => {
  const wait = way.find(({ type }) => type === 'Wait');
  if (wait !== undefined)
    throw new Error(`the way to isolation waits in ${wait.name}: count its seconds in the model`);
  const functions = FUNCTIONS_BEFORE_THE_WORKFLOW + way.filter(({ type }) => type === 'Task').length;
  const base = serialCalls * CALL_SECONDS + way.length * STATE_SECONDS;
  return {
    states: way.length,
    functions,
    warmSeconds: base + functions * WARM_SECONDS,
    coldSeconds: base + functions * COLD_SECONDS,
  };
};
