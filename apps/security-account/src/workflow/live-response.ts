import type { FunctionArns } from './cut.ts';
import { jsonata, task, type State, rowsWith } from './task.ts';

/** How the states are named, what they work on, and where they go on. */
interface Asking {
  /** Ends the names: states' names are unique in a workflow. */
  readonly suffix: 'First' | '' | 'Asked';
  /** jsonata of the plan, and of which of its steps the state is there for. */
  readonly plan: string;
  readonly which: string;
  /** jsonata of what the function is given. */
  readonly doing: string;
  readonly next: string;
  /** jsonata of what the next state gets. */
  readonly output: string;
}

/**
 * Has the running host say what it is doing, where the plan wants it, after its memory:
 *
 *     AnythingToAskHost -> AskHost -> HostAsked -> (wait) -> AskHost
 *            |                            +-> AskHostEnds -> next
 *            +-> next
 *
 * The function says how far it is and bounds each wait; a failure is a row, and what follows goes on.
 */
export const liveResponseStates = (
  functionArns: FunctionArns,
  { suffix, plan, which, doing, next, output }: Asking,
): Readonly<Record<string, State>> => ({
  [`AnythingToAskHost${suffix}`]: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata(`$count(${plan}.steps[kind = 'live-response' and ${which}]) > 0`),
        Next: `AskHost${suffix}`,
        Output: jsonata('{}'),
      },
    ],
    Default: next,
    Output: jsonata(output),
  },
  [`AskHost${suffix}`]: task({
    functionArn: functionArns['capture-memory'],
    payload: `{'live': $merge([${doing}, $exists($states.input.asking) ? {'asking': $states.input.asking} : {}])}`,
    timeoutSeconds: 60,
    next: `HostAsked${suffix}`,
    onFailure: {
      next: `AskHostEnds${suffix}`,
      step: 'live-response',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  [`HostAsked${suffix}`]: {
    Type: 'Choice',
    Choices: [{ Condition: jsonata("$states.input.status = 'waiting'"), Next: `WaitForHost${suffix}` }],
    Default: `AskHostEnds${suffix}`,
  },
  [`WaitForHost${suffix}`]: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.recheckAfterSeconds'),
    Output: jsonata("{'asking': $states.input.asking}"),
    Next: `AskHost${suffix}`,
  },
  [`AskHostEnds${suffix}`]: {
    Type: 'Pass',
    Assign: { rows: jsonata(rowsWith('$states.input.outcomes')) },
    Output: jsonata(output),
    Next: next,
  },
});
