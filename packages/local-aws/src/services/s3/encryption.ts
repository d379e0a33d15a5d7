import { denialText } from '../../core/denied.ts';
import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import { encryptionContextKeys, keyCheck } from '../kms/key-checks.ts';
import { findKey, targetOf, type KeyTarget } from '../kms/key-target.ts';
import type { Bucket, Encryption } from './state.ts';

/** Encryption members of a request. */
interface EncryptionInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/**
 * Has KMS check that the caller may use a key through S3. With a bucket key the encryption context is the bucket's ARN.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
 */
const useKey = (
  call: Call,
  action: 'GenerateDataKey' | 'Decrypt',
  on: { readonly target: KeyTarget; readonly bucket: Bucket; readonly contextArn: string },
): void => {
  const context = {
    'kms:ViaService': `s3.${on.bucket.region}.amazonaws.com`,
    ...encryptionContextKeys({ 'aws:s3:arn': on.contextArn }),
  };
  const check = keyCheck(call, action, { target: on.target, context });
  const decision = call.decide(check);
  if (decision.verdict === 'deny')
    throw new ServiceFault('AccessDenied', denialText(call.caller, check, decision), { status: 403 });
  const { key } = on.target;
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html : errors of KMS come with its name before them.
  if (key === undefined)
    throw new ServiceFault('KMS.NotFoundException', `Key '${on.target.arn}' does not exist`);
  if (key.state === 'Disabled') throw new ServiceFault('KMS.DisabledException', `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion')
    throw new ServiceFault('KMS.KMSInvalidStateException', `${key.arn} is pending deletion.`);
};

const contextArn = (bucket: Bucket, key: string, bucketKey: boolean): string =>
  bucketKey ? bucket.arn : `${bucket.arn}/${key}`;

/**
 * What encrypts a new object: what the request says, else the bucket's default. A key that is not given by ARN is looked
 * up in the caller's account. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
 *
 * @throws ServiceFault AccessDenied, KMS.*, InvalidArgument
 */
export const encryptionFor = (
  call: Call,
  bucket: Bucket,
  input: EncryptionInput & { readonly Key?: string | undefined },
): Encryption => {
  const { defaultEncryption } = bucket;
  const kind = input.ServerSideEncryption ?? defaultEncryption.kind;
  if (kind !== 'AES256' && kind !== 'aws:kms')
    throw new ServiceFault('InvalidArgument', `The encryption method specified is not supported: ${kind}`);
  if (kind === 'AES256') {
    if (input.SSEKMSKeyId === undefined) return { kind };
    throw new ServiceFault(
      'InvalidArgument',
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    );
  }
  const configured = defaultEncryption.kind === 'aws:kms' ? defaultEncryption : undefined;
  const target = targetOf(call, input.SSEKMSKeyId ?? configured?.keyReference ?? 'alias/aws/s3');
  const bucketKey = input.BucketKeyEnabled ?? configured?.bucketKey ?? false;
  useKey(call, 'GenerateDataKey', {
    target,
    bucket,
    contextArn: contextArn(bucket, input.Key ?? '', bucketKey),
  });
  return { kind, keyArn: target.arn, bucketKey };
};

/** Has KMS check that the caller may read an object. @throws ServiceFault AccessDenied, KMS.* */
export const decryptFor = (
  call: Call,
  bucket: Bucket,
  on: { readonly key: string; readonly encryption: Encryption },
): void => {
  const { encryption } = on;
  if (encryption.kind === 'AES256') return;
  const target = findKey(
    call.world,
    { account: call.caller.account, region: call.region },
    encryption.keyArn,
  );
  useKey(call, 'Decrypt', { target, bucket, contextArn: contextArn(bucket, on.key, encryption.bucketKey) });
};

/** The encryption members of an answer. */
export const encryptionMembers = (encryption: Encryption) =>
  encryption.kind === 'AES256'
    ? { ServerSideEncryption: 'AES256' as const }
    : {
        ServerSideEncryption: 'aws:kms' as const,
        SSEKMSKeyId: encryption.keyArn,
        ...(encryption.bucketKey ? { BucketKeyEnabled: true } : {}),
      };
