import type { FunctionArns } from './cut.ts';
import { jsonata, task, type State } from './task.ts';

/**
 * The branch that collects what surrounds the finding, side by side with all others; only the seal waits for it:
 *
 *     AnythingToCollect -> CollectContext -> Collected -> (wait) -> CollectContext
 *           |                                   +---> ContextEnds
 *           +---> ContextEnds
 *
 * The function looks once at once and then, when CloudTrail and flow logs have delivered, page by page; it bounds both.
 */
export const contextBranch = (functionArns: FunctionArns): State => ({
  StartAt: 'AnythingToCollect',
  States: {
    AnythingToCollect: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata("$count($plan.steps[kind = 'preserve-context' and gate = 'automatic']) > 0"),
          Next: 'CollectContext',
          Output: jsonata('{}'),
        },
      ],
      Default: 'ContextEnds',
      Output: jsonata("{'outcomes': []}"),
    },
    CollectContext: task({
      functionArn: functionArns['trace-sessions'],
      payload:
        "{'incident': $incident, 'plan': $plan, 'collect': $exists($states.input.state) ? {'state': $states.input.state} : {'context': $context, 'event': $event}}",
      timeoutSeconds: 90,
      next: 'Collected',
      onFailure: {
        next: 'ContextEnds',
        step: 'collect-context',
        output: (failed) => `{'outcomes': [${failed}]}`,
      },
    }),
    Collected: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata("$states.input.next = 'look'"), Next: 'WaitToCollect' }],
      Default: 'ContextEnds',
    },
    WaitToCollect: {
      Type: 'Wait',
      Seconds: jsonata('$states.input.recheckAfterSeconds'),
      Output: jsonata("{'state': $states.input.state}"),
      Next: 'CollectContext',
    },
    ContextEnds: { Type: 'Pass', Output: jsonata("{'outcomes': $states.input.outcomes}"), End: true },
  },
});
