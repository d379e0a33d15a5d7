import type { CordonConfig } from '@cordon/incident';
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

/** Of a private bucket whose objects nobody ends before their time: by default each version is locked for these days. */
export const lockedBucket = ({
  lockMode,
  lockDays,
}: Pick<CordonConfig['evidence'], 'lockMode' | 'lockDays'>) =>
  ({
    versioningConfiguration: { status: 'Enabled' },
    objectLockEnabled: true,
    objectLockConfiguration: {
      objectLockEnabled: 'Enabled',
      rule: { defaultRetention: { mode: lockMode.toUpperCase(), days: lockDays } },
    },
    ...PRIVATE_BUCKET,
  }) satisfies CfnBucketProps;
