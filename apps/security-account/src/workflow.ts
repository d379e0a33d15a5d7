import { FORGED_START } from '@cordon/incident';
import type { Asking } from './workflow/ask.ts';
import { containBranch } from './workflow/contain.ts';
import { contextBranch } from './workflow/context.ts';
import { AT_ONCE, stepBranch, type FunctionArns } from './workflow/cut.ts';
import { freezeBranch } from './workflow/disks.ts';
import { replaceBranch } from './workflow/replace.ts';
import { frame, jsonata, task, type State } from './workflow/task.ts';
import { traceBranch } from './workflow/trace.ts';

/** No incident runs longer, hashing of its blocks aside: the disks' own bound is 24 hours, examination and retries get the rest. */
const LONGEST_SECONDS = 3 * 24 * 3600;

/** The sides of the response, side by side; what each became is gathered for the end. */
const respond = (functionArns: FunctionArns, asking: Asking): State => ({
  Type: 'Parallel',
  Branches: [
    stepBranch('Protect', 'protect', { functionArn: functionArns.protect, payload: AT_ONCE.doing }),
    freezeBranch(functionArns),
    containBranch(functionArns, asking),
    traceBranch(functionArns),
    contextBranch(functionArns),
    replaceBranch(functionArns),
  ],
  // The branch that cuts brings the plan: what a person was asked for may have been planned anew.
  Output: jsonata(
    "$merge([{'incident': $incident, 'plan': $states.result.plan, 'outcomes': [$states.result.outcomes], 'disks': [$states.result.disks], 'decisions': [$states.result.decisions]}," +
      " $exists($states.result.verification) ? {'verification': $states.result.verification} : {}," +
      " $exists($states.result.memoryExamination) ? {'memoryExamination': $states.result.memoryExamination} : {}," +
      " $exists($states.result.examination) ? {'examination': $states.result.examination} : {}])",
  ),
  ...frame(
    'Seal',
    "{'incident': $incident, 'plan': $plan, 'disks': [], 'outcomes': [{'id': 'respond', 'status': 'failed', 'at': $states.context.State.EnteredTime, 'detail': $states.errorOutput.Error}]}",
  ),
  Next: 'Seal',
});

/**
 * The workflow, drawn as an operator thinks of it (docs/architecture.md follows a finding through it):
 *
 *     Inspect -> Gate -> Respond ( Protect
 *                                | Freeze -> SecureDisks -> Investigate
 *                                | Contain -> VerifyContainment -> StopInstance -> Ask -> the same, of what a person opens -> ClosePath
 *                                | TraceSessions -> DenyTraced -> TraceSessions -> ...
 *                                | CollectContext -> CollectContext -> ...
 *                                | Replace -> Replace -> ... )
 *                     -> Seal
 *
 * It holds the sequence and branches only on what the plan and the functions say; decisions are pure functions elsewhere.
 * A later step's failure never undoes an earlier one, an earlier one's never delays a later one: failures are caught where
 * they happen, become rows, and are judged at the end.
 *
 * @param hashingHours for how long the seal waits for the hashing of blocks at most
 */
export const workflow = (functionArns: FunctionArns, asking: Asking, hashingHours = 0): object => ({
  Comment: 'Cordon: contains a compromised instance, secures its disks, seals the evidence',
  QueryLanguage: 'JSONata',
  TimeoutSeconds: LONGEST_SECONDS + hashingHours * 3_600,
  StartAt: 'Inspect',
  States: {
    Inspect: task({
      functionArn: functionArns.inspect,
      payload:
        "$merge([{'incident': $states.input.incident, 'execution': $states.context.Execution.Name}, $exists($states.input.posture) ? {'posture': $states.input.posture} : {}, $exists($states.input.afterDrift) ? {'afterDrift': $states.input.afterDrift} : {}])",
      timeoutSeconds: 60,
      assign: {
        incident: jsonata('$states.input.incident'),
        event: jsonata('$states.input.event'),
        posture: jsonata('$exists($states.input.posture) ? $states.input.posture : null'),
        plan: jsonata('$states.result.Payload.plan'),
        rounds: jsonata('$states.result.Payload.rounds'),
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
    Respond: respond(functionArns, asking),
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
