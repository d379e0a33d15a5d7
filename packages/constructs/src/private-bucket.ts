import type { CfnBucketProps } from 'aws-cdk-lib/aws-s3';

/** Of a bucket: what lies in it is its owner's, and it can never be opened to the public. Each of ours begins with it. */
export const PRIVATE_BUCKET: Pick<CfnBucketProps, 'ownershipControls' | 'publicAccessBlockConfiguration'> = {
  ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
  publicAccessBlockConfiguration: {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
};
