import { compile } from '@cordon/iam';
import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment } from '../../core/operation.ts';
import { nameTaken } from '../name-taken.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { dynamodbState, type KeyAttribute, type Table } from './state.ts';

type ResourceType = (resource: ResolvedResource, deployment: Deployment) => Created;

const KEY_TYPES = ['S', 'N', 'B'] as const;

const keysOf = (properties: ResourceProperties): Pick<Table, 'partitionKey' | 'sortKey'> => {
  const types = new Map(
    properties
      .eachWithin('AttributeDefinitions', ['AttributeName', 'AttributeType'])
      .map((attribute) => [
        attribute.requiredText('AttributeName'),
        attribute.oneOf('AttributeType', KEY_TYPES),
      ]),
  );
  const schema = properties
    .eachWithin('KeySchema', ['AttributeName', 'KeyType'])
    .map((key): { readonly role: string; readonly key: KeyAttribute } => {
      const name = key.requiredText('AttributeName');
      const type = types.get(name);
      if (type === undefined) throw key.refuse('AttributeName', 'an attribute of AttributeDefinitions');
      return { role: key.requiredText('KeyType'), key: { name, type } };
    });
  const partition = schema.find(({ role }) => role === 'HASH');
  const sort = schema.find(({ role }) => role === 'RANGE');
  if (partition === undefined || schema.length > 2)
    throw properties.refuse('KeySchema', 'one HASH key and at most one RANGE key');
  if (types.size !== schema.length)
    throw properties.refuse('AttributeDefinitions', 'the attributes of KeySchema and no others');
  return { partitionKey: partition.key, ...(sort === undefined ? {} : { sortKey: sort.key }) };
};

/** BillingMode changes nothing here: there is no throttling of tables. */
const SHARED = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'SSESpecification',
  'TimeToLiveSpecification',
  'StreamSpecification',
] as const;

/** Properties that a plain table has itself, and a global table in each replica. */
const PER_REGION = [
  'PointInTimeRecoverySpecification',
  'DeletionProtectionEnabled',
  'Tags',
  'ResourcePolicy',
] as const;

const perRegion = (properties: ResourceProperties, arn: string) => {
  const policy = properties.within('ResourcePolicy', ['PolicyDocument'])?.requiredDocument('PolicyDocument');
  const recovery = properties.within('PointInTimeRecoverySpecification', [
    'PointInTimeRecoveryEnabled',
    'RecoveryPeriodInDays',
  ]);
  return {
    pointInTimeRecovery: recovery?.flag('PointInTimeRecoveryEnabled') ?? false,
    deletionProtection: properties.flag('DeletionProtectionEnabled') ?? false,
    tags: properties.tags(),
    ...(policy === undefined ? {} : { policy: compile(policy, arn) }),
  };
};

const create = (
  resource: ResolvedResource,
  deployment: Deployment,
  on: {
    readonly properties: ResourceProperties;
    readonly regional: ResourceProperties;
    readonly encryption: unknown;
  },
): Created => {
  const { properties, regional } = on;
  const { world, account, region, ids } = deployment;
  const { tables } = world.of(dynamodbState, account, region);
  const name =
    properties.text('TableName') ??
    `${resource.stackName}-${resource.logicalId}-${ids.base32('dynamodb-table', 13)}`;
  if (tables.has(name)) throw nameTaken(resource, 'TableName');
  const arn = `arn:${world.facts.partition}:dynamodb:${region}:${account}:table/${name}`;
  const ttl = properties.within('TimeToLiveSpecification', ['AttributeName', 'Enabled']);
  const ttlAttribute = ttl?.flag('Enabled') === true ? ttl.requiredText('AttributeName') : undefined;
  const stream = properties.within('StreamSpecification', ['StreamViewType', 'ResourcePolicy']);
  tables.set(name, {
    name,
    arn,
    account,
    region,
    ...keysOf(properties),
    ...perRegion(regional, arn),
    ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
    encryption: on.encryption,
    stream: properties.kept('StreamSpecification'),
    items: new Map(),
  });
  const created = new Date(deployment.timeline.now()).toISOString().slice(0, -1);
  const attributes = { Arn: arn, ...(stream === undefined ? {} : { StreamArn: `${arn}/stream/${created}` }) };
  return { ref: name, attributes };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
const createTable: ResourceType = (resource, deployment) => {
  const properties = new ResourceProperties(resource, [...SHARED, ...PER_REGION]);
  properties.within('SSESpecification', ['SSEEnabled', 'SSEType', 'KMSMasterKeyId']);
  return create(resource, deployment, {
    properties,
    regional: properties,
    encryption: properties.kept('SSESpecification'),
  });
};

/**
 * A global table of one Region. Indexes and further replicas are not implemented.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
const createGlobalTable: ResourceType = (resource, deployment) => {
  const properties = new ResourceProperties(resource, [...SHARED, 'Replicas']);
  properties.within('SSESpecification', ['SSEEnabled', 'SSEType']);
  const [replica, another] = properties.eachWithin('Replicas', ['Region', 'SSESpecification', ...PER_REGION]);
  if (replica === undefined || another !== undefined || replica.text('Region') !== deployment.region) {
    throw properties.refuse('Replicas', `exactly one replica, in ${deployment.region}`);
  }
  replica.within('SSESpecification', ['KMSMasterKeyId']);
  const encryption = {
    table: properties.kept('SSESpecification'),
    replica: replica.kept('SSESpecification'),
  };
  return create(resource, deployment, { properties, regional: replica, encryption });
};

/** CloudFormation types of DynamoDB; each throws on a property that it does not implement. */
export const dynamodbResourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::DynamoDB::Table': createTable,
  'AWS::DynamoDB::GlobalTable': createGlobalTable,
};
