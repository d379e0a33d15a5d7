import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { setBucketPolicy } from './bucket-policy.ts';
import { s3State, type Bucket, type DefaultRetention, type Transition } from './state.ts';
import { TRANSITION_CLASSES } from './storage-class.ts';

type ResourceType = (resource: ResolvedResource, deployment: Deployment) => Created;

/** Of LifecycleConfiguration transitions are done, and the rest is kept: nothing expires here. OwnershipControls is kept: there are no ACLs here. */
const BUCKET_PROPERTIES = [
  'BucketName',
  'VersioningConfiguration',
  'ObjectLockEnabled',
  'ObjectLockConfiguration',
  'BucketEncryption',
  'PublicAccessBlockConfiguration',
  'OwnershipControls',
  'LifecycleConfiguration',
  'Tags',
];

const DAYS_PER_YEAR = 365;

const defaultRetentionOf = (properties: ResourceProperties): DefaultRetention | undefined => {
  const configuration = properties.within('ObjectLockConfiguration', ['ObjectLockEnabled', 'Rule']);
  const retention = configuration
    ?.within('Rule', ['DefaultRetention'])
    ?.within('DefaultRetention', ['Mode', 'Days', 'Years']);
  if (retention === undefined) return undefined;
  const mode = retention.oneOf('Mode', ['GOVERNANCE', 'COMPLIANCE']);
  const days = retention.number('Days');
  const years = retention.number('Years');
  if (mode === undefined) throw retention.refuse('Mode', 'GOVERNANCE or COMPLIANCE');
  if (days !== undefined && years === undefined && days > 0) return { mode, days, rule: { Days: days } };
  if (years !== undefined && days === undefined && years > 0)
    return { mode, days: years * DAYS_PER_YEAR, rule: { Years: years } };
  throw retention.refuse('Days', 'either Days or Years, above zero');
};

/** Object Lock brings versioning, which cannot then be suspended. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html */
const lockAndVersioning = (properties: ResourceProperties): Pick<Bucket, 'versioning' | 'objectLock'> => {
  const status = properties
    .within('VersioningConfiguration', ['Status'])
    ?.oneOf('Status', ['Enabled', 'Suspended']);
  if (properties.flag('ObjectLockEnabled') !== true) {
    if (properties.kept('ObjectLockConfiguration') !== undefined)
      throw properties.refuse('ObjectLockConfiguration', 'ObjectLockEnabled: true beside it');
    return status === undefined ? {} : { versioning: status };
  }
  if (status === 'Suspended')
    throw properties.refuse('VersioningConfiguration', 'Enabled, as Object Lock needs it');
  const defaultRetention = defaultRetentionOf(properties);
  return { versioning: 'Enabled', objectLock: defaultRetention === undefined ? {} : { defaultRetention } };
};

const encryptionOf = (properties: ResourceProperties): Bucket['defaultEncryption'] => {
  const rules = properties
    .within('BucketEncryption', ['ServerSideEncryptionConfiguration'])
    ?.eachWithin('ServerSideEncryptionConfiguration', ['BucketKeyEnabled', 'ServerSideEncryptionByDefault']);
  const [rule, another] = rules ?? [];
  if (another !== undefined) throw properties.refuse('BucketEncryption', 'one rule');
  const standard = rule?.within('ServerSideEncryptionByDefault', ['SSEAlgorithm', 'KMSMasterKeyID']);
  if (standard?.oneOf('SSEAlgorithm', ['AES256', 'aws:kms']) !== 'aws:kms') return { kind: 'AES256' };
  const keyReference = standard.text('KMSMasterKeyID');
  const bucketKey = rule?.flag('BucketKeyEnabled') ?? false;
  return { kind: 'aws:kms', bucketKey, ...(keyReference === undefined ? {} : { keyReference }) };
};

