import type { StepName } from '@cordon/incident';
import { examineStates } from './examine.ts';
import { frame, jsonata, rowsWith, task, type State } from './task.ts';

/** Disks whose blocks are hashed at once: each takes some 600 reads of a second, and AWS gives an account 1,000 or, in large Regions, 5,000. */
const DISKS_AT_ONCE = 3;

const INPUT = "{'incident': $incident, 'disk': $states.input}";

/**
 * One disk: its blocks, where they are to be hashed, and then what was shared for it is taken back. A disk whose hashing failed as a whole is
 * cleaned up all the same, and the seal states that nothing is shown of it. Others pass through as they are.
 */
const oneDisk = (functionArns: Readonly<Record<StepName, string>>, of: '' | 'Memory' = ''): State => ({
  ProcessorConfig: { Mode: 'INLINE' },
  StartAt: `HashPhase${of}`,
  States: {
    [`HashPhase${of}`]: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata("$states.input.phase = 'hash-blocks'"), Next: `HashBlocks${of}` },
        { Condition: jsonata("$states.input.phase = 'clean-up'"), Next: `CleanUpHashed${of}` },
      ],
      Default: `HashEnds${of}`,
    },
    [`HashBlocks${of}`]: task({
      functionArn: functionArns['hash-blocks'],
      payload: INPUT,
      timeoutSeconds: 750,
      output: '$states.result.Payload.disk',
      next: `HashWaits${of}`,
      onFailure: {
        next: `HashPhase${of}`,
        step: 'hash-blocks',
        output: (failed) =>
          `$merge([$states.input, {'phase': 'clean-up', 'recheckAfterSeconds': 0, 'blocks': $merge([$states.input.blocks, {'verdict': 'not-shown', 'because': ${failed}.detail}])}])`,
      },
    }),
    [`HashWaits${of}`]: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$states.input.recheckAfterSeconds > 0'), Next: `WaitToHash${of}` }],
      Default: `HashPhase${of}`,
    },
    [`WaitToHash${of}`]: {
      Type: 'Wait',
      Seconds: jsonata('$states.input.recheckAfterSeconds'),
      Next: `HashPhase${of}`,
    },
    [`CleanUpHashed${of}`]: task({
      functionArn: functionArns['hand-over'],
      payload: INPUT,
      timeoutSeconds: 90,
      output: '$states.result.Payload.disk',
      next: `HashEnds${of}`,
      onFailure: {
        next: `HashEnds${of}`,
        step: 'hand-over',
        output: (failed) =>
          `$merge([$states.input, {'phase': 'secured', 'recheckAfterSeconds': 0, 'because': ${failed}.detail}])`,
      },
    }),
    [`HashEnds${of}`]: { Type: 'Succeed' },
  },
});

/**
 * What follows the disks once their copies are in custody: the forensic machine and, beside it, the hashing of blocks, so that neither waits for
 * the other. Where no disk is to be hashed the second branch is over at once. Goes on at `DisksEnd`.
 */
export const afterCustody = (
  functionArns: Readonly<Record<StepName, string>>,
): Readonly<Record<string, State>> => ({
  AfterCustody: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'EvidenceToExamine', States: examineStates(functionArns) },
      {
        StartAt: 'HashDisks',
        States: {
          HashDisks: {
            Type: 'Map',
            Items: jsonata('$states.input.disks'),
            MaxConcurrency: DISKS_AT_ONCE,
            ItemProcessor: oneDisk(functionArns),
            ...frame('HashingBroke', '$states.input'),
            Output: jsonata("{'disks': [$states.result], 'outcomes': []}"),
            Next: 'HashingEnds',
          },
          // Its own trouble, for disks catch theirs: the copies are in custody, and what was shared is left behind, which the row tells.
          HashingBroke: {
            Type: 'Pass',
            Output: jsonata(
              "{'disks': [$states.input.disks.$merge([$, $.phase = 'hash-blocks' ? {'phase': 'secured', 'because': 'hashing broke off'} : {}])], 'outcomes': [{'id': 'hash-blocks', 'status': 'failed', 'at': $states.context.State.EnteredTime, 'detail': 'the map of the disks broke off'}]}",
            ),
            Next: 'HashingEnds',
          },
          HashingEnds: { Type: 'Pass', End: true },
        },
      },
    ],
    Output: jsonata(
      "$merge([$states.result[0], {'disks': [$states.result[1].disks], 'outcomes': [$append($states.result[0].outcomes, $states.result[1].outcomes)]}])",
    ),
    ...frame('DisksEnd', '$states.input'),
    Next: 'DisksEnd',
  },
  DisksEnd: { Type: 'Pass', End: true },
});

/**
 * The same for copies that hold memory: `HashMemory`, at the end of the branch that captured it, once they are in custody. Only the seal, and the
 * taking away of the volume, wait for it. Goes on at `next`.
 */
export const hashMemoryStates = (
  functionArns: Readonly<Record<StepName, string>>,
  next: string,
): Readonly<Record<string, State>> => ({
  HashMemory: {
    Type: 'Map',
    Items: jsonata('$memory'),
    MaxConcurrency: DISKS_AT_ONCE,
    ItemProcessor: oneDisk(functionArns, 'Memory'),
    ...frame('HashingOfMemoryBroke', '{}'),
    Assign: { memory: jsonata('[$states.result]') },
    Output: jsonata('{}'),
    Next: next,
  },
  // As with the disks: the copies are in custody, and the row tells that what was shared is left behind.
  HashingOfMemoryBroke: {
    Type: 'Pass',
    Assign: {
      memory: jsonata(
        "[$memory.$merge([$, $.phase = 'hash-blocks' ? {'phase': 'secured', 'because': 'hashing broke off'} : {}])]",
      ),
      rows: jsonata(
        rowsWith(
          "[{'id': 'hash-blocks', 'status': 'failed', 'at': $states.context.State.EnteredTime, 'detail': 'the map of the memory broke off'}]",
        ),
      ),
    },
    Output: jsonata('{}'),
    Next: next,
  },
});
