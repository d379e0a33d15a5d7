import type { FunctionArns } from './cut.ts';
import { jsonata, task, type State, rowsWith } from './task.ts';

/** How the states of a capture are named, what they work on, and where they go on. */
interface Capturing {
  /** Ends the names: states' names are unique in a workflow. */
  readonly suffix: 'First' | '' | 'Asked';
  /** jsonata of what the functions are given. */
  readonly doing: string;
  readonly next: string;
  /** jsonata of what the next state gets. */
  readonly output: string;
}

const ADD_ROWS = { rows: jsonata(rowsWith('$states.input.outcomes')) };

/**
 * Captures the memory of the running host, and has the volume with its image snapshotted by the duty that may:
 *
 *     CaptureMemory -> Captured -> (wait) -> CaptureMemory
 *                         +-> SnapshotCaptured -> next
 *                         +---------------------> next
 *
 * What was sent to the landing bucket instead is carried into the vault at the end (`landStates`).
 *
 * The function says how far it is and bounds each wait; a failure is a row, and what follows goes on.
 */
export const captureStates = (
  functionArns: FunctionArns,
  { suffix, doing, next, output }: Capturing,
): Readonly<Record<string, State>> => ({
  [`CaptureMemory${suffix}`]: task({
    functionArn: functionArns['capture-memory'],
    payload: `$merge([${doing}, $exists($states.input.capturing) ? {'capturing': $states.input.capturing} : {}])`,
    timeoutSeconds: 60,
    next: `Captured${suffix}`,
    onFailure: {
      next: `CaptureEnds${suffix}`,
      step: 'capture-memory',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  [`Captured${suffix}`]: {
    Type: 'Choice',
    Choices: [
      { Condition: jsonata("$states.input.status = 'waiting'"), Next: `WaitForMemory${suffix}` },
      {
        Condition: jsonata("$states.input.status = 'snapshot'"),
        Next: `SnapshotCaptured${suffix}`,
        Assign: ADD_ROWS,
      },
      {
        Condition: jsonata("$states.input.status = 'landed'"),
        Next: `CaptureEnds${suffix}`,
        Assign: { landed: jsonata('$states.input.landing') },
      },
    ],
    Default: `CaptureEnds${suffix}`,
  },
  [`WaitForMemory${suffix}`]: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.recheckAfterSeconds'),
    Output: jsonata("{'capturing': $states.input.capturing}"),
    Next: `CaptureMemory${suffix}`,
  },
  [`SnapshotCaptured${suffix}`]: task({
    functionArn: functionArns.freeze,
    payload: `{'captured': $merge([${doing}, {'volume': $states.input.volume}])}`,
    timeoutSeconds: 150,
    assign: { memory: jsonata('[$append($memory, $states.result.Payload.disks)]') },
    next: `CaptureEnds${suffix}`,
    onFailure: {
      next: `CaptureEnds${suffix}`,
      step: 'capture-memory',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  [`CaptureEnds${suffix}`]: {
    Type: 'Pass',
    Assign: ADD_ROWS,
    Output: jsonata(output),
    Next: next,
  },
});

/** Deletes, at the end, the volumes whose images are in custody: `DropCaptured`, once nothing else is to be done. */
export const dropCapturedStates = (
  functionArns: FunctionArns,
  next: string,
): Readonly<Record<string, State>> => ({
  AnythingCaptured: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata("$count($asking.plan.steps[kind = 'capture-memory']) > 0"),
        Next: 'DropCaptured',
      },
    ],
    Default: next,
    Output: jsonata('{}'),
  },
  DropCaptured: task({
    functionArn: functionArns['capture-memory'],
    payload: "{'drop': {'incident': $incident, 'disks': $memory}}",
    timeoutSeconds: 60,
    next: 'CapturedDropped',
    onFailure: {
      next: 'CapturedDropped',
      step: 'capture-memory',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  CapturedDropped: { Type: 'Pass', Assign: ADD_ROWS, Output: jsonata('{}'), Next: next },
});

/** Has what a host sent to the landing bucket carried into the vault, part by part: `AnythingLanded`. Goes on at `next`, whatever became of it. */
export const landStates = (functionArns: FunctionArns, next: string): Readonly<Record<string, State>> => ({
  AnythingLanded: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata('$landed != null'),
        Next: 'LandCaptured',
        Output: jsonata("{'landing': $landed}"),
      },
    ],
    Default: next,
    Output: jsonata('{}'),
  },
  LandCaptured: task({
    functionArn: functionArns['capture-memory'],
    payload: "{'land': {'incident': $incident, 'landing': $states.input.landing}}",
    timeoutSeconds: 60,
    next: 'HasLanded',
    onFailure: {
      next: 'LandingEnds',
      step: 'capture-memory',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  HasLanded: {
    Type: 'Choice',
    Choices: [{ Condition: jsonata("$states.input.status = 'waiting'"), Next: 'WaitToLand' }],
    Default: 'LandingEnds',
  },
  WaitToLand: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.recheckAfterSeconds'),
    Next: 'LandCaptured',
  },
  LandingEnds: { Type: 'Pass', Assign: ADD_ROWS, Output: jsonata('{}'), Next: next },
});
