import type { ResourcePolicy, Service } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { bucketOperations } from './bucket-operations.ts';
import { deleteOperations } from './delete-object.ts';
import { listOperations } from './list-objects.ts';
import { lockOperations } from './lock-operations.ts';
import { putOperations } from './put-object.ts';
import { readOperations } from './read-object.ts';
import { s3ResourceRemoval } from './resource-removal.ts';
import { s3ResourceTypes } from './resource-types.ts';
import { s3State } from './state.ts';

/** The bucket's policy, for the bucket and for every object in it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const resourcePolicy = (arn: string, world: World): ResourcePolicy | undefined => {
  const name = /^arn:[^:]+:s3:::([^/]+)/.exec(arn)?.[1];
  const policy = name === undefined ? undefined : world.of(s3State, '', '').buckets.get(name)?.policy;
  return policy === undefined ? undefined : { policy: policy.compiled, mode: 'alone-suffices' };
};

/** Amazon S3, general purpose buckets. Multipart uploads, copies, ACLs and bucket creation by API answer 501. */
export const s3Service: Service = {
  name: 's3',
  operations: {
    ...putOperations,
    ...readOperations,
    ...listOperations,
    ...deleteOperations,
    ...lockOperations,
    ...bucketOperations,
  },
  resourceTypes: s3ResourceTypes,
  resourceRemoval: s3ResourceRemoval,
  resourcePolicy,
};
