import type { StepName } from '@cordon/incident';
import { captureStates } from './capture.ts';
import { liveResponseStates } from './live-response.ts';
import { keepPathStates } from './open.ts';
import { end, frame, jsonata, task, type State, rowsWith } from './task.ts';

/** ARNs of the functions that the workflow calls. */
export type FunctionArns = Readonly<Record<StepName, string>>;

/** A plan and what of it is allowed, as jsonata objects. */
export interface Scope {
  /** What the functions that change something are given. */
  readonly doing: string;
  /** What the verification is given: all that is allowed by now. */
  readonly holding: string;
}

/** What waits for nobody: at once, and once memory was captured, which the states come to before. */
const UNASKED = "'automatic', 'memory'";

/** Before a person is asked: what waits for nobody. */
export const AT_ONCE: Scope = {
  doing: `{'incident': $incident, 'plan': $plan, 'gates': [${UNASKED}]}`,
  holding: `{'incident': $incident, 'plan': $plan, 'gates': [${UNASKED}]}`,
};

/**
 * What the very first cut is given: at once alone, so that a plan whose cut waits for the memory cuts nothing yet. Where memory was captured
 * the cut is come to again, with more gates. A state that asks which it is would delay every isolation.
 */
export const CUT_AT_ONCE =
  "{'incident': $incident, 'plan': $plan, 'gates': $exists($states.input.gates) ? $states.input.gates : ['automatic']}";
/** What `Contain` is given when it is come to again. */
export const CUT_AFTER_MEMORY = `{'gates': [${UNASKED}], 'rows': $rows, 'memory': $memory, 'landed': $landed}`;

/** After a person was asked: what the decision opens. */
export const AS_DECIDED: Scope = {
  doing: "$merge([{'incident': $incident, 'plan': $asking.plan}, $opened])",
  holding:
    "$merge([{'incident': $incident, 'plan': $asking.plan}, $opened, {'gates': $append(['automatic', 'memory'], $opened.gates)}])",
};

const failedOutcomes = (failed: string): string => `{'outcomes': [${failed}]}`;

/** A branch of one step that performs steps of the plan. */
export const stepBranch = (
  name: string,
  step: StepName,
  { functionArn, payload }: { readonly functionArn: string; readonly payload: string },
): State => ({
  StartAt: name,
  States: {
    [name]: task({
      functionArn,
      payload,
      timeoutSeconds: 90,
      onFailure: { next: `${name}Failed`, step, output: failedOutcomes },
    }),
    [`${name}Failed`]: end,
  },
});

/** How states of one round are named, what they work on, and where they go on. */
interface Verifying {
  /** Ends the names: states' names are unique in a workflow. */
  readonly suffix: '' | 'Asked' | 'Proved';
  readonly scope: Scope;
  /** jsonata of the plan. */
  readonly plan: string;
  /** jsonata that says whether the instance is to be stopped in this round; absent where that was asked before. */
  readonly stops?: string;
  readonly next: string;
}

/** The same of a round that changes the instance. */
interface Round extends Verifying {
  readonly suffix: '' | 'Asked';
  /** Variables that are set with the first state. */
  readonly begins: Readonly<Record<string, unknown>>;
  /** jsonata of what the changing functions are given, where that is not the scope's. */
  readonly cuts?: string;
  /** jsonata of the rows that are there already. */
  readonly rowsBefore: string;
  /** Where it goes on after the change; in the end comes `VerifyContainment` and the suffix. */
  readonly after: string;
}

/** What the function knew before it failed as a whole, and that it did. */
const failedEnding = (failed: string): string =>
  `{'outcomes': [$exists($states.input.ending) ? $append($states.input.ending.outcomes, [${failed}]) : ${failed}]}`;

/** How the states that end the host are named, what they are given, and where they go on. */
interface Stopping {
  readonly suffix: string;
  /** jsonata of what the functions are given. */
  readonly doing: string;
  readonly next: string;
  /** jsonata of what the next state gets. */
  readonly output: string;
}

/**
 * Ends the host once its disks are frozen: the function says how far it is and bounds each wait. What a crash or hibernation left on the
 * disks is snapshotted in between, with a duty of its own; those copies go into custody when all else is done.
 */
