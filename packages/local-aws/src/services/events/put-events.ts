import type {
  PutEventsCommandInput,
  PutEventsCommandOutput,
  PutEventsRequestEntry,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { isFields } from './pattern-rule.ts';
import { busArn, findBus, readBusArn, type BusPlace, type EventEnvelope } from './state.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const ENTRIES = 10;
const TOTAL_BYTES = 1_048_576;
/** A time counts for this much. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-size-calc */
const TIME_BYTES = 14;

const busOf = (entry: PutEventsRequestEntry, call: Call): BusPlace => {
  const named = entry.EventBusName ?? 'default';
  return readBusArn(named) ?? { account: call.caller.account, region: call.region, name: named };
};

const checksOf = (entry: PutEventsRequestEntry, call: Call): Check => {
  const place = busOf(entry, call);
  return {
    action: 'events:PutEvents',
    resource: busArn(call.world, place),
    account: place.account,
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    context: {
      'events:eventBusInvocation': 'false',
      ...(entry.Source === undefined ? {} : { 'events:source': entry.Source }),
      ...(entry.DetailType === undefined ? {} : { 'events:detail-type': entry.DetailType }),
    },
  };
};

const sizeOf = (entry: PutEventsRequestEntry): number =>
  (entry.Time === undefined ? 0 : TIME_BYTES) +
  [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])].reduce(
    (sum, text) => sum + Buffer.byteLength(text ?? ''),
    0,
  );

const readDetail = (text: string): EventEnvelope['detail'] | undefined => {
  try {
    const detail: unknown = JSON.parse(text);
    return isFields(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
};

const refused = (ErrorCode: string, ErrorMessage: string): PutEventsResultEntry => ({
  ErrorCode,
  ErrorMessage,
});

const missing = (member: string): PutEventsResultEntry =>
  refused('InvalidArgument', `Parameter ${member} is not valid. Reason: ${member} is a required argument.`);

/** Each entry succeeds or fails for itself. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const put = (entry: PutEventsRequestEntry, call: Call): PutEventsResultEntry => {
  acceptMembers(entry, 'PutEvents', ['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName']);
  const { Source: source, DetailType: detailType, Detail: text } = entry;
  if (source === undefined || source === '') return missing('Source');
  if (detailType === undefined || detailType === '') return missing('DetailType');
  if (text === undefined) return missing('Detail');
  // Only AWS services may say that they are one. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html (source)
  if (source.startsWith('aws.'))
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = readDetail(text);
  if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed.');
  const place = busOf(entry, call);
  const bus = findBus(call.world, place);
  // AWS does not say what becomes of an event for a bus that is not there: it is refused outright.
  if (bus === undefined)
    return refused('ResourceNotFoundException', `Event bus ${place.name} does not exist.`);
  const id = call.ids.uuid('event');
  const event: EventEnvelope = {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: call.caller.account,
    time: `${(entry.Time ?? new Date(call.now)).toISOString().slice(0, 19)}Z`,
    region: call.region,
    resources: entry.Resources ?? [],
    detail,
  };
  call.host.deliverEvent(bus.arn, { ...event });
  return { EventId: id };
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export const putEvents = operation<PutEventsCommandInput, Omit<PutEventsCommandOutput, '$metadata'>>({
  checks: (input, call) => (input.Entries ?? []).map((entry) => checksOf(entry, call)),
  run: (input, call) => {
    acceptMembers(input, 'PutEvents', ['Entries']);
    const entries = input.Entries ?? [];
    if (entries.length === 0 || entries.length > ENTRIES) {
      throw new ServiceFault(
        'ValidationException',
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${ENTRIES}`,
      );
    }
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) >= TOTAL_BYTES) {
      throw new ServiceFault(
        'ValidationException',
        'Total size of the entries in the request is over the limit.',
      );
    }
    const results = entries.map((entry) => put(entry, call));
    return {
      FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Entries: results,
    };
  },
});
