import type { StepName } from '@cordon/incident';
import { examineStates } from './examine.ts';
import { jsonata, task, type State } from './task.ts';

/** Copies that one incident runs at once; the evidence account has 20 per Region for all (aws-facts 3.3). */
const DISKS_AT_ONCE = 10;

const INPUT = "{'incident': $incident, 'disk': $states.input}";

/**
 * A disk whose step failed as a whole goes on as failed, with the reason, and keeps no other disk waiting. One that failed
 * only in cleaning up is in custody all the same: what it left behind is the reason that a person is called for.
 */
const onFailure = (step: StepName) => ({
  next: 'DiskEnds',
  step,
  output: (failed: string) =>
    `$merge([$states.input, {'phase': $states.input.phase = 'clean-up' ? 'secured' : 'failed', 'recheckAfterSeconds': 0, 'because': ${failed}.detail}])`,
});

/**
 * One frozen volume on its way into custody, as often round as it needs. Its state says who acts next; the functions
 * bound the waits (24 hours in all) and let them grow, so that a long copy costs few states.
 */
const oneDisk = (functionArns: Readonly<Record<StepName, string>>): State => {
  const act = (step: StepName): State =>
    task({
      functionArn: functionArns[step],
      payload: INPUT,
      timeoutSeconds: 90,
      output: '$states.result.Payload.disk',
      next: 'DiskWaits',
      onFailure: onFailure(step),
    });
  return {
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: 'DiskPhase',
    States: {
      DiskPhase: {
        Type: 'Choice',
        Choices: [
          { Condition: jsonata("$states.input.phase in ['probe-key', 'take-custody']"), Next: 'TakeCustody' },
          { Condition: jsonata("$states.input.phase in ['hand-over', 'clean-up']"), Next: 'HandOver' },
        ],
        Default: 'DiskEnds',
      },
      HandOver: act('hand-over'),
      TakeCustody: act('take-custody'),
      DiskWaits: {
        Type: 'Choice',
        Choices: [{ Condition: jsonata('$states.input.recheckAfterSeconds > 0'), Next: 'WaitForDisk' }],
        Default: 'DiskPhase',
      },
      WaitForDisk: { Type: 'Wait', Seconds: jsonata('$states.input.recheckAfterSeconds'), Next: 'DiskPhase' },
      DiskEnds: { Type: 'Succeed' },
    },
  };
};

/** The branch of the disks, and of the machine that examines them: from the freeze on, for as long as they take, delaying nothing else. */
export const freezeBranch = (functionArns: Readonly<Record<StepName, string>>): State => ({
  StartAt: 'Freeze',
  States: {
    Freeze: task({
      functionArn: functionArns.freeze,
      payload: "{'incident': $incident, 'plan': $plan, 'context': $context, 'event': $event}",
      timeoutSeconds: 150,
      next: 'SecureDisks',
      assign: { frozen: jsonata('$states.result.Payload.outcomes') },
      onFailure: {
        next: 'FreezeFailed',
        step: 'freeze',
        output: (failed) => `{'outcomes': [${failed}], 'disks': []}`,
      },
    }),
    SecureDisks: {
      Type: 'Map',
      Items: jsonata('$states.input.disks'),
      MaxConcurrency: DISKS_AT_ONCE,
      ItemProcessor: oneDisk(functionArns),
      Retry: [
        {
          ErrorEquals: ['States.TaskFailed', 'States.Timeout'],
          IntervalSeconds: 2,
          MaxAttempts: 1,
          BackoffRate: 2,
        },
      ],
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Next: 'FreezeFailed',
          Output: jsonata(
            "{'disks': [], 'outcomes': $append($frozen, [{'id': 'secure-disks', 'status': 'failed', 'at': $states.context.State.EnteredTime, 'detail': $states.errorOutput.Error}])}",
          ),
        },
      ],
      Output: jsonata("{'outcomes': $frozen, 'disks': [$states.result]}"),
      Next: 'EvidenceToExamine',
    },
    ...examineStates(functionArns.investigate),
    FreezeFailed: { Type: 'Pass', End: true },
  },
});