const stopStates = (
  functionArns: FunctionArns,
  { suffix, doing, next, output }: Stopping,
): Readonly<Record<string, State>> => ({
  [`StopInstance${suffix}`]: task({
    functionArn: functionArns.stop,
    payload: `$merge([${doing}, $exists($states.input.ending) ? {'ending': $states.input.ending} : {}])`,
    timeoutSeconds: 60,
    next: `Stopped${suffix}`,
    onFailure: { next: `StopEnds${suffix}`, step: 'stop', output: failedEnding },
  }),
  [`Stopped${suffix}`]: {
    Type: 'Choice',
    Choices: [
      { Condition: jsonata("$states.input.status = 'waiting'"), Next: `WaitToStop${suffix}` },
      { Condition: jsonata("$states.input.status = 'snapshot'"), Next: `SnapshotMemory${suffix}` },
    ],
    Default: `StopEnds${suffix}`,
  },
  [`SnapshotMemory${suffix}`]: task({
    functionArn: functionArns.freeze,
    payload: `{'memory': ${doing}}`,
    timeoutSeconds: 150,
    output: "{'ending': $states.input.ending}",
    assign: {
      rows: jsonata(rowsWith('$states.result.Payload.outcomes')),
      memory: jsonata('[$append($memory, $states.result.Payload.disks)]'),
    },
    next: `StopInstance${suffix}`,
    onFailure: {
      next: `MemoryNotSnapshotted${suffix}`,
      step: 'snapshot-memory',
      output: (failed) => `{'ending': $states.input.ending, 'outcomes': [${failed}]}`,
    },
  }),
  // The rest goes on without it.
  [`MemoryNotSnapshotted${suffix}`]: {
    Type: 'Pass',
    Assign: { rows: jsonata(rowsWith('$states.input.outcomes')) },
    Output: jsonata("{'ending': $states.input.ending}"),
    Next: `StopInstance${suffix}`,
  },
  [`WaitToStop${suffix}`]: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.recheckAfterSeconds'),
    Next: `StopInstance${suffix}`,
  },
  [`StopEnds${suffix}`]: {
    Type: 'Pass',
    Assign: {
      rows: jsonata(rowsWith('$states.input.outcomes')),
      // A path to a host that has stopped is of no use: it is closed next.
      kept: jsonata('$kept = null ? null : $states.context.State.EnteredTime'),
    },
    Output: jsonata(output),
    Next: next,
  },
});

/** As if nothing was looked at yet: the bound of the looks begins anew. */
const FROM_THE_FIRST_LOOK = "{'attempt': 0}";

/**
 * Climbs the rung that the verification named, then reads back again:
 *
 *     Climb -> ClimbNetwork ------------> VerifyContainment
 *           -> StopInstanceClimbed ... ---^
 *
 * What is about to be climbed counts as tried before it is, so that no rung is climbed twice and the climb ends.
 */
const climbStates = (
  functionArns: FunctionArns,
  { suffix, plan }: Pick<Verifying, 'suffix' | 'plan'>,
): Readonly<Record<string, State>> => {
  const next = `VerifyContainment${suffix}`;
  const climbOf = (gates: string): string =>
    `{'incident': $incident, 'plan': ${plan}, 'gates': ${gates}, 'only': [$climbing]}`;
  return {
    [`Climb${suffix}`]: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata("$states.input.climb.rung = 'stop-instance'"),
          Next: `StopInstanceClimbed${suffix}`,
          Assign: climbing,
          Output: jsonata('{}'),
        },
      ],
      Default: `ClimbNetwork${suffix}`,
      Assign: climbing,
      Output: jsonata('{}'),
    },
    [`ClimbNetwork${suffix}`]: task({
      functionArn: functionArns['isolate-network'],
      payload: climbOf("['climb']"),
      timeoutSeconds: 90,
      assign: { rows: jsonata(rowsWith('$states.result.Payload.outcomes')) },
      output: FROM_THE_FIRST_LOOK,
      next,
      onFailure: { next: `ClimbFailed${suffix}`, step: 'climb', output: failedOutcomes },
    }),
    // What is still open is read back, and the next rung tried.
    [`ClimbFailed${suffix}`]: {
      Type: 'Pass',
      Assign: { rows: jsonata(rowsWith('$states.input.outcomes')) },
      Output: jsonata(FROM_THE_FIRST_LOOK),
      Next: next,
    },
    // A crash that waits for nobody comes before the stop, or its memory is gone.
    ...stopStates(functionArns, {
      suffix: `Climbed${suffix}`,
      doing: climbOf("['automatic', 'climb']"),
      next,
      output: FROM_THE_FIRST_LOOK,
    }),
  };
};

const climbing = {
  climbing: jsonata('[$states.input.climb.only]'),
  climbed: jsonata('[$append($climbed, $states.input.climb.only)]'),
};

