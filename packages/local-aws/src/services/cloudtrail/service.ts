import type {
  Event,
  LookupAttribute,
  LookupEventsCommandInput,
  LookupEventsCommandOutput,
} from '@aws-sdk/client-cloudtrail';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Service } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { CLOUDTRAIL_DURATIONS } from './durations.ts';
import { eventsOf, type RecordedEvent } from './event-history.ts';
import { cloudtrailResourceRemoval } from './resource-removal.ts';
import { cloudtrailResourceTypes } from './resource-types.ts';
import { cloudtrailState } from './state.ts';

/** "The default number of results returned is 50, with a maximum of 50 possible." https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const LARGEST_PAGE = 50;

/** "two per second, per account, per Region". Same page. */
const LOOKUPS_PER_SECOND = 2;

const refuse = (code: string, message: string): ServiceFault => new ServiceFault(code, message);

/** What an attribute of a lookup reads of an event. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html */
const READERS: Readonly<Record<string, (event: Event) => readonly (string | undefined)[]>> = {
  AccessKeyId: (event) => [event.AccessKeyId],
  EventId: (event) => [event.EventId],
  EventName: (event) => [event.EventName],
  EventSource: (event) => [event.EventSource],
  ReadOnly: (event) => [event.ReadOnly],
  ResourceName: (event) => (event.Resources ?? []).map(({ ResourceName }) => ResourceName),
  ResourceType: (event) => (event.Resources ?? []).map(({ ResourceType }) => ResourceType),
  Username: (event) => [event.Username],
};

const testOf = (attributes: readonly LookupAttribute[] = []): ((event: Event) => boolean) => {
  const [attribute, second] = attributes;
  if (second !== undefined)
    throw refuse('InvalidLookupAttributesException', 'You can specify only one lookup attribute.');
  if (attribute === undefined) return () => true;
  const { AttributeKey: key = '', AttributeValue: value = '' } = attribute;
  const read = READERS[key];
  if (read === undefined || value === '')
    throw refuse('InvalidLookupAttributesException', `The lookup attribute ${key}=${value} is not valid.`);
  return (event) => read(event).includes(value);
};

/** Where a page begins: how many events before it, and as of when, so that events which arrive meanwhile do not move it. */
interface Position {
  readonly asOf: number;
  readonly offset: number;
}

const positionOf = (token: string | undefined, now: number): Position => {
  if (token === undefined) return { asOf: now, offset: 0 };
  const [, asOf, offset] = /^(\d+)\/(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8')) ?? [];
  if (asOf === undefined || Number(asOf) > now)
    throw refuse('InvalidNextTokenException', 'The token is not valid: use one that an earlier page gave.');
  return { asOf: Number(asOf), offset: Number(offset) };
};

const tokenOf = ({ asOf, offset }: Position): string => Buffer.from(`${asOf}/${offset}`).toString('base64');

const pageSize = (asked = LARGEST_PAGE): number => {
  if (asked >= 1 && asked <= LARGEST_PAGE) return asked;
  throw refuse('InvalidMaxResultsException', `MaxResults ${asked} is not between 1 and ${LARGEST_PAGE}.`);
};

/** Counts the lookup. @throws ServiceFault ThrottlingException for a third within a second */
const throttle = (call: Call): void => {
  const state = call.world.of(cloudtrailState, call.caller.account, call.region);
  state.lookups = state.lookups.filter((at) => at > call.now - 1000);
  if (state.lookups.length >= LOOKUPS_PER_SECOND) throw refuse('ThrottlingException', 'Rate exceeded');
  state.lookups.push(call.now);
};

/** Events of the caller's account and Region that have arrived as of a time and are not too old, newest first. */
const historyOf = (call: Call, asOf: number): readonly RecordedEvent[] =>
  call.host
    .recordedCalls()
    .flatMap((recorded) => eventsOf(recorded))
    .filter(
      ({ account, region, at }) =>
        account === call.caller.account &&
        region === call.region &&
        at <= asOf - CLOUDTRAIL_DURATIONS.delivery &&
        at > call.now - CLOUDTRAIL_DURATIONS.history,
    )
    .toReversed();

const timesOf = ({ StartTime, EndTime }: LookupEventsCommandInput): { from: number; to: number } => {
  const from = StartTime?.getTime() ?? 0;
  const to = EndTime?.getTime() ?? Number.POSITIVE_INFINITY;
  if (from > to)
    throw refuse('InvalidTimeRangeException', 'The start time must be before the end time: swap them.');
  return { from, to };
};

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html : management events of one account and Region. */
const lookupEvents = operation<LookupEventsCommandInput, Omit<LookupEventsCommandOutput, '$metadata'>>({
  checks: () => [{ action: 'cloudtrail:LookupEvents', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'LookupEvents', [
      'LookupAttributes',
      'StartTime',
      'EndTime',
      'MaxResults',
      'NextToken',
    ]);
    throttle(call);
    const test = testOf(input.LookupAttributes);
    const { from, to } = timesOf(input);
    const size = pageSize(input.MaxResults);
    const position = positionOf(input.NextToken, call.now);
    // "events that occur after or at", "before or at": times are compared as they are shown.
    const found = historyOf(call, position.asOf).filter(
      ({ event, at }) => at >= from && at <= to && test(event),
    );
    const end = position.offset + size;
    return {
      Events: found.slice(position.offset, end).map(({ event }) => event),
      ...(end < found.length ? { NextToken: tokenOf({ ...position, offset: end }) } : {}),
    };
  },
});

/**
 * AWS CloudTrail's event history. It is fed by the calls of clients: what services do for themselves or with a role (deliveries of events,
 * states that call other services) is not in it. Of trails what they make EventBridge hear is there, and no files; Insights are not.
 */
export const cloudtrailService: Service = {
  name: 'cloudtrail',
  operations: { LookupEvents: lookupEvents },
  resourceTypes: cloudtrailResourceTypes,
  resourceRemoval: cloudtrailResourceRemoval,
};
