import type {
  CreateLogStreamCommandInput,
  CreateLogStreamCommandOutput,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { acceptMembers } from '../accept-members.ts';
import type { LogEvent } from '../ec2/flows/flow-log-events.ts';
import { observabilityState, type LogGroup } from '../observability/state.ts';

/** "The log event ... has a maximum size of 1,048,576 bytes", "10,000" of them in a batch. API_PutLogEvents.html */
const MOST = { events: 10_000, bytes: 1_048_576, perEvent: 26 } as const;
/** "'*' and ':' are not allowed." API_CreateLogStream.html */
const STREAM_NAME = /^[^:*]{1,512}$/;

const invalid = (message: string): ServiceFault => new ServiceFault('InvalidParameterException', message);
const absent = (what: string): ServiceFault =>
  new ServiceFault('ResourceNotFoundException', `The specified ${what} does not exist.`);

/** By group and stream, each in the order in which it was written. */
const streamsOf = (call: Pick<Call, 'world' | 'caller' | 'region'>): Map<string, Map<string, LogEvent[]>> =>
  call.world.of(observabilityState, call.caller.account, call.region).logStreams;

const groupOf = (call: Call, name: string | undefined): LogGroup => {
  const group = call.world.of(observabilityState, call.caller.account, call.region).logGroups.get(name ?? '');
  if (group === undefined) throw absent('log group');
  return group;
};

/** Both are on the log group or stream: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html */
const streamCheck = (
  call: Call,
  action: string,
  {
    logGroupName = '*',
    logStreamName = '*',
  }: { readonly logGroupName?: string | undefined; readonly logStreamName?: string | undefined },
): Check => ({
  action: `logs:${action}`,
  resource: `arn:${call.world.facts.partition}:logs:${call.region}:${call.caller.account}:log-group:${logGroupName}:log-stream:${logStreamName}`,
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
const createLogStream = operation<
  CreateLogStreamCommandInput,
  Omit<CreateLogStreamCommandOutput, '$metadata'>
>({
  checks: (input, call) => [streamCheck(call, 'CreateLogStream', input)],
  run: (input, call) => {
    acceptMembers(input, 'CreateLogStream', ['logGroupName', 'logStreamName']);
    const { name } = groupOf(call, input.logGroupName);
    const { logStreamName = '' } = input;
    if (!STREAM_NAME.test(logStreamName))
      throw invalid('logStreamName: want 1 to 512 characters without : and *');
    const streams = streamsOf(call);
    const own = streams.get(name) ?? new Map<string, LogEvent[]>();
    if (own.has(logStreamName))
      throw new ServiceFault('ResourceAlreadyExistsException', 'The specified log stream already exists');
    own.set(logStreamName, []);
    streams.set(name, own);
    return {};
  },
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html : what is too old or too new is not looked at. */
const putLogEvents = operation<PutLogEventsCommandInput, Omit<PutLogEventsCommandOutput, '$metadata'>>({
  checks: (input, call) => [streamCheck(call, 'PutLogEvents', input)],
  run: (input, call) => {
    acceptMembers(input, 'PutLogEvents', ['logGroupName', 'logStreamName', 'logEvents']);
    const { name } = groupOf(call, input.logGroupName);
    const { logStreamName = '', logEvents = [] } = input;
    const stream = streamsOf(call).get(name)?.get(logStreamName);
    if (stream === undefined) throw absent('log stream');
    const events = logEvents.map(({ timestamp = 0, message = '' }) => ({
      logStreamName,
      timestamp,
      ingestionTime: call.now,
      message,
    }));
    const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + MOST.perEvent, 0);
    if (events.length < 1 || events.length > MOST.events || bytes > MOST.bytes)
      throw invalid(
        `logEvents: ${events.length} of ${bytes} bytes; want 1 to ${MOST.events} of ${MOST.bytes} at most`,
      );
    if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0)))
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    stream.push(...events);
    return {};
  },
});

/** What was written into the streams of a log group, by time. */
export const writtenEvents = (
  world: World,
  at: { readonly account: string; readonly region: string; readonly logGroupName: string },
): readonly LogEvent[] =>
  [...(world.of(observabilityState, at.account, at.region).logStreams.get(at.logGroupName)?.values() ?? [])]
    .flat()
    .toSorted((a, b) => a.timestamp - b.timestamp);

/** Operations that write. */
export const streamOperations = { CreateLogStream: createLogStream, PutLogEvents: putLogEvents };
