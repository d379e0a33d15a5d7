import { GetBucketEncryptionCommand, GetBucketLocationCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, it } from 'vitest';
import { DEPLOYMENT, HOME, OTHER, stackSetStage, type StackSetTestStage } from '../cloudformation/testing.ts';

let stage: StackSetTestStage;
afterEach(() => stage.organization.close());

/** A bucket in a Region, and a client of its account there. */
const open = async (region: string) => {
  stage = await stackSetStage();
  const { organization } = stage;
  organization.deploy(
    { Resources: { Code: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'code' } } } },
    { account: DEPLOYMENT, region, stackName: 'Code' },
  );
  const client = new S3Client({
    region,
    credentials: organization.credentialsFor(DEPLOYMENT, 'administrator'),
    requestHandler: organization.requestHandler,
  });
  return { client, during: <Value>(work: () => Promise<Value>) => organization.during(work) };
};

it.each([
  [HOME, HOME],
  [OTHER, undefined],
])('tells a client that a bucket of %s has the constraint %s', async (region, constraint) => {
  const { client, during } = await open(region);
  const { LocationConstraint } = await during(() =>
    client.send(new GetBucketLocationCommand({ Bucket: 'code', ExpectedBucketOwner: DEPLOYMENT })),
  );
  expect(LocationConstraint).toBe(constraint);
});

it('tells how new objects are encrypted, and refuses for a bucket that is not there', async () => {
  const { client, during } = await open(HOME);
  const { ServerSideEncryptionConfiguration: by } = await during(() =>
    client.send(new GetBucketEncryptionCommand({ Bucket: 'code' })),
  );
  expect(by?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe('AES256');
  await expect(
    during(() => client.send(new GetBucketEncryptionCommand({ Bucket: 'none' }))),
  ).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
