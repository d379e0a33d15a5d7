import { AS_DECIDED, verifyStates, type FunctionArns } from './cut.ts';
import { jsonata, task, type State, rowsWith } from './task.ts';

/**
 * Proves by flow logs, where there are any, that no packet was accepted after containment:
 *
 *     AnythingToProve -> ProveContainment -> Proved -> (wait) -> ProveContainment
 *           |                                   |---> ClimbProved -> VerifyContainmentProved -> AnythingToProve
 *           |                                   +---> next
 *           +-> next: it was not read back as contained
 *
 * The function bounds its waits; what it climbs to counts as tried, so that the turns end with the rungs. Nothing but the seal waits.
 */
export const proveStates = (functionArns: FunctionArns, next: string): Readonly<Record<string, State>> => ({
  AnythingToProve: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata("$exists($verified.containedAt) and $verified.status = 'contained'"),
        Next: 'ProveContainment',
      },
    ],
    Default: next,
  },
  ProveContainment: task({
    functionArn: functionArns['verify-containment'],
    payload:
      "{'incident': $incident, 'plan': $asking.plan, 'gates': [$append(['automatic', 'memory'], $opened.gates)], 'prove': $merge([{'containedAt': $verified.containedAt, 'climbed': $climbed}, $closedAt = null ? {} : {'since': $closedAt}])}",
    timeoutSeconds: 60,
    next: 'Proved',
    onFailure: {
      next: 'ProofEnds',
      step: 'prove-containment',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  Proved: {
    Type: 'Choice',
    Choices: [
      { Condition: jsonata("$states.input.status = 'waiting'"), Next: 'WaitToProve' },
      { Condition: jsonata('$exists($states.input.climb)'), Next: 'ClimbProved' },
    ],
    Default: 'ProofEnds',
  },
  WaitToProve: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.recheckAfterSeconds'),
    Output: jsonata('{}'),
    Next: 'ProveContainment',
  },
  // Failed or over: what there is to say of it is in its row.
  ProofEnds: {
    Type: 'Pass',
    Assign: { rows: jsonata(rowsWith('$states.input.outcomes')) },
    Output: jsonata('{}'),
    Next: next,
  },
  ...verifyStates(functionArns, {
    suffix: 'Proved',
    scope: AS_DECIDED,
    plan: '$asking.plan',
    next: 'AnythingToProve',
  }),
});
