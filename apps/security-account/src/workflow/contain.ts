import { askStates, type Asking } from './ask.ts';
import { AS_DECIDED, AT_ONCE, cutStates, type FunctionArns } from './cut.ts';
import { memoryStates } from './disks.ts';
import { closePathStates, pathIsKept, untrackStates } from './open.ts';
import { jsonata, type State } from './task.ts';
import { traceStates } from './trace.ts';

/**
 * The branch that cuts the instance off: what waits for nobody at once, network and credentials side by side, then read back until
 * it holds (bounded), then, when the plan says so, stopped. Then a person is asked for what waits, and the same is done with
 * what they open. Nothing else waits with it. It begins with the cut itself: a state before it would delay every isolation; where
 * all of the cut waits, the functions find nothing to do.
 */
export const containBranch = (functionArns: FunctionArns, asking: Asking): State => ({
  StartAt: 'Contain',
  States: {
    ...cutStates(functionArns, {
      suffix: '',
      scope: AT_ONCE,
      plan: '$plan',
      begins: {
        asking: jsonata("{'plan': $plan, 'rounds': $rounds}"),
        turn: 1,
        decisions: jsonata('[]'),
        memory: jsonata('[]'),
        traced: jsonata('[]'),
        verified: null,
        kept: null,
      },
      rowsBefore: '[]',
      after: 'WhatWaits',
      stops: '$rounds.stopNow',
      next: 'AnythingToAsk',
    }),
    WhatWaits: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$rounds.cutNow'), Next: 'VerifyContainment' }],
      // There is nothing to read back yet.
      Default: 'AnythingToAsk',
    },
    ...askStates(functionArns, asking),
    ...cutStates(functionArns, {
      suffix: 'Asked',
      scope: AS_DECIDED,
      plan: '$asking.plan',
      begins: {},
      rowsBefore: '$rows',
      after: 'AnythingToUntrack',
      stops: '$asking.rounds.stopLater',
      next: 'AnythingToTraceAsked',
    }),
    ...untrackStates(functionArns, AS_DECIDED),
    ...memoryStates(functionArns),
    // Where the cut itself waited for a person, so did the trace: it is the last, for nothing here waits for it but the seal.
    AnythingToTraceAsked: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(
            "$count($asking.plan.steps[kind = 'trace-sessions' and gate != 'automatic']) > 0",
          ),
          Next: 'TraceSessionsAsked',
          Output: jsonata('{}'),
        },
      ],
      Default: 'ContainmentEnds',
    },
    ...traceStates(functionArns, { suffix: 'Asked', scope: AS_DECIDED, next: 'ContainmentEnds' }),
    ContainmentEnds: {
      Type: 'Choice',
      Choices: [pathIsKept, { Condition: jsonata('$count($memory) > 0'), Next: 'SecureMemory' }],
      Default: 'ContainmentSaid',
    },
    ...closePathStates(functionArns, 'ContainmentEnds'),
    ContainmentSaid: {
      Type: 'Pass',
      Output: jsonata(
        "$merge([{'plan': $asking.plan, 'outcomes': [$append($rows, $traced)], 'decisions': $decisions, 'disks': $memory}, $verified = null ? {} : {'verification': $verified}])",
      ),
      End: true,
    },
  },
});
