import { createHash } from 'node:crypto';
import type { JournalCall } from '../../core/journal.ts';
import type { Caller } from '../../core/operation.ts';
import { isManagementEvent, isReadOnly, regionOfCall } from './management-events.ts';
import { requestParameters, responseElements } from './request-parameters.ts';
import { foreignIdentity, userIdentity } from './user-identity.ts';

/** A version-4 shaped id that follows from texts alone, so that recording changes no other id of the organization. */
const idFrom = (...parts: readonly string[]): string => {
  const digits = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
};

/** EC2's codes say whose fault it was. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const errorOf = ({ service, outcome }: JournalCall): object => {
  if (typeof outcome === 'string') return {};
  const isServer = /^(?:Insufficient.*Capacity|Internal|Unavailable|ServiceUnavailable)/.test(outcome.code);
  const prefix = service !== 'ec2' ? '' : isServer ? 'Server.' : 'Client.';
  return { errorCode: `${prefix}${outcome.code}`, errorMessage: outcome.message };
};

/** Reading changes nothing, so that its answer is not recorded; that of AssumeRole tells who the caller became. */
const answerOf = (call: JournalCall): unknown => {
  const { service, operation, outcome, output, requestId } = call;
  if (outcome !== 'ok' || output === undefined) return null;
  if (isReadOnly(call) && operation !== 'AssumeRole') return null;
  return responseElements({ service, requestId }, output);
};

/** The accounts that get a record: the caller's first, and of a call that was let through those whose resources it was on. */
export const recipientsOf = ({ checks, outcome }: JournalCall, caller: Caller): readonly string[] => [
  ...new Set([caller.account, ...(outcome === 'ok' ? checks.map(({ account }) => account) : [])]),
];

/** What CloudTrail writes of a call. */
export interface EventRecord extends Readonly<Record<string, unknown>> {
  readonly eventID: string;
  readonly eventSource: string;
  readonly readOnly: boolean;
}

/**
 * A call as CloudTrail records it for one of its recipients.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 *
 * @param recipient the caller's account when absent; another sees of the caller its account and principal id alone
 */
export const recordFor = (call: JournalCall, caller: Caller, recipient = caller.account): EventRecord => {
  const { service, operation, requestId } = call;
  const foreign = recipient !== caller.account;
  return {
    eventVersion: '1.11',
    userIdentity: foreign ? foreignIdentity(caller) : userIdentity(caller),
    eventTime: `${new Date(call.sentAt).toISOString().slice(0, 19)}Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName: operation,
    awsRegion: regionOfCall(call),
    // Everything here comes over loopback, save what comes from within a VPC.
    sourceIPAddress: caller.within?.privateIpAddress ?? '127.0.0.1',
    ...errorOf(call),
    requestParameters: requestParameters(call, call.input),
    responseElements: answerOf(call),
    requestID: requestId,
    eventID: idFrom(requestId, recipient),
    readOnly: isReadOnly(call),
    eventType: 'AwsApiCall',
    ...(isManagementEvent(call)
      ? { managementEvent: true, eventCategory: 'Management' }
      : { managementEvent: false, eventCategory: 'Data', resources: dataResources(call) }),
    recipientAccountId: recipient,
    ...(recipientsOf(call, caller).length > 1 ? { sharedEventID: idFrom(requestId) } : {}),
  };
};

/** What a data event was on, as selectors name it: objects of S3 and snapshots, which are all that trails here can be told to record. */
const dataResources = ({ checks }: JournalCall): readonly object[] =>
  checks.flatMap(({ resource, account }) => {
    const type = /^arn:[^:]+:s3:::[^/]+\/./.test(resource)
      ? 'AWS::S3::Object'
      : /^arn:[^:]+:ec2:[^:]*:[^:]*:snapshot\//.test(resource)
        ? 'AWS::EC2::Snapshot'
        : undefined;
    return type === undefined ? [] : [{ type, ARN: resource, accountId: account }];
  });
