import { askStates, type Asking } from './ask.ts';
import { AS_DECIDED, AT_ONCE, cutStates, type FunctionArns } from './cut.ts';
import { memoryStates } from './disks.ts';
import { jsonata, type State } from './task.ts';

/** What the branch keeps while it goes on; every variable is there from the start. */
const BEGINS = {
  asking: jsonata("{'plan': $plan, 'rounds': $rounds}"),
  round: 1,
  rows: jsonata('[]'),
  decisions: jsonata('[]'),
  memory: jsonata('[]'),
  verified: null,
};

/**
 * The branch that cuts the instance off: what waits for nobody at once, network and credentials side by side, then read back until
 * it holds (bounded), then, when the plan says so, stopped. Then a person is asked for what waits, and the same is done with
 * what they open. Nothing else waits with it.
 */
export const containBranch = (functionArns: FunctionArns, asking: Asking): State => ({
  StartAt: 'WhatWaits',
  States: {
    WhatWaits: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$rounds.cutNow'), Next: 'Contain', Assign: BEGINS }],
      Default: 'AnythingToAsk',
      Assign: BEGINS,
    },
    ...cutStates(functionArns, {
      suffix: '',
      scope: AT_ONCE,
      stops: '$rounds.stopNow',
      next: 'AnythingToAsk',
    }),
    ...askStates(functionArns, asking),
    ...cutStates(functionArns, {
      suffix: 'Asked',
      scope: AS_DECIDED,
      stops: '$asking.rounds.stopLater',
      next: 'ContainmentEnds',
    }),
    ...memoryStates(functionArns),
    ContainmentEnds: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($memory) > 0'), Next: 'SecureMemory' }],
      Default: 'ContainmentSaid',
    },
    ContainmentSaid: {
      Type: 'Pass',
      Output: jsonata(
        "$merge([{'plan': $asking.plan, 'outcomes': $rows, 'decisions': $decisions, 'disks': $memory}, $verified = null ? {} : {'verification': $verified}])",
      ),
      End: true,
    },
  },
});
