import { Aws } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { toolsBucketName } from '@cordon/incident';
import { onlyEncryptedTransport, policyDocument, PRIVATE_BUCKET } from '@cordon/constructs';

/**
 * The bucket of a Region that holds the pinned tools, each under its own SHA-256; whoever deploys puts them there. A host gets a link to one
 * of them, signed by the function of capture, and runs no file of another hash. One in each Region: from a VPC without a way out a gateway
 * endpoint reaches buckets of its own Region alone.
 */
export class ToolsBucket extends Construct {
  constructor(scope: Construct, id: string, securityAccount: string) {
    super(scope, id);
    const bucket = new CfnBucket(this, 'Bucket', {
      bucketName: toolsBucketName(securityAccount, Aws.REGION),
      versioningConfiguration: { status: 'Enabled' },
      ...PRIVATE_BUCKET,
    });
    new CfnBucketPolicy(this, 'Policy', {
      bucket: bucket.ref,
      policyDocument: policyDocument([
        onlyEncryptedTransport('s3:*', [bucket.attrArn, `${bucket.attrArn}/*`]),
      ]),
    });
  }
}
