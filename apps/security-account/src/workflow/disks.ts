import type { StepName } from '@cordon/incident';
import { afterCustody, hashMemoryStates } from './hash.ts';
import { frame, jsonata, task, type State } from './task.ts';

/** Copies that one incident runs at once; the evidence account has 20 per Region for all (aws-facts 3.3). */
const DISKS_AT_ONCE = 40;

/** A Map's own trouble: its inner states catch their own. */
const RETRY_FRAME = frame('', '').Retry;

const INPUT = "{'incident': $incident, 'disk': $states.input}";

/**
 * A disk whose step failed as a whole goes on as failed, with the reason, and keeps no other disk waiting. One that failed
 * only in cleaning up is in custody all the same: what it left behind is the reason that a person is called for.
 */
const onFailure = (step: StepName, next: string) => ({
  next,
  step,
  output: (failed: string) =>
    `$merge([$states.input, {'phase': $states.input.phase = 'clean-up' ? 'secured' : 'failed', 'recheckAfterSeconds': 0, 'because': ${failed}.detail}])`,
});

/**
 * One frozen volume on its way into custody, as often round as it needs. Its state says who acts next; the functions
 * bound the waits (24 hours in all) and let them grow, so that a long copy costs few states.
 */
const oneDisk = (functionArns: Readonly<Record<StepName, string>>, of: '' | 'Memory' = ''): State => {
  const named = (name: string): string => `${of}${name}`;
  const act = (step: StepName): State =>
    task({
      functionArn: functionArns[step],
      payload: INPUT,
      timeoutSeconds: 90,
      output: '$states.result.Payload.disk',
      next: named('DiskWaits'),
      onFailure: onFailure(step, named('DiskEnds')),
    });
  return {
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: named('DiskPhase'),
    States: {
      [named('DiskPhase')]: {
        Type: 'Choice',
        Choices: [
          {
            Condition: jsonata("$states.input.phase in ['probe-key', 'take-custody']"),
            Next: named('TakeCustody'),
          },
          {
            Condition: jsonata("$states.input.phase in ['look-at-key', 'hand-over', 'clean-up']"),
            Next: named('HandOver'),
          },
        ],
        Default: named('DiskEnds'),
      },
      [named('HandOver')]: act('hand-over'),
      [named('TakeCustody')]: act('take-custody'),
      [named('DiskWaits')]: {
        Type: 'Choice',
        Choices: [
          { Condition: jsonata('$states.input.recheckAfterSeconds > 0'), Next: named('WaitForDisk') },
        ],
        Default: named('DiskPhase'),
      },
      [named('WaitForDisk')]: {
        Type: 'Wait',
        Seconds: jsonata('$states.input.recheckAfterSeconds'),
        Next: named('DiskPhase'),
      },
      [named('DiskEnds')]: { Type: 'Succeed' },
    },
  };
};

/** The branch of the disks, of the machine that examines them, and of the hashing of their blocks: from the freeze on, for as long as they take, delaying nothing else. */
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
      Retry: RETRY_FRAME,
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
      Next: 'AfterCustody',
    },
    ...afterCustody(functionArns),
    FreezeFailed: { Type: 'Pass', End: true },
  },
});

/**
 * Brings copies of what a crash or hibernation left on the disks into custody: `SecureMemory`, at the end of the branch that ended the
 * host, so that nobody is asked later for it, and has their blocks hashed. Goes on at `AnythingCaptured`.
 */
export const memoryStates = (
  functionArns: Readonly<Record<StepName, string>>,
): Readonly<Record<string, State>> => ({
  SecureMemory: {
    Type: 'Map',
    Items: jsonata('$memory'),
    MaxConcurrency: DISKS_AT_ONCE,
    ItemProcessor: oneDisk(functionArns, 'Memory'),
    Retry: RETRY_FRAME,
    Catch: [
      {
        ErrorEquals: ['States.ALL'],
        Next: 'AnythingCaptured',
        Assign: {
          rows: jsonata(
            "[$append($rows, [{'id': 'secure-memory', 'status': 'failed', 'at': $states.context.State.EnteredTime, 'detail': $states.errorOutput.Error}])]",
          ),
        },
        Output: jsonata('{}'),
      },
    ],
    Assign: { memory: jsonata('[$states.result]') },
    Output: jsonata('{}'),
    Next: 'AnythingToHashMemory',
  },
  ...hashMemoryStates(functionArns, 'AnythingCaptured'),
});
