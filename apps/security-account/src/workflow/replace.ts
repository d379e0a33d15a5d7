import { AT_ONCE, type FunctionArns, type Scope } from './cut.ts';
import { jsonata, task, type State } from './task.ts';

/** How the states of a replacement are named, what they work on, and where they go on. */
interface Replacing {
  /** Ends the names: states' names are unique in a workflow. */
  readonly suffix: '' | 'Asked';
  readonly scope: Scope;
  /** Variable that gathers the rows. */
  readonly rows: string;
  readonly next: string;
}

/**
 * Launches another instance in the suspect's place, once containment was read back:
 *
 *     Replace -> Replaced -> (wait) -> Replace
 *                   +------> next
 *
 * The function says how far it is and bounds each wait.
 */
export const replaceStates = (
  functionArns: FunctionArns,
  { suffix, scope, rows, next }: Replacing,
): Readonly<Record<string, State>> => ({
  [`Replace${suffix}`]: task({
    functionArn: functionArns.replace,
    payload: `$merge([${scope.doing}, $exists($states.input.replacing) ? {'replacing': $states.input.replacing} : {}])`,
    timeoutSeconds: 90,
    next: `Replaced${suffix}`,
    onFailure: {
      next: `ReplaceEnds${suffix}`,
      step: 'replace',
      output: (failed) => `{'outcomes': [${failed}]}`,
    },
  }),
  [`Replaced${suffix}`]: {
    Type: 'Choice',
    Choices: [{ Condition: jsonata("$states.input.status = 'waiting'"), Next: `WaitToReplace${suffix}` }],
    Default: `ReplaceEnds${suffix}`,
  },
  [`WaitToReplace${suffix}`]: {
    Type: 'Wait',
    Seconds: jsonata('$states.input.recheckAfterSeconds'),
    Output: jsonata("{'replacing': $states.input.replacing}"),
    Next: `Replace${suffix}`,
  },
  [`ReplaceEnds${suffix}`]: {
    Type: 'Pass',
    Assign: { [rows]: jsonata(`[$append($${rows}, $states.input.outcomes)]`) },
    Output: jsonata('{}'),
    Next: next,
  },
});

/**
 * The branch of a replacement. Where it waits for a person, what would be launched is looked at here all the same, while the instance still
 * runs as it did.
 */
export const replaceBranch = (functionArns: FunctionArns): State => ({
  StartAt: 'AnythingToReplace',
  States: {
    AnythingToReplace: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata("$count($plan.steps[kind = 'launch-replacement']) > 0"),
          Next: 'Replace',
          Assign: { replaced: jsonata('[]') },
          Output: jsonata('{}'),
        },
      ],
      Default: 'ReplacementEnds',
      Assign: { replaced: jsonata('[]') },
    },
    ...replaceStates(functionArns, {
      suffix: '',
      scope: AT_ONCE,
      rows: 'replaced',
      next: 'ReplacementEnds',
    }),
    ReplacementEnds: { Type: 'Pass', Output: jsonata("{'outcomes': $replaced}"), End: true },
  },
});
