import type { FunctionArns } from './cut.ts';
import { jsonata, rowsWith, task, type State } from './task.ts';

/** How the states of an examination are named, what they work on, and where they go on. */
interface Examining {
  /** Ends the names: states' names are unique in a workflow. */
  readonly suffix: '' | 'Memory';
  /** jsonata of what the first call is given; later ones get the examination beside it. */
  readonly doing: string;
  /** Where it goes on, and jsonata of what is handed on where a step failed as a whole. */
  readonly ends: string;
  readonly failed: { readonly next: string; readonly output: (failed: string) => string };
}

const EXAMINED = "$merge([$states.input, {'examination': $states.result.Payload.examination}])";

/** jsonata: the state's input with the results' disk put into it. */
const withDisk = (disk: string): string =>
  `$merge([$states.input, {'examination': $merge([$states.input.examination, {'results': $merge([$states.input.examination.results, {'disk': ${disk}}])}])}])`;

/**
 * One examination by the forensic machine; what comes out is then carried into custody like a disk:
 *
 *     Investigate -> Examined -> (wait) -> Investigate -> ... -> ends
 *                       +-> CarryResults -> ResultsCarried -> (wait) -> CarryResults -> ... -> Investigate (cleans up)
 */
const examiningStates = (
  functionArns: FunctionArns,
  { suffix, doing, ends, failed }: Examining,
): Readonly<Record<string, State>> => {
  const named = (name: string): string => `${name}${suffix}`;
  return {
    [named('Investigate')]: task({
      functionArn: functionArns.investigate,
      payload: `$merge([${doing}, $exists($states.input.examination) ? {'examination': $states.input.examination} : {}])`,
      timeoutSeconds: 90,
      output: EXAMINED,
      next: named('Examined'),
      onFailure: { ...failed, step: 'investigate' },
    }),
    [named('Examined')]: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata("$states.input.examination.phase in ['ready', 'failed']"), Next: ends },
        {
          Condition: jsonata('$states.input.examination.recheckAfterSeconds > 0'),
          Next: named('WaitForMachine'),
        },
        { Condition: jsonata("$states.input.examination.phase = 'carry'"), Next: named('CarryResults') },
      ],
      Default: named('Investigate'),
    },
    [named('WaitForMachine')]: {
      Type: 'Wait',
      Seconds: jsonata('$states.input.examination.recheckAfterSeconds'),
      Next: named('Investigate'),
    },
    [named('CarryResults')]: task({
      functionArn: functionArns['take-custody'],
      payload: "{'incident': $incident, 'disk': $states.input.examination.results.disk}",
      timeoutSeconds: 90,
      output: withDisk('$states.result.Payload.disk'),
      next: named('ResultsCarried'),
      onFailure: {
        next: named('Investigate'),
        step: 'take-custody',
        output: (row) =>
          withDisk(
            `$merge([$states.input.examination.results.disk, {'phase': 'failed', 'recheckAfterSeconds': 0, 'because': ${row}.detail}])`,
          ),
      },
    }),
    [named('ResultsCarried')]: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata('$states.input.examination.results.disk.recheckAfterSeconds > 0'),
          Next: named('WaitForResults'),
        },
        {
          Condition: jsonata("$states.input.examination.results.disk.phase = 'take-custody'"),
          Next: named('CarryResults'),
        },
      ],
      Default: named('Investigate'),
    },
    [named('WaitForResults')]: {
      Type: 'Wait',
      Seconds: jsonata('$states.input.examination.results.disk.recheckAfterSeconds'),
      Next: named('CarryResults'),
    },
  };
};

/**
 * The forensic machine, when there is evidence to attach to it. It follows the disks in their branch, so that it waits for no
 * person.
 */
export const examineStates = (functionArns: FunctionArns): Readonly<Record<string, State>> => ({
  EvidenceToExamine: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata(
          "$count($states.input.disks[phase in ['secured', 'hash-blocks']]) > 0 and $count($plan.steps[kind = 'launch-forensic-machine']) > 0",
        ),
        Next: 'Investigate',
      },
    ],
    Default: 'ExaminationEnds',
  },
  ...examiningStates(functionArns, {
    suffix: '',
    doing: "{'incident': $incident, 'disks': $states.input.disks}",
    ends: 'ExaminationEnds',
    failed: {
      next: 'ExaminationEnds',
      output: (row) => `$merge([$states.input, {'outcomes': $append($states.input.outcomes, [${row}])}])`,
    },
  }),
  ExaminationEnds: { Type: 'Pass', End: true },
});

/**
 * The same for memory that a capture wrote, once it is in custody: at the end of the branch that cut the host off, beside whatever the machine does
 * about the disks. Begins at `MemoryToExamine`.
 */
export const examineMemoryStates = (
  functionArns: FunctionArns,
  next: string,
): Readonly<Record<string, State>> => ({
  MemoryToExamine: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata(
          "$count($memory[phase = 'secured' and $exists(memoryImage)]) > 0 and $count($asking.plan.steps[kind = 'launch-forensic-machine']) > 0",
        ),
        Next: 'InvestigateMemory',
        Output: jsonata('{}'),
      },
    ],
    Default: next,
    Output: jsonata('{}'),
  },
  ...examiningStates(functionArns, {
    suffix: 'Memory',
    doing: "{'incident': $incident, 'disks': $memory, 'of': 'memory'}",
    ends: 'MemoryExamined',
    failed: {
      next: 'MemoryExaminationFailed',
      output: (row) => `$merge([$states.input, {'outcomes': [${row}]}])`,
    },
  }),
  MemoryExaminationFailed: {
    Type: 'Pass',
    Assign: { rows: jsonata(rowsWith('$states.input.outcomes')) },
    Next: 'MemoryExamined',
  },
  MemoryExamined: {
    Type: 'Pass',
    Assign: {
      memoryExamined: jsonata('$exists($states.input.examination) ? $states.input.examination : null'),
    },
    Output: jsonata('{}'),
    Next: next,
  },
});
