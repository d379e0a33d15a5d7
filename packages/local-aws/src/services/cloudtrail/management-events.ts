import type { JournalCall } from '../../core/journal.ts';

/**
 * Calls that are data events, which the event history does not have, by signing name of the service.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const DATA_EVENTS: Readonly<Record<string, RegExp>> = {
  dynamodb: /(Items?|Query|Scan|Statement|Transaction)$/,
  ebs: /./,
  events: /^PutEvents$/,
  lambda: /^Invoke/,
  logs: /^PutLogEvents$/,
  monitoring: /^(PutMetricData|GetMetric)/,
  // Whatever is not a bucket's own: its configuration is managed, its objects are data.
  s3: /^(?!.*(Bucket|PublicAccessBlock|ObjectLockConfiguration)).*$/,
  sns: /^Publish/,
  sqs: /Message/,
};

/** Whether CloudTrail's event history has a call. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
export const isManagementEvent = ({ service, operation }: JournalCall): boolean =>
  DATA_EVENTS[service]?.test(operation) !== true;

/** Whether an operation only reads; `AssumeRole` counts as such. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html (readOnly) */
export const isReadOnly = (operation: string): boolean =>
  /^(AssumeRole|BatchGet|Describe|Get|Head|List|Lookup|Query|Scan|Search|Simulate)/.test(operation);

/** Services whose events are recorded in us-east-1, wherever the call was made. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events */
const GLOBAL = new Set(['iam', 'organizations']);

/** The Region in whose event history a call is. */
export const recordedRegion = ({ service, region }: JournalCall): string =>
  GLOBAL.has(service) || region === 'aws-global' ? 'us-east-1' : region;
