import { FORGED_START, type StepName } from '@cordon/incident';
import { containBranch, stepBranch } from './workflow/contain.ts';
import { freezeBranch } from './workflow/disks.ts';
import { frame, jsonata, task, type State } from './workflow/task.ts';

/** No incident runs longer: the disks' own bound is 24 hours, examination and retries get the rest. */
const LONGEST_SECONDS = 3 * 24 * 3600;

/** The three sides of the response, side by side; what each became is gathered for the end. */
const respond = (functionArns: Readonly<Record<StepName, string>>): State => ({
  Type: 'Parallel',
  Branches: [
    stepBranch('Protect', 'protect', functionArns.protect),
    freezeBranch(functionArns),
    containBranch(functionArns),
  ],
  Output: jsonata(
    "$merge([{'incident': $incident, 'plan': $plan, 'outcomes': [$states.result.outcomes], 'disks': [$states.result.disks]}," +
      " $exists($states.result.verification) ? {'verification': $states.result.verification} : {}])",
  ),
  ...frame(
    'Seal',
    "{'incident': $incident, 'plan': $plan, 'disks': [], 'outcomes': [{'id': 'respond', 'status': 'failed', 'at': $states.context.State.EnteredTime, 'detail': $states.errorOutput.Error}]}",
  ),
  Next: 'EvidenceToExamine',
});

/** The forensic machine, when there is evidence to attach to it. */
const examination = (functionArn: string): Readonly<Record<string, State>> => ({
  EvidenceToExamine: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata(
          "$count($states.input.disks[phase = 'secured']) > 0 and $count($states.input.plan.steps[kind = 'launch-forensic-machine']) > 0",
        ),
        Next: 'Investigate',
      },
    ],
    Default: 'Seal',
  },
  Investigate: task({
    functionArn: functionArn,
    payload:
      "$merge([{'incident': $states.input.incident, 'disks': $states.input.disks}, $exists($states.input.examination) ? {'examination': $states.input.examination} : {}])",
    timeoutSeconds: 90,
    output: "$merge([$states.input, {'examination': $states.result.Payload.examination}])",
    next: 'Examined',
    onFailure: {
      next: 'Seal',
      step: 'investigate',
      output: (failed) =>
        `$merge([$states.input, {'outcomes': $append($states.input.outcomes, [${failed}])}])`,
    },
  }),
  Examined: {
    Type: 'Choice',
    Choices: [
      { Condition: jsonata("$states.input.examination.phase in ['ready', 'failed']"), Next: 'Seal' },
      { Condition: jsonata('$states.input.examination.recheckAfterSeconds > 0'), Next: 'WaitForMachine' },
    ],
    Default: 'Investigate',
  },
  WaitForMachine: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.examination.recheckAfterSeconds'),
    Next: 'Investigate',
  },
});

/**
 * The workflow, drawn as an operator thinks of it (docs/architecture.md follows a finding through it):
 *
 *     Inspect -> Gate -> Respond ( Protect | Freeze -> SecureDisks | Contain -> VerifyContainment -> StopInstance )
 *                          -> Investigate -> Seal
 *
 * It holds the sequence and branches only on what the plan and the functions say; decisions are pure functions elsewhere.
 * A later step's failure never undoes an earlier one, an earlier one's never delays a later one: failures are caught where
 * they happen, become rows, and are judged at the end.
 */
export const workflow = (functionArns: Readonly<Record<StepName, string>>): object => ({
  Comment: 'Cordon: contains a compromised instance, secures its disks, seals the evidence',
  QueryLanguage: 'JSONata',
  TimeoutSeconds: LONGEST_SECONDS,
  StartAt: 'Inspect',
  States: {
    Inspect: task({
      functionArn: functionArns.inspect,
      payload:
        "$merge([{'incident': $states.input.incident, 'execution': $states.context.Execution.Name}, $exists($states.input.posture) ? {'posture': $states.input.posture} : {}])",
      timeoutSeconds: 60,
      assign: {
        incident: jsonata('$states.input.incident'),
        event: jsonata('$states.input.event'),
        plan: jsonata('$states.result.Payload.plan'),
        context: jsonata('$states.result.Payload.context'),
      },
      output: '{}',
      next: 'Gate',
      onFailure: {
        next: 'Seal',
        step: 'inspect',
        output: (failed) => `{'incident': $states.input.incident, 'outcomes': [${failed}], 'disks': []}`,
      },
      // Nothing of it may be acted on, nor sealed into a ledger that is somebody else's.
      refusal: { error: FORGED_START, next: 'Forged' },
    }),
    Gate: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($plan.steps) > 0'), Next: 'Respond' }],
      Default: 'Seal',
      Output: jsonata("{'incident': $incident, 'plan': $plan, 'outcomes': [], 'disks': []}"),
    },
    Respond: respond(functionArns),
    ...examination(functionArns.investigate),
    // Not caught: a seal that fails leaves the execution failed, alarmed and ready to be redriven from here.
    Seal: task({
      functionArn: functionArns.seal,
      payload: '$states.input',
      timeoutSeconds: 120,
      next: 'Sealed',
    }),
    Sealed: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata("$states.input.status = 'needs-a-person'"), Next: 'NeedsAPerson' }],
      Default: 'Done',
    },
    NeedsAPerson: {
      Type: 'Fail',
      Error: 'NeedsAPerson',
      Cause: jsonata("$join($states.input.reasons, '; ')"),
    },
    Forged: { Type: 'Fail', Error: FORGED_START, Cause: jsonata('$states.input.Cause') },
    Done: { Type: 'Succeed' },
  },
});
