import { describe, expect, it } from 'vitest';
import { allServices } from '../services.ts';
import { removalOf } from '../stack-removal.ts';
import { dynamodbService } from './dynamodb/service.ts';
import { dynamodbState } from './dynamodb/state.ts';
import { ec2Service } from './ec2/service.ts';
import { ec2State } from './ec2/state.ts';
import { eventsService } from './events/service.ts';
import { eventsState } from './events/state.ts';
import { addManagedPolicy, addRole } from './iam/build.ts';
import { iamService } from './iam/service.ts';
import { iamState } from './iam/state.ts';
import { kmsService } from './kms/service.ts';
import { kmsState } from './kms/state.ts';
import { observabilityService } from './observability/service.ts';
import { observabilityState } from './observability/state.ts';
import { organizationsService } from './organizations/service.ts';
import { organizationState } from './organizations/state.ts';
import { addObject } from './s3/build.ts';
import { s3Service } from './s3/service.ts';
import { s3State } from './s3/state.ts';
import { snsService } from './sns/service.ts';
import { snsState } from './sns/state.ts';
import { sqsService } from './sqs/service.ts';
import { sqsState } from './sqs/state.ts';
import { ACCOUNT, bench, REGION } from './testing.ts';

const DAY_MS = 86_400_000;

it('every type that a template can make can be taken away', () => {
  const made = allServices.flatMap(({ resourceTypes = {} }) => Object.keys(resourceTypes));
  expect(made.filter((type) => removalOf({ services: allServices }, { type }) === undefined)).toEqual([]);
  expect(made.length).toBeGreaterThan(30);
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html : "All objects (including all object versions and delete markers) in the bucket must be deleted before the bucket itself can be deleted."
describe('a bucket', () => {
  it('goes when it is empty, and not while a version is in it', () => {
    const on = bench(s3Service);
    const properties = { BucketName: 'tools', VersioningConfiguration: { Status: 'Enabled' } };
    const created = on.create('AWS::S3::Bucket', properties);
    const making = { ids: on.ids, now: on.timeline.now() };
    addObject(on.world, { bucket: 'tools', key: 'a', body: 'x' }, making);
    const { buckets } = on.world.of(s3State, '', '');
    expect(() => on.remove('AWS::S3::Bucket', properties, created)).toThrow('not empty');
    buckets.get('tools')?.versions.clear();
    expect(on.remove('AWS::S3::Bucket', properties, created).actions).toEqual(['s3:DeleteBucket']);
    expect(buckets.has('tools')).toBe(false);
  });

  it('is without a policy once that is gone', () => {
    const on = bench(s3Service);
    on.create('AWS::S3::Bucket', { BucketName: 'tools' });
    const Statement = [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: 'arn:aws:s3:::tools',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ];
    const properties = { Bucket: 'tools', PolicyDocument: { Version: '2012-10-17', Statement } };
    const created = on.create('AWS::S3::BucketPolicy', properties);
    expect(on.remove('AWS::S3::BucketPolicy', properties, created).actions).toEqual([
      's3:DeleteBucketPolicy',
    ]);
    expect(on.world.of(s3State, '', '').buckets.get('tools')?.policy).toBeUndefined();
  });
});

describe('a key', () => {
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html (PendingWindowInDays)
  it('is not deleted but waits for as long as its template says', async () => {
    const on = bench(kmsService);
    const properties = { PendingWindowInDays: 7 };
    const created = on.create('AWS::KMS::Key', properties);
    expect(on.remove('AWS::KMS::Key', properties, created).actions).toEqual(['kms:ScheduleKeyDeletion']);
    const { keys } = on.world.of(kmsState, ACCOUNT, REGION);
    expect(keys.get(created.ref)?.state).toBe('PendingDeletion');
    await on.pass(7 * DAY_MS - 1);
    expect(keys.has(created.ref)).toBe(true);
    await on.pass(1);
    expect(keys.has(created.ref)).toBe(false);
  });

  // https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html : "kms:DeleteAlias for the alias … kms:DeleteAlias for the KMS key"
  it('has a say, by its policy, in whether its alias goes', () => {
    const on = bench(kmsService);
    const key = on.create('AWS::KMS::Key', {});
    const properties = { AliasName: 'alias/ours', TargetKeyId: key.ref };
    const created = on.create('AWS::KMS::Alias', properties);
    expect(on.remove('AWS::KMS::Alias', properties, created).actions).toEqual([
      'kms:DeleteAlias',
      'kms:DeleteAlias',
    ]);
    expect(on.world.of(kmsState, ACCOUNT, REGION).aliases.has('alias/ours')).toBe(false);
  });
});

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
it('a table goes with its items, but not one that is protected', () => {
  const on = bench(dynamodbService);
  const table = (name: string, more: object = {}) => ({
    TableName: name,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ...more,
  });
  const kept = table('kept', { DeletionProtectionEnabled: true });
  const [gone, stays] = [
    on.create('AWS::DynamoDB::Table', table('gone')),
    on.create('AWS::DynamoDB::Table', kept),
  ];
  on.remove('AWS::DynamoDB::Table', table('gone'), gone);
  expect(() => on.remove('AWS::DynamoDB::Table', kept, stays)).toThrow('protected against deletion');
  expect([...on.world.of(dynamodbState, ACCOUNT, REGION).tables.keys()]).toEqual(['kept']);
});

describe('EventBridge', () => {
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html : "All rules associated with this event bus need to be deleted."
  it('keeps a bus while a rule is on it', () => {
    const on = bench(eventsService);
    const bus = on.create('AWS::Events::EventBus', { Name: 'ours' });
    const rule = { Name: 'all', EventBusName: 'ours', EventPattern: { source: ['a'] } };
    const created = on.create('AWS::Events::Rule', rule);
    expect(() => on.remove('AWS::Events::EventBus', { Name: 'ours' }, bus)).toThrow('has rules');
    on.remove('AWS::Events::Rule', rule, created);
    on.remove('AWS::Events::EventBus', { Name: 'ours' }, bus);
    expect(on.world.of(eventsState, ACCOUNT, REGION).buses.has('ours')).toBe(false);
  });

  it('lets a schedule end with its rule', async () => {
    const delivered: unknown[] = [];
    const on = bench(eventsService, { host: { deliverEvent: (_bus, event) => void delivered.push(event) } });
    const rule = { Name: 'often', ScheduleExpression: 'rate(1 minute)' };
    const created = on.create('AWS::Events::Rule', rule);
    await on.pass(90_000);
    expect(delivered).toHaveLength(1);
    on.remove('AWS::Events::Rule', rule, created);
    await on.pass(600_000);
    expect(delivered).toHaveLength(1);
  });
});

describe('IAM', () => {
  const trust = { Version: '2012-10-17', Statement: [] };
  const allowing = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };

  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
  it('keeps a role with a policy that its template did not put on, and one that a profile holds', () => {
    const on = bench(iamService);
    const properties = {
      RoleName: 'worker',
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: 'own', PolicyDocument: allowing }],
    };
    const created = on.create('AWS::IAM::Role', properties);
    const foreign = { PolicyName: 'foreign', PolicyDocument: allowing, Roles: ['worker'] };
    const policy = on.create('AWS::IAM::Policy', foreign);
    const profile = { InstanceProfileName: 'worker', Roles: ['worker'] };
    const made = on.create('AWS::IAM::InstanceProfile', profile);
    const remove = () => on.remove('AWS::IAM::Role', properties, created);
    expect(remove).toThrow('must delete policies first');
    on.remove('AWS::IAM::Policy', foreign, policy);
    expect(remove).toThrow('must remove roles from instance profile first');
    on.remove('AWS::IAM::InstanceProfile', profile, made);
    expect(remove().actions).toEqual(['iam:DeleteRole', 'iam:DeleteRolePolicy']);
    expect(on.world.of(iamState, ACCOUNT, '').roles.has('worker')).toBe(false);
  });

  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
  it('keeps a policy that a role of somebody else has, and takes it off the roles of its template', () => {
    const on = bench(iamService);
    const making = { ids: on.ids, now: on.timeline.now() };
    addRole(on.world, { account: ACCOUNT, name: 'ours', trust }, making);
    const properties = { ManagedPolicyName: 'shared', PolicyDocument: allowing, Roles: ['ours'] };
    const created = on.create('AWS::IAM::ManagedPolicy', properties);
    const theirs = addRole(
      on.world,
      { account: ACCOUNT, name: 'theirs', trust, attached: [created.ref] },
      making,
    );
    const remove = () => on.remove('AWS::IAM::ManagedPolicy', properties, created);
    expect(remove).toThrow('attached to entities');
    theirs.attached.length = 0;
    remove();
    const { roles, managedPolicies } = on.world.of(iamState, ACCOUNT, '');
    expect(roles.get('ours')?.attached).toEqual([]);
    expect(managedPolicies.has(created.ref)).toBe(false);
    addManagedPolicy(on.world, { account: ACCOUNT, name: 'shared', document: allowing });
  });
});

