import { jsonata, task, type State } from './task.ts';

/**
 * The forensic machine, when there is evidence to attach to it. It follows the disks in their branch, so that it waits for no
 * person.
 */
export const examineStates = (functionArn: string): Readonly<Record<string, State>> => ({
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
  Investigate: task({
    functionArn,
    payload:
      "$merge([{'incident': $incident, 'disks': $states.input.disks}, $exists($states.input.examination) ? {'examination': $states.input.examination} : {}])",
    timeoutSeconds: 90,
    output: "$merge([$states.input, {'examination': $states.result.Payload.examination}])",
    next: 'Examined',
    onFailure: {
      next: 'ExaminationEnds',
      step: 'investigate',
      output: (failed) =>
        `$merge([$states.input, {'outcomes': $append($states.input.outcomes, [${failed}])}])`,
    },
  }),
  Examined: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata("$states.input.examination.phase in ['ready', 'failed']"),
        Next: 'ExaminationEnds',
      },
      { Condition: jsonata('$states.input.examination.recheckAfterSeconds > 0'), Next: 'WaitForMachine' },
    ],
    Default: 'Investigate',
  },
  WaitForMachine: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.examination.recheckAfterSeconds'),
    Next: 'Investigate',
  },
  ExaminationEnds: { Type: 'Pass', End: true },
});
