import type { StepName } from '@cordon/incident';
import { end, frame, jsonata, task, type State } from './task.ts';

const PLAN = "{'incident': $incident, 'plan': $plan}";

const failedOutcomes = (failed: string): string => `{'outcomes': [${failed}]}`;

/** A branch of one step that performs steps of the plan. */
export const stepBranch = (name: string, step: StepName, functionArn: string): State => ({
  StartAt: name,
  States: {
    [name]: task({
      functionArn,
      payload: PLAN,
      timeoutSeconds: 90,
      onFailure: { next: `${name}Failed`, step, output: failedOutcomes },
    }),
    [`${name}Failed`]: end,
  },
});

/** Stops the instance once its disks are frozen; the function bounds the wait. */
const stopStates = (functionArn: string): Readonly<Record<string, State>> => ({
  StopInstance: task({
    functionArn: functionArn,
    payload: "{'incident': $incident, 'plan': $plan, 'attempt': $states.input.attempt}",
    timeoutSeconds: 60,
    next: 'Stopped',
    onFailure: {
      next: 'StopFailed',
      step: 'stop',
      output: (failed) => `{'outcomes': $append($containing, [${failed}]), 'verification': $verified}`,
    },
  }),
  Stopped: {
    Type: 'Choice',
    Choices: [{ Condition: jsonata("$states.input.status = 'waiting'"), Next: 'WaitToStop' }],
    Default: 'StopEnds',
  },
  WaitToStop: { Type: 'Wait', Seconds: jsonata('$states.input.recheckAfterSeconds'), Next: 'StopInstance' },
  StopEnds: {
    Type: 'Pass',
    Output: jsonata("{'outcomes': $append($containing, $states.input.outcomes), 'verification': $verified}"),
    End: true,
  },
  StopFailed: end,
});

/**
 * The branch that cuts the instance off: network and credentials side by side, then read back until it holds (bounded),
 * then, when the plan says so, stopped.
 */
export const containBranch = (functionArns: Readonly<Record<StepName, string>>): State => ({
  StartAt: 'Contain',
  States: {
    Contain: {
      Type: 'Parallel',
      Branches: [
        stepBranch('IsolateNetwork', 'isolate-network', functionArns['isolate-network']),
        stepBranch('RevokeCredentials', 'revoke-credentials', functionArns['revoke-credentials']),
      ],
      Assign: { containing: jsonata('[$states.result.outcomes]') },
      Output: jsonata("{'attempt': 0}"),
      Retry: frame('', '').Retry,
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Next: 'VerifyContainment',
          Assign: {
            containing: jsonata(
              "[{'id': 'contain', 'status': 'failed', 'at': $states.context.State.EnteredTime, 'detail': $states.errorOutput.Error}]",
            ),
          },
          Output: jsonata("{'attempt': 0}"),
        },
      ],
      Next: 'VerifyContainment',
    },
    VerifyContainment: task({
      functionArn: functionArns['verify-containment'],
      payload:
        "{'incident': $incident, 'plan': $plan, 'outcomes': $containing, 'attempt': $states.input.attempt}",
      timeoutSeconds: 60,
      next: 'Contained',
      onFailure: {
        next: 'VerificationFailed',
        step: 'verify-containment',
        output: (failed) => `{'outcomes': $append($containing, [${failed}])}`,
      },
    }),
    Contained: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata("$states.input.status = 'pending'"), Next: 'WaitForContainment' },
        {
          Condition: jsonata("$count($plan.steps[kind = 'stop-instance']) > 0"),
          Next: 'StopInstance',
          Assign: { verified: jsonata('$states.input') },
          Output: jsonata("{'attempt': 0}"),
        },
      ],
      Default: 'ContainmentEnds',
    },
    WaitForContainment: {
      Type: 'Wait',
      Seconds: jsonata('$states.input.recheckAfterSeconds'),
      Next: 'VerifyContainment',
    },
    ContainmentEnds: {
      Type: 'Pass',
      Output: jsonata("{'outcomes': $containing, 'verification': $states.input}"),
      End: true,
    },
    VerificationFailed: end,
    ...stopStates(functionArns.stop),
  },
});
