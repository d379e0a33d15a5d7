import type {
  DeleteBucketPolicyCommandInput,
  DeleteBucketPolicyCommandOutput,
  GetBucketEncryptionCommandInput,
  GetBucketEncryptionCommandOutput,
  GetBucketLocationCommandInput,
  GetBucketLocationCommandOutput,
  GetBucketPolicyCommandInput,
  GetBucketPolicyCommandOutput,
  GetBucketVersioningCommandInput,
  GetBucketVersioningCommandOutput,
  PutBucketPolicyCommandInput,
  PutBucketPolicyCommandOutput,
} from '@aws-sdk/client-s3';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { setBucketPolicy } from './bucket-policy.ts';
import { bucketCheck, requireBucket, type BucketInput } from './buckets.ts';
import type { Bucket } from './state.ts';

const TARGET = ['Bucket', 'ExpectedBucketOwner'] as const;

/**
 * Only principals of the owner's account reach a bucket's policy, whatever it allows.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
const requireOwnBucket = (call: Call, input: BucketInput): Bucket => {
  const bucket = requireBucket(call, input);
  if (bucket.account === call.caller.account) return bucket;
  throw new ServiceFault('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
  });
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
const putPolicy = operation<PutBucketPolicyCommandInput, Omit<PutBucketPolicyCommandOutput, '$metadata'>>({
  checks: (input, call) => [bucketCheck(call, input, { action: 'PutBucketPolicy' })],
  run: (input, call) => {
    acceptMembers(input, 'PutBucketPolicy', [...TARGET, 'Policy', 'ContentMD5', 'ChecksumAlgorithm']);
    setBucketPolicy(requireOwnBucket(call, input), input.Policy ?? '');
    return {};
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
const getPolicy = operation<GetBucketPolicyCommandInput, Omit<GetBucketPolicyCommandOutput, '$metadata'>>({
  checks: (input, call) => [bucketCheck(call, input, { action: 'GetBucketPolicy' })],
  run: (input, call) => {
    acceptMembers(input, 'GetBucketPolicy', TARGET);
    const { policy } = requireOwnBucket(call, input);
    if (policy === undefined)
      throw new ServiceFault('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404 });
    return { Policy: policy.text };
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
const deletePolicy = operation<
  DeleteBucketPolicyCommandInput,
  Omit<DeleteBucketPolicyCommandOutput, '$metadata'>
>({
  checks: (input, call) => [bucketCheck(call, input, { action: 'DeleteBucketPolicy' })],
  run: (input, call) => {
    acceptMembers(input, 'DeleteBucketPolicy', TARGET);
    delete requireOwnBucket(call, input).policy;
    return {};
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
const getVersioning = operation<
  GetBucketVersioningCommandInput,
  Omit<GetBucketVersioningCommandOutput, '$metadata'>
>({
  checks: (input, call) => [bucketCheck(call, input, { action: 'GetBucketVersioning' })],
  run: (input, call) => {
    acceptMembers(input, 'GetBucketVersioning', TARGET);
    const { versioning } = requireBucket(call, input);
    return versioning === undefined ? {} : { Status: versioning };
  },
});

/** A bucket of us-east-1 has no constraint. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
const getLocation = operation<
  GetBucketLocationCommandInput,
  Omit<GetBucketLocationCommandOutput, '$metadata' | 'LocationConstraint'> & { LocationConstraint?: string }
>({
  checks: (input, call) => [bucketCheck(call, input, { action: 'GetBucketLocation' })],
  run: (input, call) => {
    acceptMembers(input, 'GetBucketLocation', TARGET);
    const { region } = requireBucket(call, input);
    return region === 'us-east-1' ? {} : { LocationConstraint: region };
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html */
const getEncryption = operation<
  GetBucketEncryptionCommandInput,
  Omit<GetBucketEncryptionCommandOutput, '$metadata'>
>({
  checks: (input, call) => [bucketCheck(call, input, { action: 'GetEncryptionConfiguration' })],
  run: (input, call) => {
    acceptMembers(input, 'GetBucketEncryption', TARGET);
    const { defaultEncryption: by } = requireBucket(call, input);
    const ApplyServerSideEncryptionByDefault =
      by.kind === 'AES256'
        ? { SSEAlgorithm: 'AES256' as const }
        : {
            SSEAlgorithm: 'aws:kms' as const,
            ...(by.keyReference === undefined ? {} : { KMSMasterKeyID: by.keyReference }),
          };
    const BucketKeyEnabled = by.kind === 'aws:kms' && by.bucketKey;
    return {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled }],
      },
    };
  },
});

/** Bucket policy, versioning, encryption and place. */
export const bucketOperations: Readonly<Record<string, Operation>> = {
  PutBucketPolicy: putPolicy,
  GetBucketPolicy: getPolicy,
  DeleteBucketPolicy: deletePolicy,
  GetBucketVersioning: getVersioning,
  GetBucketLocation: getLocation,
  GetBucketEncryption: getEncryption,
};
