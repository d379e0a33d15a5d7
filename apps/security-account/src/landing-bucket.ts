import { Aws } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { IAM_PATH, landingBucketName, RECORDER_FUNCTION_NAME } from '@cordon/incident';
import {
  onlyEncryptedTransport,
  policyDocument,
  PRIVATE_BUCKET,
  type DeploymentNames,
} from '@cordon/constructs';

/**
 * The bucket of a Region to which a host sends its memory where no volume can take it. It keeps nothing: what is carried into the vault is deleted, the
 * rest expires after three days, so that a person can still look at what could not be carried on. A key is written once, by a signed link; only the recorder reads what a host has sent. Of a Region as the tools are,
 * and beside them, so that a VPC without a way out needs no other endpoint.
 */
export class LandingBucket extends Construct {
  constructor(scope: Construct, id: string, names: DeploymentNames) {
    super(scope, id);
    const bucket = new CfnBucket(this, 'Bucket', {
      bucketName: landingBucketName(names.securityAccount, Aws.REGION),
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
      },
      lifecycleConfiguration: { rules: [{ id: 'nothing-stays', status: 'Enabled', expirationInDays: 3 }] },
      ...PRIVATE_BUCKET,
    });
    const objects = `${bucket.attrArn}/*`;
    new CfnBucketPolicy(this, 'Policy', {
      bucket: bucket.ref,
      policyDocument: policyDocument([
        onlyEncryptedTransport('s3:*', [bucket.attrArn, objects]),
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
        {
          Sid: 'OnlyNewKeys',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: objects,
          Condition: { Null: { 's3:if-none-match': 'true' } },
        },
        // By its ARN: the role need not be there yet when this account is deployed.
        {
          Sid: 'RecorderReads',
          Effect: 'Allow',
          Principal: { AWS: `arn:${Aws.PARTITION}:iam::${names.evidenceAccount}:root` },
          Action: 's3:GetObject',
          Resource: `${bucket.attrArn}/inc-*/part-*`,
          Condition: {
            ArnEquals: {
              'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${names.evidenceAccount}:role${IAM_PATH}${RECORDER_FUNCTION_NAME}`,
            },
          },
        },
      ]),
    });
  }
}
