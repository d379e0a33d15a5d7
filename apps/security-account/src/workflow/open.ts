import type { OpeningKind } from '@cordon/incident';
import type { FunctionArns, Scope } from './cut.ts';
import { jsonata, task, type State } from './task.ts';

const closing = (opens: OpeningKind): string => `{'of': {'incident': $incident, 'opens': '${opens}'}}`;

const rowsWith = (more: string): string => jsonata(`[$append($rows, ${more})]`);

/** How the states that close one kind of opening are named, and where they go on. */
interface Closing {
  readonly name: string;
  readonly opens: OpeningKind;
  readonly next: string;
  /** jsonata that the next state gets. */
  readonly output: string;
}

/**
 * Closes what was opened. Where that fails, the row says so and the function's own schedule tries again every minute; the branch goes on
 * to what reads back.
 */
const closeStates = (
  functionArns: FunctionArns,
  { name, opens, next, output }: Closing,
): Readonly<Record<string, State>> => ({
  [name]: task({
    functionArn: functionArns['close-openings'],
    payload: closing(opens),
    timeoutSeconds: 60,
    assign: { rows: rowsWith('$states.result.Payload.outcomes') },
    output,
    next,
    onFailure: {
      next: `${name}Failed`,
      step: 'close-openings',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  [`${name}Failed`]: {
    Type: 'Pass',
    Assign: { rows: rowsWith('$states.input.outcomes') },
    Output: jsonata(output),
    Next: next,
  },
});

/**
 * Opens interfaces so that tracked connections become untracked, and closes them again, whatever became of the opening:
 *
 *     AnythingToUntrack -> OpenToUntrack -> WaitToClose -> CloseUntracked -> VerifyContainmentAsked
 *                               +-> OpenToUntrackFailed -------^
 *
 * Should the execution end between the two, the row that was written before the opening is due, and the function's schedule closes it.
 */
export const untrackStates = (functionArns: FunctionArns, scope: Scope): Readonly<Record<string, State>> => ({
  AnythingToUntrack: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata("$count($asking.plan.steps[kind = 'untrack-connections']) > 0"),
        Next: 'OpenToUntrack',
        Output: jsonata('{}'),
      },
    ],
    Default: 'VerifyContainmentAsked',
  },
  OpenToUntrack: task({
    functionArn: functionArns['open-path'],
    payload: `$merge([${scope.doing}, {'opens': 'untracking'}])`,
    timeoutSeconds: 60,
    assign: { rows: rowsWith('$states.result.Payload.outcomes') },
    output: "{'seconds': $states.result.Payload.closeAfterSeconds}",
    next: 'WaitToClose',
    onFailure: {
      next: 'OpenToUntrackFailed',
      step: 'open-path',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  OpenToUntrackFailed: {
    Type: 'Pass',
    Assign: { rows: rowsWith('$states.input.outcomes') },
    Output: jsonata('{}'),
    Next: 'CloseUntracked',
  },
  WaitToClose: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.seconds'),
    Output: jsonata('{}'),
    Next: 'CloseUntracked',
  },
  ...closeStates(functionArns, {
    name: 'CloseUntracked',
    opens: 'untracking',
    next: 'VerifyContainmentAsked',
    output: "{'attempt': 0}",
  }),
});
