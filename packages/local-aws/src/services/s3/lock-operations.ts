import type {
  GetObjectLegalHoldCommandInput,
  GetObjectLegalHoldCommandOutput,
  GetObjectLockConfigurationCommandInput,
  GetObjectLockConfigurationCommandOutput,
  GetObjectRetentionCommandInput,
  GetObjectRetentionCommandOutput,
  PutObjectLegalHoldCommandInput,
  PutObjectLegalHoldCommandOutput,
  PutObjectRetentionCommandInput,
  PutObjectRetentionCommandOutput,
} from '@aws-sdk/client-s3';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { bucketCheck, objectCheck, requireBucket, requireVersion } from './buckets.ts';
import { readRetention, refuseLoosening, remainingDays, requireLockBucket } from './retention.ts';

const TARGET = ['Bucket', 'Key', 'VersionId', 'ExpectedBucketOwner'] as const;

const noLock = (): ServiceFault =>
  new ServiceFault(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    { status: 404 },
  );

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
const getRetention = operation<
  GetObjectRetentionCommandInput,
  Omit<GetObjectRetentionCommandOutput, '$metadata'>
>({
  checks: (input, call) => [objectCheck(call, input, { action: 'GetObjectRetention' })],
  run: (input, call) => {
    acceptMembers(input, 'GetObjectRetention', TARGET);
    const bucket = requireBucket(call, input);
    requireLockBucket(bucket);
    const { retention } = requireVersion(call, bucket, { input });
    if (retention === undefined) throw noLock();
    return { Retention: { Mode: retention.mode, RetainUntilDate: new Date(retention.until) } };
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
const putRetention = operation<
  PutObjectRetentionCommandInput,
  Omit<PutObjectRetentionCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    objectCheck(call, input, {
      action: 'PutObjectRetention',
      context: {
        's3:object-lock-mode': input.Retention?.Mode,
        's3:object-lock-retain-until-date': input.Retention?.RetainUntilDate?.toISOString(),
        's3:object-lock-remaining-retention-days': remainingDays(input.Retention?.RetainUntilDate, call.now),
      },
    }),
  ],
  run: (input, call) => {
    acceptMembers(input, 'PutObjectRetention', [
      ...TARGET,
      'Retention',
      'BypassGovernanceRetention',
      'ContentMD5',
      'ChecksumAlgorithm',
    ]);
    const bucket = requireBucket(call, input);
    requireLockBucket(bucket);
    const version = requireVersion(call, bucket, { input });
    const asked = readRetention(input.Retention?.Mode, input.Retention?.RetainUntilDate, call.now);
    refuseLoosening(call, bucket, { version, asked, bypass: input.BypassGovernanceRetention });
    if (asked === undefined) delete version.retention;
    else version.retention = asked;
    return {};
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
const putLegalHold = operation<
  PutObjectLegalHoldCommandInput,
  Omit<PutObjectLegalHoldCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    objectCheck(call, input, {
      action: 'PutObjectLegalHold',
      context: { 's3:object-lock-legal-hold': input.LegalHold?.Status },
    }),
  ],
  run: (input, call) => {
    acceptMembers(input, 'PutObjectLegalHold', [...TARGET, 'LegalHold', 'ContentMD5', 'ChecksumAlgorithm']);
    const bucket = requireBucket(call, input);
    requireLockBucket(bucket);
    const version = requireVersion(call, bucket, { input });
    const status = input.LegalHold?.Status;
    if (status !== 'ON' && status !== 'OFF')
      throw new ServiceFault(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    version.legalHold = status === 'ON';
    return {};
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html */
const getLegalHold = operation<
  GetObjectLegalHoldCommandInput,
  Omit<GetObjectLegalHoldCommandOutput, '$metadata'>
>({
  checks: (input, call) => [objectCheck(call, input, { action: 'GetObjectLegalHold' })],
  run: (input, call) => {
    acceptMembers(input, 'GetObjectLegalHold', TARGET);
    const bucket = requireBucket(call, input);
    requireLockBucket(bucket);
    return { LegalHold: { Status: requireVersion(call, bucket, { input }).legalHold ? 'ON' : 'OFF' } };
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
const getLockConfiguration = operation<
  GetObjectLockConfigurationCommandInput,
  Omit<GetObjectLockConfigurationCommandOutput, '$metadata'>
>({
  checks: (input, call) => [bucketCheck(call, input, { action: 'GetBucketObjectLockConfiguration' })],
  run: (input, call) => {
    acceptMembers(input, 'GetObjectLockConfiguration', ['Bucket', 'ExpectedBucketOwner']);
    const { objectLock } = requireBucket(call, input);
    if (objectLock === undefined) {
      throw new ServiceFault(
        'ObjectLockConfigurationNotFoundError',
        'Object Lock configuration does not exist for this bucket',
        { status: 404 },
      );
    }
    const { defaultRetention } = objectLock;
    const rule =
      defaultRetention === undefined
        ? {}
        : { Rule: { DefaultRetention: { Mode: defaultRetention.mode, ...defaultRetention.rule } } };
    return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', ...rule } };
  },
});

/** Object Lock: retention, legal hold, configuration. */
export const lockOperations: Readonly<Record<string, Operation>> = {
  GetObjectRetention: getRetention,
  PutObjectRetention: putRetention,
  GetObjectLegalHold: getLegalHold,
  PutObjectLegalHold: putLegalHold,
  GetObjectLockConfiguration: getLockConfiguration,
};