/** All four are on for new buckets. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
const publicAccessOf = (properties: ResourceProperties): Bucket['publicAccessBlock'] => {
  const names = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
  const block = properties.within('PublicAccessBlockConfiguration', names);
  const flag = (name: string): boolean => (block === undefined ? true : (block.flag(name) ?? false));
  const settings = {
    blockPublicAcls: flag('BlockPublicAcls'),
    ignorePublicAcls: flag('IgnorePublicAcls'),
    blockPublicPolicy: flag('BlockPublicPolicy'),
    restrictPublicBuckets: flag('RestrictPublicBuckets'),
  };
  if (settings.restrictPublicBuckets && !settings.blockPublicPolicy) {
    throw properties.refuse(
      'PublicAccessBlockConfiguration',
      'BlockPublicPolicy: true beside RestrictPublicBuckets; public policies in force are not implemented',
    );
  }
  return settings;
};

const ownershipOf = (properties: ResourceProperties): string => {
  const [rule] =
    properties.within('OwnershipControls', ['Rules'])?.eachWithin('Rules', ['ObjectOwnership']) ?? [];
  return rule?.oneOf('ObjectOwnership', ['BucketOwnerEnforced']) ?? 'BucketOwnerEnforced';
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html */
const transitionsOf = (properties: ResourceProperties): readonly Transition[] => {
  const rules =
    properties
      .within('LifecycleConfiguration', ['Rules'])
      ?.eachWithin('Rules', [
        'Id',
        'Status',
        'Prefix',
        'ObjectSizeGreaterThan',
        'Transitions',
        'ExpirationInDays',
        'NoncurrentVersionExpiration',
        'AbortIncompleteMultipartUpload',
      ]) ?? [];
  return rules.flatMap((rule) => {
    const size = rule.kept('ObjectSizeGreaterThan');
    const larger = size === undefined ? {} : { largerThan: Number(size) };
    if (larger.largerThan !== undefined && !Number.isInteger(larger.largerThan))
      throw rule.refuse('ObjectSizeGreaterThan', 'a whole number of bytes');
    const enabled = rule.oneOf('Status', ['Enabled', 'Disabled']) === 'Enabled';
    const moves = rule.eachWithin('Transitions', ['StorageClass', 'TransitionInDays']);
    const transitions = moves.map((move): Transition => {
      const storageClass = move.oneOf('StorageClass', TRANSITION_CLASSES);
      const afterDays = move.number('TransitionInDays');
      if (storageClass === undefined || afterDays === undefined)
        throw move.refuse('StorageClass', 'a class and TransitionInDays');
      return { prefix: rule.text('Prefix') ?? '', storageClass, afterDays, ...larger };
    });
    return enabled ? transitions : [];
  });
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
const createBucket: ResourceType = (resource, { world, account, region, ids, timeline }) => {
  const properties = new ResourceProperties(resource, BUCKET_PROPERTIES);
  const { buckets } = world.of(s3State, '', '');
  const generated = `${resource.stackName}-${resource.logicalId}`.toLowerCase().slice(0, 50);
  const name = properties.text('BucketName') ?? `${generated}-${ids.hex('s3-bucket', 12)}`;
  if (!NAME.test(name))
    throw properties.refuse(
      'BucketName',
      'a bucket name of 3-63 lower-case letters, digits, dots and hyphens',
    );
  if (buckets.has(name))
    throw properties.refuse('BucketName', `a name that no account has taken: ${name} exists`);
  const arn = `arn:${world.facts.partition}:s3:::${name}`;
  buckets.set(name, {
    name,
    arn,
    account,
    region,
    createdAt: timeline.now(),
    ...lockAndVersioning(properties),
    defaultEncryption: encryptionOf(properties),
    publicAccessBlock: publicAccessOf(properties),
    ownership: ownershipOf(properties),
    tags: properties.tags(),
    transitions: transitionsOf(properties),
    versions: new Map(),
  });
  return {
    ref: name,
    attributes: {
      Arn: arn,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    },
  };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html */
const createBucketPolicy: ResourceType = (resource, { world, account }) => {
  const properties = new ResourceProperties(resource, ['Bucket', 'PolicyDocument']);
  const name = properties.requiredText('Bucket');
  const bucket = world.of(s3State, '', '').buckets.get(name);
  if (bucket === undefined || bucket.account !== account)
    throw properties.refuse('Bucket', `a bucket of ${account}`);
  if (bucket.policy !== undefined) throw properties.refuse('Bucket', 'a bucket that has no policy yet');
  setBucketPolicy(bucket, JSON.stringify(properties.requiredDocument('PolicyDocument')));
  return { ref: name, attributes: {} };
};

/** CloudFormation types of S3; each throws on a property that it does not implement. */
export const s3ResourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::S3::Bucket': createBucket,
  'AWS::S3::BucketPolicy': createBucketPolicy,
};
