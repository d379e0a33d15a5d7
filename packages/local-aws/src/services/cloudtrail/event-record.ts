import { createHash } from 'node:crypto';
import type { Event } from '@aws-sdk/client-cloudtrail';
import type { JournalCall } from '../../core/journal.ts';
import type { Caller, RecordedCall } from '../../core/operation.ts';
import { eventMembers } from './event-members.ts';
import { eventResources } from './event-resources.ts';
import { isManagementEvent, isReadOnly, recordedRegion } from './management-events.ts';
import { foreignIdentity, userIdentity, userNameOf } from './user-identity.ts';

/** An event with where it is looked up, and when it was. */
export interface RecordedEvent {
  /** Account and Region in whose event history it is. */
  readonly account: string;
  readonly region: string;
  /** Virtual epoch ms of the call. */
  readonly at: number;
  readonly event: Event;
}

/** An id that follows from texts alone, in the form of a UUID. */
const idFrom = (...parts: readonly string[]): string => {
  const hex = createHash('sha256').update(parts.join('/')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
};

/** EC2's codes say whose fault it was. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const errorCode = (service: string, code: string): string => {
  if (service !== 'ec2') return code;
  return `${/^(Insufficient.*Capacity|Internal|Unavailable|ServiceUnavailable)/.test(code) ? 'Server' : 'Client'}.${code}`;
};

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html ; addresses and agents of callers are not modelled. */
const recordOf = (
  call: JournalCall,
  caller: Caller,
  recipient: string,
): Readonly<Record<string, unknown>> => {
  const { service, operation, outcome } = call;
  const readOnly = isReadOnly(operation);
  const foreign = recipient !== caller.account;
  const shared = call.checks.some(({ account }) => account !== caller.account) && outcome === 'ok';
  return {
    eventVersion: '1.11',
    userIdentity: foreign ? foreignIdentity(caller) : userIdentity(caller),
    eventTime: new Date(call.sentAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    eventSource: `${service}.amazonaws.com`,
    eventName: operation,
    awsRegion: recordedRegion(call),
    ...(typeof outcome === 'object'
      ? { errorCode: errorCode(service, outcome.code), errorMessage: outcome.message }
      : {}),
    requestParameters: eventMembers(call.input),
    // Reading changes nothing, so that its answer is not recorded; AssumeRole's tells who the caller became.
    responseElements:
      outcome === 'ok' && (!readOnly || operation === 'AssumeRole') ? eventMembers(call.output) : null,
    requestID: call.requestId,
    eventID: idFrom(call.requestId, recipient),
    readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: recipient,
    ...(shared ? { sharedEventID: idFrom(call.requestId, 'shared') } : {}),
    eventCategory: 'Management',
  };
};

/** The accounts that get a record: the caller's, and of a call that was let through those whose resources it was on. */
const recipientsOf = ({ checks, outcome }: JournalCall, caller: Caller): readonly string[] => [
  ...new Set([caller.account, ...(outcome === 'ok' ? checks.map(({ account }) => account) : [])]),
];

/**
 * The events that CloudTrail has of a call: one in the caller's account, and one in every other account whose resources it used, which
 * tells of the caller its account and principal id alone. None of a data event, of a call that is not answered yet, of one with a
 * key that nobody has, and of what the local organization does not implement. What AWS services do by themselves is no call here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html#cloudtrail-integration_examples-sts-api
 */
export const eventsOf = ({ call, caller }: RecordedCall): readonly RecordedEvent[] => {
  const { outcome } = call;
  if (caller === undefined || outcome === 'pending' || !isManagementEvent(call)) return [];
  if (typeof outcome === 'object' && outcome.code === 'NotImplemented') return [];
  const resources = eventResources(call);
  return recipientsOf(call, caller).map((account) => {
    const record = recordOf(call, caller, account);
    const own = account === caller.account;
    return {
      account,
      region: recordedRegion(call),
      at: call.sentAt,
      event: {
        EventId: String(record['eventID']),
        EventName: call.operation,
        ReadOnly: String(record['readOnly']),
        EventTime: new Date(call.sentAt),
        EventSource: String(record['eventSource']),
        ...(own ? { AccessKeyId: caller.accessKeyId, Username: userNameOf(caller) } : {}),
        Resources: [...resources],
        CloudTrailEvent: JSON.stringify(record),
      },
    };
  });
};