describe('EC2', () => {
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html, API_DeleteSubnet.html, API_DeleteRouteTable.html
  it('takes a network away from its last part to its first, and none that another part stands in', () => {
    const on = bench(ec2Service);
    const make = (type: string, properties: Readonly<Record<string, unknown>>) => {
      const created = on.create(type, properties);
      return { ref: created.ref, remove: () => on.remove(type, properties, created) };
    };
    const vpc = make('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' });
    const subnet = make('AWS::EC2::Subnet', { VpcId: vpc.ref, CidrBlock: '10.0.0.0/24' });
    const table = make('AWS::EC2::RouteTable', { VpcId: vpc.ref });
    const followed = make('AWS::EC2::SubnetRouteTableAssociation', {
      RouteTableId: table.ref,
      SubnetId: subnet.ref,
    });
    const group = make('AWS::EC2::SecurityGroup', { GroupDescription: 'a', VpcId: vpc.ref });
    const endpoint = make('AWS::EC2::VPCEndpoint', {
      VpcId: vpc.ref,
      ServiceName: `com.amazonaws.${REGION}.ssm`,
      VpcEndpointType: 'Interface',
      SubnetIds: [subnet.ref],
      SecurityGroupIds: [group.ref],
    });
    for (const { remove } of [vpc, subnet, table, group]) expect(remove).toThrow(/dependen/);
    for (const { remove } of [endpoint, group, followed, table, subnet, vpc]) remove();
    const state = on.world.of(ec2State, ACCOUNT, REGION);
    const left = [state.vpcs, state.subnets, state.routeTables, state.networkAcls, state.securityGroups];
    expect([...left, state.networkInterfaces].map(({ size }) => size)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

// https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html
it('a control policy binds nobody any more', () => {
  const on = bench(organizationsService);
  const Statement = [{ Effect: 'Deny', Action: 'iam:*', Resource: '*' }];
  const properties = {
    Name: 'no-iam',
    Type: 'SERVICE_CONTROL_POLICY',
    Content: { Version: '2012-10-17', Statement },
    TargetIds: ['r-test'],
  };
  const created = on.create('AWS::Organizations::Policy', properties);
  expect(on.remove('AWS::Organizations::Policy', properties, created).actions).toEqual([
    'organizations:DetachPolicy',
    'organizations:DeletePolicy',
  ]);
  const { attachments, policies } = on.world.of(organizationState, '', '');
  expect([attachments.length, policies.size]).toEqual([0, 0]);
});

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html : "and permanently deletes all the archived log events"
it('a log group goes with what was logged, unless it is protected', () => {
  const on = bench(observabilityService);
  const [plain, kept] = [{ LogGroupName: '/a' }, { LogGroupName: '/b', DeletionProtectionEnabled: true }];
  const [a, b] = [on.create('AWS::Logs::LogGroup', plain), on.create('AWS::Logs::LogGroup', kept)];
  const { logGroups, logStreams } = on.world.of(observabilityState, ACCOUNT, REGION);
  logStreams.set('/a', new Map());
  on.remove('AWS::Logs::LogGroup', plain, a);
  expect(() => on.remove('AWS::Logs::LogGroup', kept, b)).toThrow('protected');
  expect([[...logGroups.keys()], logStreams.size]).toEqual([['/b'], 0]);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html : "regardless of the queue's contents"
it('queues and topics go with what is in them', () => {
  const queues = bench(sqsService);
  const queue = queues.create('AWS::SQS::Queue', { QueueName: 'ours' });
  queues.remove('AWS::SQS::Queue', { QueueName: 'ours' }, queue);
  expect(queues.world.of(sqsState, ACCOUNT, REGION).queues.size).toBe(0);
  const topics = bench(snsService);
  const topic = topics.create('AWS::SNS::Topic', { TopicName: 'ours' });
  const properties = { TopicArn: topic.ref, Protocol: 'email', Endpoint: 'a@example.com' };
  const subscription = topics.create('AWS::SNS::Subscription', properties);
  const state = topics.world.of(snsState, ACCOUNT, REGION);
  topics.remove('AWS::SNS::Subscription', properties, subscription);
  expect(state.topics.get(topic.ref)?.subscriptions).toEqual([]);
  topics.remove('AWS::SNS::Topic', { TopicName: 'ours' }, topic);
  expect(state.topics.size).toBe(0);
});
