import { AT_ONCE, type FunctionArns, type Scope } from './cut.ts';
import { jsonata, task, type State } from './task.ts';

/** How the states of a trace are named, what they work on, and where they go on. */
interface Tracing {
  /** Ends the names: states' names are unique in a workflow. */
  readonly suffix: '' | 'Asked';
  readonly scope: Scope;
  readonly next: string;
}

const more = (outcomes: string): Readonly<Record<string, string>> => ({
  traced: jsonata(`[$append($traced, ${outcomes})]`),
});

const failedWithTrace = (failed: string): string => `{'outcomes': [${failed}], 'trace': $states.input.trace}`;

/**
 * Looks for roles that the instance assumed, and has their sessions denied, again and again for half an hour, for CloudTrail lags:
 *
 *     TraceSessions -> Traced -> (wait) -> TraceSessions
 *           ^            |---> DenyTraced ----^
 *           |            +---> next
 *
 * The function says when it is over and when to call it again; it bounds both. Rows are gathered in `$traced`.
 */
export const traceStates = (
  functionArns: FunctionArns,
  { suffix, scope, next }: Tracing,
): Readonly<Record<string, State>> => ({
  [`TraceSessions${suffix}`]: task({
    functionArn: functionArns['trace-sessions'],
    payload: `$merge([${scope.doing}, $exists($states.input.trace) ? {'trace': $states.input.trace} : {}])`,
    timeoutSeconds: 90,
    next: `Traced${suffix}`,
    onFailure: {
      next: `TraceStops${suffix}`,
      step: 'trace-sessions',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  [`Traced${suffix}`]: {
    Type: 'Choice',
    Choices: [
      { Condition: jsonata("$states.input.next = 'deny'"), Next: `DenyTraced${suffix}` },
      { Condition: jsonata("$states.input.next = 'look'"), Next: `WaitToTrace${suffix}` },
    ],
    Default: `TraceStops${suffix}`,
  },
  [`WaitToTrace${suffix}`]: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.recheckAfterSeconds'),
    Output: jsonata("{'trace': $states.input.trace}"),
    Next: `TraceSessions${suffix}`,
  },
  [`DenyTraced${suffix}`]: task({
    functionArn: functionArns['revoke-credentials'],
    payload: `$merge([${scope.doing}, {'chained': [$states.input.deny]}])`,
    timeoutSeconds: 90,
    output: "{'outcomes': $states.result.Payload.outcomes, 'trace': $states.input.trace}",
    next: `TracedDenied${suffix}`,
    onFailure: { next: `TracedDenied${suffix}`, step: 'revoke-credentials', output: failedWithTrace },
  }),
  [`TracedDenied${suffix}`]: {
    Type: 'Pass',
    Assign: more('$states.input.outcomes'),
    Output: jsonata("{'trace': $states.input.trace}"),
    Next: `TraceSessions${suffix}`,
  },
  // Failed or over: what there is to say of it is in the rows.
  [`TraceStops${suffix}`]: {
    Type: 'Pass',
    Assign: more('$states.input.outcomes'),
    Output: jsonata('{}'),
    Next: next,
  },
});

/** The branch that traces what waits for nobody. It delays no other; only the seal waits for it. */
export const traceBranch = (functionArns: FunctionArns): State => ({
  StartAt: 'AnythingToTrace',
  States: {
    AnythingToTrace: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata("$count($plan.steps[kind = 'trace-sessions' and gate = 'automatic']) > 0"),
          Next: 'TraceSessions',
          Assign: { traced: jsonata('[]') },
          Output: jsonata('{}'),
        },
      ],
      Default: 'TraceEnds',
      Assign: { traced: jsonata('[]') },
    },
    ...traceStates(functionArns, { suffix: '', scope: AT_ONCE, next: 'TraceEnds' }),
    TraceEnds: { Type: 'Pass', Output: jsonata("{'outcomes': $traced}"), End: true },
  },
});
