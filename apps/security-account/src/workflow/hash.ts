import type { StepName } from '@cordon/incident';
import { DISKS_AT_ONCE, USUAL_PACE } from '@cordon/incident/hashing';
import { examineStates } from './examine.ts';
import { frame, jsonata, rowsWith, task, type State } from './task.ts';

/** Each item is an execution of its own: it sees none of the variables around it, and the parent's history holds none of its events. */
const DISTRIBUTED = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };

/** What a state of a disk's execution hands on. */
const DISK = "{'incident': $states.input.incident, 'disk': $states.input.disk}";

/**
 * As many parts of a disk at once as the step says, for it knows how many reads AWS gives the deployment; an execution that began before it said so goes
 * on as usual.
 */
const PARTS_AT_ONCE = jsonata(
  `$exists($states.input.partsAtOnce) ? $states.input.partsAtOnce : ${USUAL_PACE.partsAtOnce}`,
);

/** The parts that are missing, side by side; what was written stays so, whatever becomes of the others. */
const hashParts = (functionArn: string, of: '' | 'Memory'): State => ({
  Type: 'Map',
  Items: jsonata('$states.input.parts'),
  MaxConcurrency: PARTS_AT_ONCE,
  ItemSelector: {
    incident: jsonata('$states.input.incident'),
    disk: jsonata('$states.input.disk'),
    part: jsonata('$states.context.Map.Item.Value'),
  },
  ItemProcessor: {
    ProcessorConfig: DISTRIBUTED,
    StartAt: `HashPart${of}`,
    States: {
      [`HashPart${of}`]: task({
        functionArn,
        payload: '$states.input',
        timeoutSeconds: 750,
        next: `PartEnds${of}`,
        // The vault tells what is missing yet: it is asked for again, as long as there is time.
        onFailure: { next: `PartEnds${of}`, step: 'hash-blocks', output: () => "{'hashed': []}" },
      }),
      [`PartEnds${of}`]: { Type: 'Succeed' },
    },
  },
  Output: jsonata(`$merge([${DISK}, {'hashed': [$states.result.hashed]}])`),
  ...frame(`HashPhase${of}`, DISK),
  // Not as it was: what is missing is looked for first, so that no part that was written is read again.
  Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 0 }],
  Next: `HashPhase${of}`,
});

/**
 * One disk, in an execution of its own: its blocks, and then what was shared for it is taken back.
 *
 *     HashPhase -> HashBlocks -> (wait) -> HashParts ( a part | a part | ... ) -> HashPhase -> ... -> CleanUpHashed
 *
 * A disk whose hashing failed as a whole is cleaned up all the same, and the seal states that nothing is shown of it. Others pass through as they are.
 */
const oneDisk = (functionArns: Readonly<Record<StepName, string>>, of: '' | 'Memory' = ''): State => ({
  ProcessorConfig: DISTRIBUTED,
  StartAt: `HashPhase${of}`,
  States: {
    [`HashPhase${of}`]: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata("$states.input.disk.phase = 'hash-blocks'"), Next: `HashBlocks${of}` },
        { Condition: jsonata("$states.input.disk.phase = 'clean-up'"), Next: `CleanUpHashed${of}` },
      ],
      Default: `HashEnds${of}`,
    },
    [`HashBlocks${of}`]: task({
      functionArn: functionArns['hash-blocks'],
      payload: '$states.input',
      timeoutSeconds: 750,
      output: "$merge([{'incident': $states.input.incident}, $states.result.Payload])",
      next: `HashWaits${of}`,
      onFailure: {
        next: `HashPhase${of}`,
        step: 'hash-blocks',
        output: (failed) =>
          `{'incident': $states.input.incident, 'disk': $merge([$states.input.disk, {'phase': 'clean-up', 'recheckAfterSeconds': 0, 'blocks': $merge([$states.input.disk.blocks, {'verdict': 'not-shown', 'because': ${failed}.detail}])}])}`,
      },
    }),
    [`HashWaits${of}`]: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata('$states.input.disk.recheckAfterSeconds > 0'), Next: `WaitToHash${of}` },
      ],
      Default: `PartsMissing${of}`,
    },
    [`WaitToHash${of}`]: {
      Type: 'Wait',
      Seconds: jsonata('$states.input.disk.recheckAfterSeconds'),
      Next: `PartsMissing${of}`,
    },
    [`PartsMissing${of}`]: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($states.input.parts) > 0'), Next: `HashParts${of}` }],
      Default: `HashPhase${of}`,
      Output: jsonata(DISK),
    },
    [`HashParts${of}`]: hashParts(functionArns['hash-blocks'], of),
    [`CleanUpHashed${of}`]: task({
      functionArn: functionArns['hand-over'],
      payload: DISK,
      timeoutSeconds: 90,
      output: "{'disk': $states.result.Payload.disk}",
      next: `HashEnds${of}`,
      onFailure: {
        next: `HashEnds${of}`,
        step: 'hand-over',
        output: (failed) =>
          `{'disk': $merge([$states.input.disk, {'phase': 'secured', 'recheckAfterSeconds': 0, 'because': ${failed}.detail}])}`,
      },
    }),
    [`HashEnds${of}`]: { Type: 'Succeed', Output: jsonata('$states.input.disk') },
  },
});

/** What the execution of a disk begins with. */
const DISK_SELECTOR = {
  incident: jsonata('$incident'),
  disk: jsonata('$states.context.Map.Item.Value'),
};

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
        StartAt: 'AnythingToHash',
        States: {
          AnythingToHash: {
            Type: 'Choice',
            Choices: [
              {
                Condition: jsonata("$count($states.input.disks[phase = 'hash-blocks']) > 0"),
                Next: 'HashDisks',
              },
            ],
            Default: 'HashingEnds',
            Output: jsonata("{'disks': $states.input.disks, 'outcomes': []}"),
          },
          HashDisks: {
            Type: 'Map',
            Items: jsonata('$states.input.disks'),
            MaxConcurrency: DISKS_AT_ONCE,
            ItemSelector: DISK_SELECTOR,
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
 * The same for copies that hold memory: `AnythingToHashMemory`, at the end of the branch that captured it, once they are in custody. Only the seal, and the
 * taking away of the volume, wait for it. Goes on at `next`.
 */
export const hashMemoryStates = (
  functionArns: Readonly<Record<StepName, string>>,
  next: string,
): Readonly<Record<string, State>> => ({
  AnythingToHashMemory: {
    Type: 'Choice',
    Choices: [{ Condition: jsonata("$count($memory[phase = 'hash-blocks']) > 0"), Next: 'HashMemory' }],
    Default: next,
    Output: jsonata('{}'),
  },
  HashMemory: {
    Type: 'Map',
    Items: jsonata('$memory'),
    MaxConcurrency: DISKS_AT_ONCE,
    ItemSelector: DISK_SELECTOR,
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
