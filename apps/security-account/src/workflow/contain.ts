import { askStates, type Asking } from './ask.ts';
import { captureStates, dropCapturedStates, landStates } from './capture.ts';
import { AS_DECIDED, AT_ONCE, CUT_AFTER_MEMORY, CUT_AT_ONCE, cutStates, type FunctionArns } from './cut.ts';
import { memoryStates } from './disks.ts';
import { examineMemoryStates } from './examine.ts';
import { liveResponseStates } from './live-response.ts';
import { closePathStates, pathIsKept, untrackStates } from './open.ts';
import { proveStates } from './prove.ts';
import { replaceStates } from './replace.ts';
import { jsonata, type State } from './task.ts';
import { traceStates } from './trace.ts';

/** What follows in the round of what a person opened, once containment was read back: nothing here waits for it but the seal. */
const afterStates = (functionArns: FunctionArns): Readonly<Record<string, State>> => ({
  AnythingToReplaceAsked: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata('$asking.rounds.replaceLater = true'),
        Next: 'ReplaceAsked',
        Output: jsonata('{}'),
      },
    ],
    Default: 'AnythingToTraceAsked',
  },
  ...replaceStates(functionArns, {
    suffix: 'Asked',
    scope: AS_DECIDED,
    rows: 'rows',
    next: 'AnythingToTraceAsked',
  }),
  // Where the cut itself waited for a person, so did the trace: it is the last, for nothing here waits for it but the seal.
  AnythingToTraceAsked: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata("$count($asking.plan.steps[kind = 'trace-sessions' and gate != 'automatic']) > 0"),
        Next: 'TraceSessionsAsked',
        Output: jsonata('{}'),
      },
    ],
    Default: 'ContainmentEnds',
  },
  ...traceStates(functionArns, { suffix: 'Asked', scope: AS_DECIDED, next: 'ContainmentEnds' }),
});

/** How the branch ends: what was kept open is closed, containment is proved where it can be, memory that was left is secured. */
const endStates = (functionArns: FunctionArns): Readonly<Record<string, State>> => ({
  // While a path is kept, its own packets are accepted: the proof is of the time after it was closed.
  ContainmentEnds: {
    Type: 'Choice',
    Choices: [pathIsKept],
    Default: 'AnythingToProve',
    Output: jsonata('{}'),
  },
  ...closePathStates(functionArns, 'AnythingToProve'),
  ...proveStates(functionArns, 'AnythingLanded'),
  ...landStates(functionArns, 'ProofSaid'),
  ProofSaid: {
    Type: 'Choice',
    Choices: [{ Condition: jsonata('$count($memory) > 0'), Next: 'SecureMemory' }],
    Default: 'AnythingCaptured',
  },
  ...dropCapturedStates(functionArns, 'MemoryToExamine'),
  ...examineMemoryStates(functionArns, 'ContainmentSaid'),
  ContainmentSaid: {
    Type: 'Pass',
    Output: jsonata(
      "$merge([{'plan': $asking.plan, 'outcomes': [$append($rows, $traced)], 'decisions': $decisions, 'disks': $memory}, $verified = null ? {} : {'verification': $verified}, $memoryExamined = null ? {} : {'memoryExamination': $memoryExamined}])",
    ),
    End: true,
  },
});

/** What is had of the running host before the cut, where the plan says so: its memory, then its words. Then the cut is come to again. */
const memoryFirstStates = (functionArns: FunctionArns): Readonly<Record<string, State>> => ({
  ...captureStates(functionArns, {
    suffix: 'First',
    doing: AT_ONCE.doing,
    next: 'AnythingToAskHostFirst',
    output: '{}',
  }),
  ...liveResponseStates(functionArns, {
    suffix: 'First',
    plan: '$plan',
    which: "gate = 'automatic'",
    doing: AT_ONCE.doing,
    next: 'Contain',
    output: CUT_AFTER_MEMORY,
  }),
});

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
        memory: jsonata('$exists($states.input.memory) ? $states.input.memory : []'),
        landed: jsonata('$exists($states.input.landed) ? $states.input.landed : null'),
        again: jsonata('$exists($states.input.gates)'),
        traced: jsonata('[]'),
        verified: null,
        climbed: jsonata('[]'),
        climbing: jsonata('[]'),
        opened: jsonata("{'gates': []}"),
        kept: null,
        closedAt: null,
        memoryExamined: null,
      },
      cuts: CUT_AT_ONCE,
      rowsBefore: '($exists($states.input.rows) ? $states.input.rows : [])',
      after: 'WhatWaits',
      stops: '$rounds.stopNow',
      next: 'AnythingToAsk',
    }),
    WhatWaits: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata("$plan.order = 'memory-first' and $not($again)"),
          Next: 'CaptureMemoryFirst',
          Output: jsonata('{}'),
        },
        { Condition: jsonata('$rounds.cutNow'), Next: 'VerifyContainment' },
      ],
      // There is nothing to read back yet.
      Default: 'AnythingToAsk',
    },
    ...memoryFirstStates(functionArns),
    ...askStates(functionArns, asking),
    ...cutStates(functionArns, {
      suffix: 'Asked',
      scope: AS_DECIDED,
      plan: '$asking.plan',
      begins: {},
      rowsBefore: '$rows',
      after: 'AnythingToUntrack',
      stops: '$asking.rounds.stopLater',
      next: 'AnythingToReplaceAsked',
    }),
    ...untrackStates(functionArns, AS_DECIDED),
    ...memoryStates(functionArns),
    ...afterStates(functionArns),
    ...endStates(functionArns),
  },
});
