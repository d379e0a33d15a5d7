import { createHash } from 'node:crypto';
import type { JournalCall } from '../../core/journal.ts';
import type { Caller } from '../../core/operation.ts';
import { callerIdentity } from '../sts/caller-identity.ts';
import type { Change } from '../events/report-change.ts';
import { requestParameters, responseElements } from './request-parameters.ts';

/** A call that has been answered, and who made it. */
export interface EndedCall {
  readonly call: JournalCall;
  readonly caller: Caller;
  readonly userAgent: string;
}

/**
 * Operations on data, which a trail records only when it is told to. Nothing here tells it.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const DATA: Readonly<Record<string, RegExp>> = {
  dynamodb: /./,
  events: /^PutEvents$/,
  lambda: /^Invoke/,
  s3: /Object|Upload|Part/,
  sns: /^Publish/,
  sqs: /Message/,
  logs: /./,
  monitoring: /./,
};

/** Reads by their names. https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html has those of KMS. */
const READS = /^(?:Describe|Get|List|Head|Lookup|Search|BatchGet|Select)/;
const READS_OF: Readonly<Record<string, RegExp>> = {
  kms: /^(?:Decrypt|Encrypt|GenerateDataKey|GenerateMac|ReEncrypt|Sign|Verify)/,
  sts: /./,
};

/** Global services, whose calls CloudTrail records in us-east-1. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events */
const GLOBAL: ReadonlySet<string> = new Set(['iam', 'organizations']);

/** Whether a call is a write of the control plane: only these reach rules by themselves. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
export const isManagementWrite = ({
  service,
  operation,
}: Pick<JournalCall, 'service' | 'operation'>): boolean =>
  DATA[service]?.test(operation) !== true &&
  READS_OF[service]?.test(operation) !== true &&
  !READS.test(operation);

/** The Region whose bus hears of a call. */
export const regionOfCall = ({ service, region }: Pick<JournalCall, 'service' | 'region'>): string =>
  GLOBAL.has(service) ? 'us-east-1' : region;

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
const userIdentity = (caller: Caller): object => {
  const { principal } = caller;
  if (principal.kind === 'service') return { type: 'AWSService', invokedBy: principal.service };
  const { arn, userId } = callerIdentity(caller);
  const shared = { principalId: userId, arn, accountId: caller.account, accessKeyId: caller.accessKeyId };
  if (principal.kind === 'root') return { type: 'Root', ...shared };
  if (principal.kind === 'user')
    return { type: 'IAMUser', ...shared, userName: principal.arn.split('/').at(-1) };
  const { 'aws:TokenIssueTime': issued, 'aws:SourceIdentity': source } = caller.context;
  return {
    type: 'AssumedRole',
    ...shared,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: principal.roleId,
        arn: principal.roleArn,
        accountId: principal.account,
        userName: principal.roleArn.split('/').at(-1),
      },
      ...(source === undefined ? {} : { sourceIdentity: source }),
      attributes: { ...(issued === undefined ? {} : { creationDate: issued }), mfaAuthenticated: 'false' },
    },
  };
};

/** EC2's codes say whose fault it was. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const errorOf = ({ service, outcome }: JournalCall): object => {
  if (typeof outcome === 'string') return {};
  const isServer = /^(?:Internal|Unavailable|ServiceUnavailable)/.test(outcome.code);
  const prefix = service !== 'ec2' ? '' : isServer ? 'Server.' : 'Client.';
  return { errorCode: `${prefix}${outcome.code}`, errorMessage: outcome.message };
};

/** A version-4 shaped id that follows from the request's, so that recording changes no other id of the organization. */
const eventIdOf = (requestId: string): string => {
  const digits = createHash('sha256').update(`event of ${requestId}`).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
};

const wholeSeconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/**
 * A call as EventBridge hears of it from CloudTrail.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-cloudtrail.html
 */
export const apiCallEvent = ({ call, caller, userAgent }: EndedCall): Change => {
  const { service, operation, output, requestId } = call;
  const error = errorOf(call);
  return {
    source: `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: userIdentity(caller),
      eventTime: wholeSeconds(call.sentAt),
      eventSource: `${service}.amazonaws.com`,
      eventName: operation,
      awsRegion: regionOfCall(call),
      // Everything here comes over loopback, save what comes from within a VPC.
      sourceIPAddress: caller.within?.privateIpAddress ?? '127.0.0.1',
      userAgent,
      ...error,
      requestParameters: requestParameters(call, call.input),
      responseElements: output === undefined ? null : responseElements({ service, requestId }, output),
      requestID: requestId,
      eventID: eventIdOf(requestId),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: caller.account,
      eventCategory: 'Management',
    },
  };
};
