import { Aws } from 'aws-cdk-lib';

/** One state of the States Language, as JSON. */
export type State = Readonly<Record<string, unknown>>;

/**
 * Faults of the Lambda service and of AWS itself: tried again with jitter, for minutes in all.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const LAMBDA_FAULTS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

const RETRY = [
  {
    ErrorEquals: LAMBDA_FAULTS,
    IntervalSeconds: 1,
    MaxAttempts: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 20,
    JitterStrategy: 'FULL',
  },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 2, JitterStrategy: 'FULL' },
];

/** A jsonata expression. */
export const jsonata = (expression: string): string => `{% ${expression} %}`;

/** Rows so far, and more. The brackets keep one row a list. */
export const rowsWith = (more: string): string => `[$append($rows, ${more})]`;

/** The outcome row of a step that failed as a whole, in the shape that every step's own rows have. */
export const rowOfFailure = (step: string): string =>
  `{'id': '${step}', 'status': 'failed', 'at': $states.context.State.EnteredTime, ` +
  `'detail': $substring('the step failed: ' & $states.errorOutput.Error & ': ' & $string($states.errorOutput.Cause), 0, 1500)}`;

/** What a state that calls a step's function needs. */
export interface TaskOptions {
  readonly functionArn: string;
  /** jsonata that builds the function's input. */
  readonly payload: string;
  readonly timeoutSeconds: number;
  /** jsonata of the state's output; the function's answer when absent. */
  readonly output?: string;
  readonly assign?: Readonly<Record<string, string>>;
  /** The next state; the branch ends here when absent. */
  readonly next?: string;
  /** Where a failure goes on; the caught error is turned into an outcome row by the output there. */
  readonly onFailure?: {
    readonly next: string;
    readonly output: (failed: string) => string;
    readonly step: string;
  };
  /** An answer that is no failure and is not asked for again: where it goes on, with the error as its input. */
  readonly refusal?: { readonly error: string; readonly next: string };
}

/** A state that calls a step's function: bounded, retried, and caught so that its failure stays its own. */
export const task = (options: TaskOptions): State => ({
  Type: 'Task',
  Resource: `arn:${Aws.PARTITION}:states:::lambda:invoke`,
  Arguments: { FunctionName: options.functionArn, Payload: jsonata(options.payload) },
  TimeoutSeconds: options.timeoutSeconds,
  Output: jsonata(options.output ?? '$states.result.Payload'),
  ...(options.assign === undefined ? {} : { Assign: options.assign }),
  Retry: [
    ...(options.refusal === undefined ? [] : [{ ErrorEquals: [options.refusal.error], MaxAttempts: 0 }]),
    ...RETRY,
  ],
  ...(options.onFailure === undefined
    ? {}
    : {
        Catch: [
          ...(options.refusal === undefined
            ? []
            : [
                {
                  ErrorEquals: [options.refusal.error],
                  Next: options.refusal.next,
                  Output: jsonata('$states.errorOutput'),
                },
              ]),
          {
            ErrorEquals: ['States.ALL'],
            Next: options.onFailure.next,
            Output: jsonata(options.onFailure.output(rowOfFailure(options.onFailure.step))),
          },
        ],
      }),
  ...(options.next === undefined ? { End: true } : { Next: options.next }),
});

/** What a state needs that asks a function and waits for whoever answers with its token. */
export interface TokenOptions {
  readonly functionArn: string;
  /** jsonata that builds the function's input; it holds the token. */
  readonly payload: string;
  /** How long an answer is waited for. */
  readonly timeoutSeconds: number;
  /** Goes on with the answer as its input. */
  readonly next: string;
  readonly onTimeout: string;
  /** When the function could not be asked: the next state, and jsonata of its input. */
  readonly onFailure: { readonly next: string; readonly output: string };
}

/**
 * A state that asks and waits, bounded. The token is spent when the time is over, so that an answer counts or the expiry, never both.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
 */
export const waitForToken = (options: TokenOptions): State => ({
  Type: 'Task',
  Resource: `arn:${Aws.PARTITION}:states:::lambda:invoke.waitForTaskToken`,
  Arguments: { FunctionName: options.functionArn, Payload: jsonata(options.payload) },
  TimeoutSeconds: options.timeoutSeconds,
  Output: jsonata('$states.result'),
  Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 0 }, ...RETRY],
  Catch: [
    { ErrorEquals: ['States.Timeout'], Next: options.onTimeout, Output: jsonata('{}') },
    {
      ErrorEquals: ['States.ALL'],
      Next: options.onFailure.next,
      Output: jsonata(options.onFailure.output),
    },
  ],
  Next: options.next,
});

/** A pass that ends a branch with what it was given. */
export const end: State = { Type: 'Pass', End: true };

/** Retry and catch of a Map or Parallel: its inner states catch their own, so what gets here is the frame's own trouble. */
export const frame = (next: string, output: string) => ({
  Retry: [
    {
      ErrorEquals: ['States.TaskFailed', 'States.Timeout'],
      IntervalSeconds: 2,
      MaxAttempts: 1,
      BackoffRate: 2,
    },
  ],
  Catch: [{ ErrorEquals: ['States.ALL'], Next: next, Output: jsonata(output) }],
});
