import type { JournalCall } from '../../core/journal.ts';

type Named = Pick<JournalCall, 'service' | 'operation'>;

/**
 * Operations on data, by signing name of the service: a trail records them only when it is told to (`event-selectors.ts`), and the
 * event history never has them.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const DATA_EVENTS: Readonly<Record<string, RegExp>> = {
  dynamodb: /(Items?|Query|Scan|Statement|Transaction)$/,
  ebs: /./,
  events: /^PutEvents$/,
  lambda: /^Invoke/,
  logs: /./,
  monitoring: /./,
  // A bucket's own configuration is managed; whatever else there is, objects are.
  s3: /^(?!.*(Bucket|PublicAccessBlock|ObjectLockConfiguration)).*$/,
  sns: /^Publish/,
  sqs: /Message/,
};

/** Reads by their names. https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html has those of KMS. */
const READS = /^(BatchGet|Describe|Get|Head|List|Lookup|Query|Scan|Search|Select|Simulate)/;
const READS_OF: Readonly<Record<string, RegExp>> = {
  kms: /^(Decrypt|Encrypt|GenerateDataKey|GenerateMac|ReEncrypt|Sign|Verify)/,
  sts: /./,
};

/** Whether a call is a management event: those that the event history has. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
export const isManagementEvent = ({ service, operation }: Named): boolean =>
  DATA_EVENTS[service]?.test(operation) !== true;

/** Whether a call only reads; `AssumeRole` counts as such. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html (readOnly) */
export const isReadOnly = ({ service, operation }: Named): boolean =>
  READS.test(operation) || READS_OF[service]?.test(operation) === true;

/** Global services, whose calls CloudTrail records in us-east-1. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events */
const GLOBAL: ReadonlySet<string> = new Set(['iam', 'organizations']);

/** The Region in whose event history a call is, and whose bus hears of it. */
export const regionOfCall = ({ service, region }: Pick<JournalCall, 'service' | 'region'>): string =>
  GLOBAL.has(service) ? 'us-east-1' : region;
