import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { READ_TRAIL_NAME, trailBucketName, vaultIn, type CordonConfig } from '@cordon/incident';
import {
  breakGlassRoleArn,
  lockedBucket,
  onlyEncryptedTransport,
  policyDocument,
  type DeploymentNames,
} from '@cordon/constructs';
import { END, WEAKEN } from './vault-policy.ts';

const equals = (field: string, ...values: readonly string[]): CfnTrail.AdvancedFieldSelectorProperty => ({
  field,
  equalTo: [...values],
});

/**
 * Objects of the vaults of all Regions, read and written; snapshots read block by block; and what changes this account, copies of snapshots and volumes
 * made of them among it. Nothing is left out, our own roles neither.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const selectors = (vaults: readonly string[]): CfnTrail.AdvancedEventSelectorProperty[] => [
  {
    name: 'vault',
    fieldSelectors: [
      equals('eventCategory', 'Data'),
      equals('resources.type', 'AWS::S3::Object'),
      { field: 'resources.ARN', startsWith: [...vaults] },
    ],
  },
  {
    name: 'snapshots',
    fieldSelectors: [equals('eventCategory', 'Data'), equals('resources.type', 'AWS::EC2::Snapshot')],
  },
  {
    name: 'changes',
    fieldSelectors: [equals('eventCategory', 'Management'), equals('readOnly', 'false')],
  },
];

/** What the bucket's policy is written in terms of. */
interface TrailPolicyInput {
  /** ARN of the bucket. */
  readonly bucket: string;
  /** ARN of the trail. */
  readonly trail: string;
  readonly account: string;
  readonly breakGlass: string;
}

/**
 * CloudTrail writes, for this trail alone, and nobody else; nobody ends what lies there before its time; break-glass alone changes the
 * bucket. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
const trailPolicyStatements = ({
  bucket,
  trail,
  account,
  breakGlass,
}: TrailPolicyInput): readonly object[] => {
  const cloudTrail = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
  const everybody = { Effect: 'Deny', Principal: { AWS: '*' } };
  const all = [bucket, `${bucket}/*`];
  return [
    {
      Sid: 'TrailLooks',
      ...cloudTrail,
      Action: 's3:GetBucketAcl',
      Resource: bucket,
      Condition: { StringEquals: { 'aws:SourceArn': trail } },
    },
    {
      Sid: 'TrailWrites',
      ...cloudTrail,
      Action: 's3:PutObject',
      Resource: `${bucket}/AWSLogs/${account}/*`,
      Condition: {
        StringEquals: { 'aws:SourceArn': trail, 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    },
    {
      Sid: 'OnlyTrailWrites',
      ...everybody,
      Action: 's3:PutObject',
      Resource: `${bucket}/*`,
      Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    },
    onlyEncryptedTransport('s3:*', all),
    { Sid: 'NobodyEnds', ...everybody, Action: [...END, 's3:DeleteObjectVersion'], Resource: `${bucket}/*` },
    {
      Sid: 'NobodyWeakens',
      ...everybody,
      Action: [...WEAKEN, 's3:PutObjectLegalHold', 's3:PutObjectRetention'],
      Resource: all,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': breakGlass } },
    },
  ];
};

/** What the trail is made of. */
interface ReadTrailProps {
  readonly names: DeploymentNames;
  readonly config: CordonConfig;
}

/**
 * Who read evidence, in every Region, whatever way they came: a trail of our own, so that it does not rest on the organization's. Its files
 * are signed by CloudTrail, hour by hour, and locked as evidence is.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
 */
export class ReadTrail extends Construct {
  constructor(scope: Construct, id: string, { names, config }: ReadTrailProps) {
    super(scope, id);
    const { partition, evidenceAccount, homeRegion } = names;
    const bucketName = trailBucketName(evidenceAccount);
    const bucket = new CfnBucket(this, 'Bucket', {
      bucketName,
      ...lockedBucket(config.evidence),
    });
    bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const policy = new CfnBucketPolicy(this, 'Policy', {
      bucket: bucket.ref,
      policyDocument: policyDocument(
        trailPolicyStatements({
          bucket: `arn:${partition}:s3:::${bucketName}`,
          trail: `arn:${partition}:cloudtrail:${homeRegion}:${evidenceAccount}:trail/${READ_TRAIL_NAME}`,
          account: evidenceAccount,
          breakGlass: breakGlassRoleArn(partition, evidenceAccount),
        }),
      ),
    });
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const trail = new CfnTrail(this, 'Trail', {
      trailName: READ_TRAIL_NAME,
      s3BucketName: bucket.ref,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      // Each by its whole name: the slash behind it is meant.
      // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
      advancedEventSelectors: selectors(
        config.regions.map((region) => `arn:${partition}:s3:::${vaultIn(config, region).bucket}/`),
      ),
    });
    // CloudTrail tries to write before it says yes.
    trail.addResourceDependency(policy);
  }
}
