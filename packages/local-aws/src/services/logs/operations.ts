import type {
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { flowLogEvents, type LogEvent } from '../ec2/flows/flow-log-events.ts';
import { ec2State } from '../ec2/state.ts';
import { observabilityState, type LogGroup } from '../observability/state.ts';
import { takePage } from '../page.ts';
import { streamOperations, writtenEvents } from './streams.ts';

const DAY_MS = 86_400_000;

const invalid = (message: string): ServiceFault => new ServiceFault('InvalidParameterException', message);

const arnOf = (call: Call, name: string): string =>
  `arn:${call.world.facts.partition}:logs:${call.region}:${call.caller.account}:log-group:${name}`;

/**
 * Log groups of the caller's account and Region by name: those of templates, and those that flow logs write to, which make theirs.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html
 */
const groupsOf = (call: Call): ReadonlyMap<string, LogGroup> => {
  const { account } = call.caller;
  const written = [...call.world.of(ec2State, account, call.region).flowLogs.values()].flatMap(
    ({ destination }) => (destination.kind === 'cloud-watch-logs' ? [destination.logGroupName] : []),
  );
  return new Map([
    ...written.map((name): [string, LogGroup] => [name, { name, arn: arnOf(call, name) }]),
    ...call.world.of(observabilityState, account, call.region).logGroups,
  ]);
};

/**
 * Terms of a filter pattern that an event must all have, in any order. Other patterns (options, exclusions, fields, regular
 * expressions) are not implemented. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
const termsOf = (pattern: string): readonly string[] => {
  if (!/^(\s*("[^"]*"|[A-Za-z0-9_]+))*\s*$/.test(pattern))
    throw unimplemented(`filterPattern ${JSON.stringify(pattern)}`, 'FilterLogEvents');
  return [...pattern.matchAll(/"([^"]*)"|(\w+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
const matcher = (input: FilterLogEventsCommandInput): ((event: LogEvent) => boolean) => {
  const { logStreamNames, logStreamNamePrefix = '', startTime = 0, endTime = Infinity } = input;
  if (logStreamNames !== undefined && input.logStreamNamePrefix !== undefined)
    throw invalid('give logStreamNames or logStreamNamePrefix, not both');
  const terms = termsOf(input.filterPattern ?? '');
  return ({ logStreamName, timestamp, message }) =>
    timestamp >= startTime &&
    timestamp <= endTime &&
    logStreamName.startsWith(logStreamNamePrefix) &&
    (logStreamNames?.includes(logStreamName) ?? true) &&
    terms.every((term) => message.includes(term));
};

const pageSize = (limit: number | undefined, most: number): number => {
  if (limit !== undefined && !(limit >= 1 && limit <= most))
    throw invalid(`limit must be from 1 to ${most}, not ${limit}`);
  return limit ?? most;
};
const badToken = (): ServiceFault => invalid('The specified nextToken is invalid.');

/**
 * A policy must name a log group with `:*` at the end, for the resource has more after its name, as refusals show.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
const filterCheck = (call: Call, name: string): Check => ({
  action: 'logs:FilterLogEvents',
  resource: `${arnOf(call, name)}:log-stream:`,
});

const filterLogEvents = operation<
  FilterLogEventsCommandInput,
  Omit<FilterLogEventsCommandOutput, '$metadata'>
>({
  checks: (input, call) => [filterCheck(call, input.logGroupName ?? '*')],
  run: (input, call) => {
    acceptMembers(input, 'FilterLogEvents', [
      'logGroupName',
      'logStreamNames',
      'logStreamNamePrefix',
      'startTime',
      'endTime',
      'filterPattern',
      'nextToken',
      'limit',
      'interleaved',
    ]);
    const { logGroupName } = input;
    if (logGroupName === undefined) throw invalid('give logGroupName');
    const group = groupsOf(call).get(logGroupName);
    if (group === undefined)
      throw new ServiceFault('ResourceNotFoundException', 'The specified log group does not exist.');
    const { account } = call.caller;
    const kept = group.retentionDays === undefined ? 0 : call.now - group.retentionDays * DAY_MS;
    const at = { account, region: call.region, logGroupName };
    const written = [
      ...flowLogEvents(call.world, { ...at, now: call.now }),
      ...writtenEvents(call.world, at),
    ];
    const found = written.filter(({ timestamp }) => timestamp >= kept).filter(matcher(input));
    const page = takePage(found, { token: input.nextToken, size: pageSize(input.limit, 10_000) }, badToken);
    return {
      events: page.items.map((event) => ({ ...event, eventId: eventIdOf(event) })),
      // "This field is deprecated and will be set to an empty list", says the page.
      searchedLogStreams: [],
      nextToken: page.next,
    };
  },
});

/** The same for one event in every answer; no page tells how AWS makes them. */
const eventIdOf = ({ logStreamName, timestamp, message }: LogEvent): string =>
  Buffer.from(`${timestamp} ${logStreamName} ${message}`).toString('hex').slice(0, 56);

const describeLogGroups = operation<
  DescribeLogGroupsCommandInput,
  Omit<DescribeLogGroupsCommandOutput, '$metadata'>
>({
  checks: () => [{ action: 'logs:DescribeLogGroups', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'DescribeLogGroups', ['logGroupNamePrefix', 'nextToken', 'limit']);
    const found = [...groupsOf(call).values()]
      .filter(({ name }) => name.startsWith(input.logGroupNamePrefix ?? ''))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = takePage(found, { token: input.nextToken, size: pageSize(input.limit, 50) }, badToken);
    return {
      logGroups: page.items.map(({ name, arn, retentionDays, kmsKeyId }) => ({
        logGroupName: name,
        // One of the two ends in `:*`. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
        arn: `${arn}:*`,
        logGroupArn: arn,
        retentionInDays: retentionDays,
        kmsKeyId,
      })),
      nextToken: page.next,
    };
  },
});

/** Operations of CloudWatch Logs: streams are written by the API or by flow logs, and read by the API. */
export const logsOperations = {
  DescribeLogGroups: describeLogGroups,
  FilterLogEvents: filterLogEvents,
  ...streamOperations,
};
