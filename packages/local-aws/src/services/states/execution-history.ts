import type {
  GetExecutionHistoryCommandInput,
  GetExecutionHistoryCommandOutput,
  HistoryEvent as ShownEvent,
} from '@aws-sdk/client-sfn';
import { operation } from '../../core/operation.ts';
import type { HistoryEvent } from '../../states-language/index.ts';
import { acceptMembers } from '../accept-members.ts';
import { executionOf } from './operations.ts';
import { placeOfArn } from './state.ts';
import { statesPage } from './states-page.ts';

const shown = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

/** The details member of an event type; types without one are told by type and time alone. */
const detailsOf = (event: HistoryEvent, region: string): Partial<ShownEvent> => {
  const { type, stateName: name, error, cause } = event;
  const [input, output] = [shown(event.input), shown(event.output)];
  const failed = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  const gave = output === undefined ? {} : { output, outputDetails: { truncated: false } };
  const took = input === undefined ? {} : { input, inputDetails: { truncated: false } };
  const resource = {
    resourceType: event.resource?.split(':')[5],
    resource: event.resource?.split(':').slice(6).join(':'),
  };
  if (type.endsWith('StateEntered')) return { stateEnteredEventDetails: { name, ...took } };
  if (type.endsWith('StateExited')) return { stateExitedEventDetails: { name, ...gave } };
  const details: Partial<Record<HistoryEvent['type'], Partial<ShownEvent>>> = {
    ExecutionStarted: { executionStartedEventDetails: took },
    ExecutionSucceeded: { executionSucceededEventDetails: gave },
    ExecutionFailed: { executionFailedEventDetails: failed },
    ExecutionTimedOut: { executionTimedOutEventDetails: failed },
    ExecutionAborted: { executionAbortedEventDetails: failed },
    TaskScheduled: { taskScheduledEventDetails: { ...resource, region, parameters: input } },
    TaskStarted: { taskStartedEventDetails: resource },
    TaskSucceeded: { taskSucceededEventDetails: { ...resource, ...gave } },
    TaskFailed: { taskFailedEventDetails: { ...resource, ...failed } },
    TaskTimedOut: { taskTimedOutEventDetails: { ...resource, ...failed } },
    MapStateStarted: { mapStateStartedEventDetails: { length: event.length } },
    MapRunStarted: { mapRunStartedEventDetails: { mapRunArn: event.mapRunArn } },
    MapRunFailed: { mapRunFailedEventDetails: failed },
    EvaluationFailed: { evaluationFailedEventDetails: { state: name, ...failed } },
  };
  return details[type] ?? {};
};

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
export const getExecutionHistory = operation<
  GetExecutionHistoryCommandInput,
  Omit<GetExecutionHistoryCommandOutput, '$metadata'>
>({
  checks: ({ executionArn = '' }) => [
    {
      action: 'states:GetExecutionHistory',
      resource: executionArn.startsWith('arn:') ? executionArn : '*',
      ...(executionArn.startsWith('arn:') ? { account: placeOfArn(executionArn).account } : {}),
    },
  ],
  run: (input, call) => {
    acceptMembers(input, 'GetExecutionHistory', [
      'executionArn',
      'maxResults',
      'reverseOrder',
      'nextToken',
      'includeExecutionData',
    ]);
    const { history } = executionOf(call, input.executionArn);
    const all = input.reverseOrder === true ? history.toReversed() : history;
    const { items, next } = statesPage(all, input);
    return {
      events: items.map((event) => ({
        id: event.id,
        previousEventId: event.previousEventId,
        timestamp: new Date(event.timestamp),
        type: event.type,
        ...detailsOf(event, call.region),
      })),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  },
});
