import { CfnResource, RemovalPolicy, type CfnCondition } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy, type CfnBucketProps } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ARCHIVED_FROM_BYTES, KEY_ALIASES, type CordonConfig } from '@cordon/incident';
import {
  breakGlassRoleArn,
  GuardedKey,
  policyDocument,
  lockedBucket,
  type DeploymentNames,
} from '@cordon/constructs';
import { vaultPolicyStatements } from './vault-policy.ts';

/** What the vault is made of. */
interface VaultProps {
  readonly names: DeploymentNames;
  readonly config: CordonConfig;
  /** Name of its bucket, and the Region in which it is, which may be CloudFormation's to fill in. */
  readonly bucketName: string;
  readonly region: string;
  /** Whether its key has an alias, by which those know it that use the vaults of other Regions than the home Region. */
  readonly alias?: true;
  /** Where it is made; everywhere when absent. */
  readonly condition?: CfnCondition;
  /** ARN of the recorder's role, by name: the role is made after the keys that it may use. */
  readonly recorder: string;
  /** ARN of the role of forensic staff, by name; it need not exist. */
  readonly reader: string;
  /** ARN of the hasher's role, which writes block manifests; absent where blocks are not hashed. */
  readonly hasher: string | undefined;
  /** ARN of the disposer's role, which alone may destroy objects; absent where nobody may. */
  readonly disposer: string | undefined;
}

/** Who uses the vault's key, through S3 alone: who reads, and who writes. */
const keyUse = (
  names: DeploymentNames,
  roles: Pick<VaultProps, 'recorder' | 'reader' | 'hasher' | 'region'> & { readonly breakGlass: string },
): readonly object[] => {
  const { recorder, reader, hasher, region, breakGlass } = roles;
  const throughS3 = { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } };
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

/**
 * Larger objects go to Glacier Instant Retrieval, where Object Lock stays and opening, export and verification go on as before: from the
 * colder classes nothing can be read for hours. https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
const lifecycle = ({ evidence: { archiveAfterDays } }: CordonConfig): CfnBucketProps =>
  archiveAfterDays === undefined
    ? {}
    : {
        lifecycleConfiguration: {
          rules: [
            {
              id: 'archive',
              status: 'Enabled',
              prefix: 'incidents/',
              objectSizeGreaterThan: ARCHIVED_FROM_BYTES,
              transitions: [{ storageClass: 'GLACIER_IR', transitionInDays: archiveAfterDays }],
            },
          ],
        },
      };

/**
 * A locked bucket under a key of its own: in the home Region that in which all custody lies, in any other that of the contents of its
 * incidents (ADR 0025).
 */
export class Vault extends Construct {
  readonly key: GuardedKey;

  constructor(
    scope: Construct,
    id: string,
    { names, config, bucketName, region, alias, condition, recorder, reader, hasher, disposer }: VaultProps,
  ) {
    super(scope, id);
    const breakGlass = breakGlassRoleArn(names.partition, names.evidenceAccount);
    this.key = new GuardedKey(this, 'Key', {
      description: 'Cordon: objects of the vault',
      kind: 'encryption',
      ...(alias === undefined ? {} : { alias: KEY_ALIASES.vault }),
      use: keyUse(names, { recorder, reader, hasher, region, breakGlass }),
    });
    const bucket = new CfnBucket(this, 'Bucket', {
      bucketName,
      ...lockedBucket(config.evidence),
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
      ...lifecycle(config),
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
          disposer,
          lockDays: config.evidence.lockDays,
          breakGlass,
        }),
      ),
    });
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
    if (condition === undefined) return;
    for (const child of this.node.findAll())
      if (child instanceof CfnResource) child.cfnOptions.condition = condition;
  }
}
