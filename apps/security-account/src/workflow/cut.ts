import type { StepName } from '@cordon/incident';
import { keepPathStates } from './open.ts';
import { end, frame, jsonata, task, type State } from './task.ts';

/** ARNs of the functions that the workflow calls. */
export type FunctionArns = Readonly<Record<StepName, string>>;

/** A plan and what of it is allowed, as jsonata objects. */
export interface Scope {
  /** What the functions that change something are given. */
  readonly doing: string;
  /** What the verification is given: all that is allowed by now. */
  readonly holding: string;
}

/** Before a person is asked: what waits for nobody. */
export const AT_ONCE: Scope = {
  doing: "{'incident': $incident, 'plan': $plan}",
  holding: "{'incident': $incident, 'plan': $plan}",
};

/** After a person was asked: what the decision opens. */
export const AS_DECIDED: Scope = {
  doing: "$merge([{'incident': $incident, 'plan': $asking.plan}, $opened])",
  holding:
    "$merge([{'incident': $incident, 'plan': $asking.plan}, $opened, {'gates': $append(['automatic'], $opened.gates)}])",
};

/** Rows so far, and more. The brackets keep one row a list. */
const rowsWith = (more: string): string => `[$append($rows, ${more})]`;

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
interface Round {
  /** Ends the names: states' names are unique in a workflow. */
  readonly suffix: '' | 'Asked';
  readonly scope: Scope;
  /** jsonata of the plan that it performs. */
  readonly plan: string;
  /** Variables that are set with the first state. */
  readonly begins: Readonly<Record<string, unknown>>;
  /** jsonata of the rows that are there already. */
  readonly rowsBefore: string;
  /** Where it goes on after the change; in the end comes `VerifyContainment` and the suffix. */
  readonly after: string;
  /** jsonata that says whether the instance is to be stopped in this round. */
  readonly stops: string;
  readonly next: string;
}

/** What the function knew before it failed as a whole, and that it did. */
const failedEnding = (failed: string): string =>
  `{'outcomes': [$exists($states.input.ending) ? $append($states.input.ending.outcomes, [${failed}]) : ${failed}]}`;

/**
 * Ends the host once its disks are frozen: the function says how far it is and bounds each wait. What a crash or hibernation left on the
 * disks is snapshotted in between, with a duty of its own; those copies go into custody when all else is done.
 */
const stopStates = (
  functionArns: FunctionArns,
  { suffix, scope, next }: Round,
): Readonly<Record<string, State>> => ({
  [`StopInstance${suffix}`]: task({
    functionArn: functionArns.stop,
    payload: `$merge([${scope.doing}, $exists($states.input.ending) ? {'ending': $states.input.ending} : {}])`,
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
    payload: `{'memory': ${scope.doing}}`,
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
    Assign: { rows: jsonata(rowsWith('$states.input.outcomes')) },
    Output: jsonata('{}'),
    Next: next,
  },
});

/** Reads back until it holds (bounded by the function), then stops the instance when the plan says so. */
const verifyStates = (functionArns: FunctionArns, round: Round): Readonly<Record<string, State>> => {
  const { suffix, scope, plan, stops, next } = round;
  return {
    [`VerifyContainment${suffix}`]: task({
      functionArn: functionArns['verify-containment'],
      payload: `$merge([${scope.holding}, {'outcomes': $rows, 'attempt': $states.input.attempt}])`,
      timeoutSeconds: 60,
      next: `Contained${suffix}`,
      onFailure: { next: `VerificationFailed${suffix}`, step: 'verify-containment', output: failedOutcomes },
    }),
    [`Contained${suffix}`]: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata("$states.input.status = 'pending'"), Next: `WaitForContainment${suffix}` },
        {
          Condition: jsonata(stops),
          Next: `StopInstance${suffix}`,
          Assign: { verified: jsonata('$states.input') },
          Output: jsonata('{}'),
        },
        {
          Condition: jsonata(
            `$states.input.status = 'contained' and $count(${plan}.steps[kind = 'keep-management-path']) > 0`,
          ),
          Next: `KeepPath${suffix}`,
          Assign: { verified: jsonata('$states.input') },
          Output: jsonata('{}'),
        },
      ],
      Default: next,
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
    ...keepPathStates(functionArns, { suffix, scope, next }),
    ...stopStates(functionArns, round),
  };
};

/**
 * The states that change the instance in one round: side by side, read back, stopped when it says so. Begins with `Contain` and
 * the suffix.
 */
export const cutStates = (functionArns: FunctionArns, round: Round): Readonly<Record<string, State>> => {
  const { suffix, scope, begins, rowsBefore, after } = round;
  const rowsAfter = (more: string) => ({ ...begins, rows: jsonata(`[$append(${rowsBefore}, ${more})]`) });
  const branch = (name: string, step: StepName): State =>
    stepBranch(`${name}${suffix}`, step, { functionArn: functionArns[step], payload: scope.doing });
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
      Output: jsonata("{'attempt': 0}"),
      Retry: frame('', '').Retry,
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Next: after,
          Assign: rowsAfter(
            "[{'id': 'contain', 'status': 'failed', 'at': $states.context.State.EnteredTime, 'detail': $states.errorOutput.Error}]",
          ),
          Output: jsonata("{'attempt': 0}"),
        },
      ],
      Next: after,
    },
    ...verifyStates(functionArns, round),
  };
};
