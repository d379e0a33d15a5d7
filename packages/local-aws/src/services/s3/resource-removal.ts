import { ServiceFault } from '../../core/fault.ts';
import type { ResourceRemoval, Service } from '../../core/operation.ts';
import { needs } from '../removal-checks.ts';
import { s3State } from './state.ts';

/** Only when nothing is in it: no version and no delete marker. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
const bucket: ResourceRemoval = {
  checks: (_resource, { ref }, { world }) =>
    needs(['s3:DeleteBucket'], `arn:${world.facts.partition}:s3:::${ref}`),
  remove: (_resource, { ref }, { world }) => {
    const { buckets } = world.of(s3State, '', '');
    const versions = [...(buckets.get(ref)?.versions.values() ?? [])].flat();
    if (versions.length > 0)
      throw new ServiceFault(
        'BucketNotEmpty',
        'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
        { status: 409 },
      );
    buckets.delete(ref);
    return undefined;
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
const bucketPolicy: ResourceRemoval = {
  checks: (_resource, { ref }, { world }) =>
    needs(['s3:DeleteBucketPolicy'], `arn:${world.facts.partition}:s3:::${ref}`),
  remove: (_resource, { ref }, { world }) => {
    const found = world.of(s3State, '', '').buckets.get(ref);
    delete found?.policy;
    return undefined;
  },
};

/** How buckets of templates are taken away. */
export const s3ResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
};
