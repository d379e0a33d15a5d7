import { MOST_ROUNDS } from '@cordon/incident';
import type { FunctionArns } from './cut.ts';
import { jsonata, rowOfFailure, task, waitForToken, type State } from './task.ts';

/** Whom the workflow asks, and for how long. */
export interface Asking {
  /** ARN of the operator function. */
  readonly operatorArn: string;
  readonly expiresAfterSeconds: number;
}

/** What a decision opens, as the functions take it. */
const opened = (decision: string): string =>
  `$merge([{'gates': [${decision}.gates]}, $exists(${decision}.only) ? {'only': [${decision}.only]} : {}])`;

const decided = (decision: string): string => `[$append($decisions, [${decision}])]`;

/** Nobody answered: as `gatesFor('expired')` says, isolation proceeds and what needs an express yes lapses. */
const EXPIRED =
  "{'round': $turn, 'outcome': 'expired', 'planHash': $asking.plan.hash, 'at': $states.context.State.EnteredTime, 'gates': ['ask']}";

/** Plans anew what waits for a person, after a yes that came to a plan that fitted no longer. */
const replanStates = (functionArn: string): Readonly<Record<string, State>> => ({
  PlanAnew: task({
    functionArn,
    payload:
      "{'incident': $incident, 'execution': $states.context.Execution.Name, 'posture': $posture, 'asked': $asking.plan}",
    timeoutSeconds: 60,
    assign: {
      asking: jsonata("{'plan': $states.result.Payload.plan, 'rounds': $states.result.Payload.rounds}"),
      turn: jsonata('$turn + 1'),
    },
    output: '{}',
    next: 'AnythingToAsk',
    // Then what was asked for is what there is: as if nobody had answered.
    onFailure: {
      next: 'NotPlannedAnew',
      step: 'inspect',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  NotPlannedAnew: {
    Type: 'Pass',
    Assign: { rows: jsonata('[$append($rows, $states.input.outcomes)]') },
    Output: jsonata('{}'),
    Next: 'Unanswered',
  },
});

/** Which rounds a decision opens. */
const whatIsOpened: State = {
  Type: 'Choice',
  Choices: [
    { Condition: jsonata('$asking.rounds.cutLater'), Next: 'ContainAsked' },
    {
      Condition: jsonata('$asking.rounds.stopLater'),
      Next: 'StopInstanceAsked',
      Output: jsonata('{}'),
    },
    {
      Condition: jsonata('$asking.rounds.replaceLater = true'),
      Next: 'ReplaceAsked',
      Output: jsonata('{}'),
    },
  ],
  Default: 'ContainmentEnds',
};

/**
 * Asks a person for the steps that wait, and goes on as they decide, or as nobody did in time:
 *
 *     AnythingToAsk -> Ask -> Decided -> refused:  ContainmentEnds
 *          ^            |        |    -> approved: WhatIsOpened -> ContainAsked ... -> ContainmentEnds
 *          |            |        +----> drifted:   PlanAnew, and ask again (a few times)
 *          +------------|---------------+
 *                       +-> Unanswered -> WhatIsOpened
 */
export const askStates = (functionArns: FunctionArns, asking: Asking): Readonly<Record<string, State>> => ({
  AnythingToAsk: {
    Type: 'Choice',
    Choices: [{ Condition: jsonata('$count($asking.rounds.asked) > 0'), Next: 'Ask' }],
    Default: 'ContainmentEnds',
  },
  Ask: waitForToken({
    functionArn: asking.operatorArn,
    payload:
      "{'ask': {'token': $states.context.Task.Token, 'incident': $incident, 'plan': $asking.plan, 'posture': $posture, 'round': $turn, " +
      `'askedAt': $states.context.State.EnteredTime, 'expiresAfterSeconds': ${asking.expiresAfterSeconds}}}`,
    timeoutSeconds: asking.expiresAfterSeconds,
    next: 'Decided',
    onTimeout: 'Unanswered',
    onFailure: { next: 'NotAsked', output: `{'outcomes': [${rowOfFailure('ask')}]}` },
  }),
  // Nobody could be asked. That is no yes: the time in which a person might have answered passes all the same.
  NotAsked: {
    Type: 'Wait',
    Seconds: asking.expiresAfterSeconds,
    Assign: { rows: jsonata('[$append($rows, $states.input.outcomes)]') },
    Output: jsonata('{}'),
    Next: 'Unanswered',
  },
  Decided: {
    Type: 'Choice',
    Choices: [
      {
        Condition: jsonata(`$states.input.outcome = 'drifted' and $turn < ${MOST_ROUNDS}`),
        Next: 'PlanAnew',
        Assign: { decisions: jsonata(decided('$states.input')) },
      },
      {
        Condition: jsonata("$states.input.outcome = 'drifted'"),
        Next: 'Unanswered',
        Assign: { decisions: jsonata(decided('$states.input')) },
      },
      {
        Condition: jsonata("$states.input.outcome = 'approved'"),
        Next: 'WhatIsOpened',
        Assign: {
          decisions: jsonata(decided('$states.input')),
          opened: jsonata(opened('$states.input')),
        },
      },
    ],
    // Refused; and whatever else came opens nothing.
    Default: 'ContainmentEnds',
    Assign: { decisions: jsonata(decided('$states.input')) },
  },
  Unanswered: {
    Type: 'Pass',
    Assign: { decisions: jsonata(decided(EXPIRED)), opened: jsonata(opened(EXPIRED)) },
    Output: jsonata('{}'),
    Next: 'WhatIsOpened',
  },
  WhatIsOpened: whatIsOpened,
  ...replanStates(functionArns.inspect),
});
