import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { vaultBucketName, type CordonConfig } from '@cordon/incident';
import {
  breakGlassRoleArn,
  GuardedKey,
  policyDocument,
  PRIVATE_BUCKET,
  type DeploymentNames,
} from '@cordon/constructs';
import { vaultPolicyStatements } from './vault-policy.ts';

/** What the vault is made of. */
interface VaultProps {
  readonly names: DeploymentNames;
  readonly config: CordonConfig;
  /** ARN of the recorder's role, by name: the role is made after the keys that it may use. */
  readonly recorder: string;
  /** ARN of the role of forensic staff, by name; it need not exist. */
  readonly reader: string;
  /** ARN of the hasher's role, which writes block manifests; absent where blocks are not hashed. */
  readonly hasher: string | undefined;
}

/** Who uses the vault's key, through S3 alone: who reads, and who writes. */
const keyUse = (
  names: DeploymentNames,
  roles: Pick<VaultProps, 'recorder' | 'reader' | 'hasher'> & { readonly breakGlass: string },
): readonly object[] => {
  const { recorder, reader, hasher, breakGlass } = roles;
  const throughS3 = { StringEquals: { 'kms:ViaService': `s3.${names.homeRegion}.amazonaws.com` } };
  return [
    {
      Sid: 'ReadThroughS3',
      Effect: 'Allow',
      Principal: { AWS: `arn:${names.partition}:iam::${names.evidenceAccount}:root` },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:PrincipalArn': [recorder, reader, breakGlass] }, ...throughS3 },
    },
    {
      Sid: 'WriteThroughS3',
      Effect: 'Allow',
      Principal: { AWS: `arn:${names.partition}:iam::${names.evidenceAccount}:root` },
      Action: 'kms:GenerateDataKey',
      Resource: '*',
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': hasher === undefined ? recorder : [recorder, hasher] },
        ...throughS3,
      },
    },
  ];
};

/** The locked bucket in which custody entries, context and reports lie, under a key of its own. */
export class Vault extends Construct {
  readonly key: GuardedKey;

  constructor(scope: Construct, id: string, { names, config, recorder, reader, hasher }: VaultProps) {
    super(scope, id);
    const bucketName = vaultBucketName(names.evidenceAccount);
    const breakGlass = breakGlassRoleArn(names.partition, names.evidenceAccount);
    this.key = new GuardedKey(this, 'Key', {
      description: 'Cordon: objects of the vault',
      kind: 'encryption',
      use: keyUse(names, { recorder, reader, hasher, breakGlass }),
    });
    const bucket = new CfnBucket(this, 'Bucket', {
      bucketName,
      versioningConfiguration: { status: 'Enabled' },
      objectLockEnabled: true,
      objectLockConfiguration: {
        objectLockEnabled: 'Enabled',
        rule: {
          defaultRetention: { mode: config.evidence.lockMode.toUpperCase(), days: config.evidence.lockDays },
        },
      },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          {
            bucketKeyEnabled: true,
            serverSideEncryptionByDefault: {
              sseAlgorithm: 'aws:kms',
              kmsMasterKeyId: this.key.resource.attrArn,
            },
          },
        ],
      },
      ...PRIVATE_BUCKET,
    });
    bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const policy = new CfnBucketPolicy(this, 'Policy', {
      bucket: bucket.ref,
      policyDocument: policyDocument(
        vaultPolicyStatements({
          bucket: `arn:${names.partition}:s3:::${bucketName}`,
          recorder,
          reader,
          hasher,
          breakGlass,
        }),
      ),
    });
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
