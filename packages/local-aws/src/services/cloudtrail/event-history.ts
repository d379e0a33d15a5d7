import type { Event } from '@aws-sdk/client-cloudtrail';
import type { Caller, RecordedCall } from '../../core/operation.ts';
import { recipientsOf, recordFor } from './event-record.ts';
import { eventResources } from './event-resources.ts';
import { isManagementEvent, regionOfCall } from './management-events.ts';
import { userNameOf } from './user-identity.ts';

/** An event with where it is looked up, and when it was. */
export interface RecordedEvent {
  /** Account and Region in whose event history it is. */
  readonly account: string;
  readonly region: string;
  /** Virtual epoch ms of the call. */
  readonly at: number;
  readonly event: Event;
}

/** Requests that nobody in particular made, for their signature or key is not good, and what is missing here alone. */
const UNRECORDED = new Set([
  'ExpiredToken',
  'InvalidClientTokenId',
  'NotImplemented',
  'SignatureDoesNotMatch',
]);

/**
 * The events that the history has of a call: one in the caller's account, and one in every other account whose resources it used. None
 * of a data event, of a call that is not answered yet, of one with a key that nobody has, and of what the local organization does not
 * implement. What AWS services do by themselves is no call here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html#cloudtrail-integration_examples-sts-api
 */
export const eventsOf = ({ call, caller }: RecordedCall): readonly RecordedEvent[] => {
  const { outcome } = call;
  if (caller === undefined || outcome === 'pending' || !isManagementEvent(call)) return [];
  if (typeof outcome === 'object' && UNRECORDED.has(outcome.code)) return [];
  const written = WRITTEN.get(call);
  if (written?.caller === caller) return written.events;
  const events = writeEvents(call, caller);
  WRITTEN.set(call, { caller, events });
  return events;
};

/** What was written of a call that is over, for each lookup goes through all of the history. */
const WRITTEN = new WeakMap<
  RecordedCall['call'],
  { readonly caller: Caller; readonly events: readonly RecordedEvent[] }
>();

const writeEvents = (call: RecordedCall['call'], caller: Caller): readonly RecordedEvent[] =>
  recipientsOf(call, caller).map((account): RecordedEvent => {
    const record = recordFor(call, caller, account);
    const event: Event = {
      EventId: record.eventID,
      EventName: call.operation,
      ReadOnly: String(record.readOnly),
      EventTime: new Date(call.sentAt),
      EventSource: record.eventSource,
      ...(account === caller.account
        ? { AccessKeyId: caller.accessKeyId, Username: userNameOf(caller) }
        : {}),
      Resources: [...eventResources(call)],
      CloudTrailEvent: JSON.stringify(record),
    };
    return { account, region: regionOfCall(call), at: call.sentAt, event };
  });
