import type { OpeningKind } from '@cordon/incident';
import type { FunctionArns, Scope } from './cut.ts';
import { jsonata, task, type State, rowsWith } from './task.ts';

const closing = (opens: OpeningKind): string => `{'of': {'incident': $incident, 'opens': '${opens}'}}`;

/** How the states that close one kind of opening are named, and where they go on. */
interface Closing {
  readonly name: string;
  readonly opens: OpeningKind;
  readonly next: string;
  /** jsonata that the next state gets. */
  readonly output: string;
  /** Variables that are set whether it was closed or not. */
  readonly assign?: Readonly<Record<string, unknown>>;
}

/**
 * Closes what was opened. Where that fails, the row says so and the function's own schedule tries again every minute; the branch goes on
 * to what reads back.
 */
const closeStates = (
  functionArns: FunctionArns,
  { name, opens, next, output, assign = {} }: Closing,
): Readonly<Record<string, State>> => ({
  [name]: task({
    functionArn: functionArns['close-openings'],
    payload: closing(opens),
    timeoutSeconds: 60,
    assign: { rows: jsonata(rowsWith('$states.result.Payload.outcomes')), ...assign },
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
    Assign: { rows: jsonata(rowsWith('$states.input.outcomes')), ...assign },
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
    assign: { rows: jsonata(rowsWith('$states.result.Payload.outcomes')) },
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
    Assign: { rows: jsonata(rowsWith('$states.input.outcomes')) },
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

/**
 * Keeps a path to Systems Manager once the isolation was verified. A failure is a row, and whatever was opened is closed all the same: `kept` says that
 * something may be open, and until when.
 */
export const keepPathStates = (
  functionArns: FunctionArns,
  { suffix, scope, next }: { readonly suffix: '' | 'Asked'; readonly scope: Scope; readonly next: string },
): Readonly<Record<string, State>> => ({
  [`KeepPath${suffix}`]: task({
    functionArn: functionArns['open-path'],
    payload: `$merge([${scope.doing}, {'opens': 'management-path'}])`,
    timeoutSeconds: 60,
    assign: {
      rows: jsonata(rowsWith('$states.result.Payload.outcomes')),
      kept: jsonata('$exists($states.result.Payload.closeAt) ? $states.result.Payload.closeAt : $kept'),
    },
    output: '{}',
    next,
    onFailure: {
      next: `KeepPath${suffix}Failed`,
      step: 'open-path',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  [`KeepPath${suffix}Failed`]: {
    Type: 'Pass',
    Assign: {
      rows: jsonata(rowsWith('$states.input.outcomes')),
      kept: jsonata('$kept = null ? $states.context.State.EnteredTime : $kept'),
    },
    Output: jsonata('{}'),
    Next: next,
  },
});

/** Whether a management path may be open, as a choice of the state that ends the branch. */
export const pathIsKept: State = { Condition: jsonata('$kept != null'), Next: 'WaitToClosePath' };

/** Closes the management path at its time; nothing but the seal waits for it. */
export const closePathStates = (
  functionArns: FunctionArns,
  next: string,
): Readonly<Record<string, State>> => ({
  WaitToClosePath: {
    Type: 'Wait',
    Timestamp: jsonata('$kept'),
    Output: jsonata('{}'),
    Next: 'ClosePath',
  },
  ...closeStates(functionArns, {
    name: 'ClosePath',
    opens: 'management-path',
    next,
    output: '{}',
    assign: { kept: null, closedAt: jsonata('$states.context.State.EnteredTime') },
  }),
});