/** Reads back until it holds (bounded by the function), then stops the instance when the plan says so. */
export const verifyStates = (
  functionArns: FunctionArns,
  round: Verifying,
): Readonly<Record<string, State>> => {
  const { suffix, scope, plan, stops, next } = round;
  return {
    [`VerifyContainment${suffix}`]: task({
      functionArn: functionArns['verify-containment'],
      payload: `$merge([${scope.holding}, {'outcomes': $rows, 'climbed': $climbed, 'attempt': $states.input.attempt}])`,
      timeoutSeconds: 60,
      next: `Contained${suffix}`,
      onFailure: { next: `VerificationFailed${suffix}`, step: 'verify-containment', output: failedOutcomes },
    }),
    [`Contained${suffix}`]: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata("$states.input.status = 'pending'"), Next: `WaitForContainment${suffix}` },
        {
          Condition: jsonata('$exists($states.input.climb)'),
          Next: `Climb${suffix}`,
          Assign: { verified: jsonata('$states.input') },
        },
        ...(suffix === 'Proved'
          ? []
          : [
              {
                Condition: jsonata(
                  `$states.input.status = 'contained' and $not('stop-instance' in $climbed) and $count(${plan}.steps[kind = 'keep-management-path']) > 0${
                    // A path to a host that is stopped next is for its memory, and for its words, alone.
                    stops === undefined
                      ? ''
                      : ` and ($not(${stops}) or $count(${plan}.steps[kind in ['capture-memory', 'live-response']]) > 0)`
                  }`,
                ),
                Next: `KeepPath${suffix}`,
                Assign: { verified: jsonata('$states.input') },
                Output: jsonata('{}'),
              },
            ]),
      ],
      Default: stops === undefined ? next : `AnythingToStop${suffix}`,
      Assign: { verified: jsonata('$states.input') },
      Output: jsonata('{}'),
    },
    [`WaitForContainment${suffix}`]: {
      Type: 'Wait',
      Seconds: jsonata('$states.input.recheckAfterSeconds'),
      Next: `VerifyContainment${suffix}`,
    },
    [`VerificationFailed${suffix}`]: {
      Type: 'Pass',
      Assign: { rows: jsonata(rowsWith('$states.input.outcomes')) },
      Output: jsonata('{}'),
      Next: next,
    },
    ...climbStates(functionArns, { suffix, plan: round.plan }),
    ...(stops === undefined ? {} : { [`AnythingToStop${suffix}`]: anythingToStop(round) }),
    ...(stops === undefined
      ? {}
      : stopStates(functionArns, { suffix, doing: scope.doing, next, output: '{}' })),
    ...(suffix === 'Proved' ? {} : memoryOf(functionArns, { ...round, suffix })),
  };
};

/** A stop comes after the memory; what was climbed to ended the host already. */
const anythingToStop = ({ suffix, stops, next }: Verifying): State => ({
  Type: 'Choice',
  Choices: [
    { Condition: jsonata(`${stops} and $not('stop-instance' in $climbed)`), Next: `StopInstance${suffix}` },
  ],
  Default: next,
  Output: jsonata('{}'),
});

/** The path that is kept once the isolation was verified, and the memory that is captured through it; then the stop, if there is one. */
const memoryOf = (
  functionArns: FunctionArns,
  { suffix, scope, plan, next, stops }: Verifying & { readonly suffix: '' | 'Asked' },
): Readonly<Record<string, State>> => {
  const then = stops === undefined ? next : `AnythingToStop${suffix}`;
  const asks = `AnythingToAskHost${suffix}`;
  return {
    ...keepPathStates(functionArns, { suffix, scope, next: `AnythingToCapture${suffix}` }),
    [`AnythingToCapture${suffix}`]: {
      Type: 'Choice',
      Choices: [
        {
          // With memory-first it was captured before the cut.
          Condition: jsonata(
            `$count(${plan}.steps[kind = 'capture-memory']) > 0 and $not($exists(${plan}.order))`,
          ),
          Next: `CaptureMemory${suffix}`,
        },
      ],
      Default: asks,
      Output: jsonata('{}'),
    },
    ...captureStates(functionArns, { suffix, doing: scope.doing, next: asks, output: '{}' }),
    ...liveResponseStates(functionArns, {
      suffix,
      plan,
      // With memory-first it was asked before the cut, unless it waits for a person.
      which: suffix === '' ? `gate = 'automatic' and $not($exists(${plan}.order))` : "gate != 'automatic'",
      doing: scope.doing,
      next: then,
      output: '{}',
    }),
  };
};

/**
 * The states that change the instance in one round: side by side, read back, stopped when it says so. Begins with `Contain` and
 * the suffix.
 */
export const cutStates = (functionArns: FunctionArns, round: Round): Readonly<Record<string, State>> => {
  const { suffix, scope, cuts = scope.doing, begins, rowsBefore, after } = round;
  const rowsAfter = (more: string) => ({ ...begins, rows: jsonata(`[$append(${rowsBefore}, ${more})]`) });
  const branch = (name: string, step: StepName): State =>
    stepBranch(`${name}${suffix}`, step, { functionArn: functionArns[step], payload: cuts });
  return {
    [`Contain${suffix}`]: {
      Type: 'Parallel',
      Branches: [
        branch('IsolateNetwork', 'isolate-network'),
        branch('RevokeCredentials', 'revoke-credentials'),
        // What waits for nobody is protected in a branch of its own.
        ...(suffix === '' ? [] : [branch('Protect', 'protect')]),
      ],
      Assign: rowsAfter('$states.result.outcomes'),
      Output: jsonata(FROM_THE_FIRST_LOOK),
      Retry: frame('', '').Retry,
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Next: after,
          Assign: rowsAfter(
            "[{'id': 'contain', 'status': 'failed', 'at': $states.context.State.EnteredTime, 'detail': $states.errorOutput.Error}]",
          ),
          Output: jsonata(FROM_THE_FIRST_LOOK),
        },
      ],
      Next: after,
    },
    ...verifyStates(functionArns, round),
  };
};
