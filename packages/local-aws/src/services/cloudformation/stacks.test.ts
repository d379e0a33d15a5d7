import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
  type CreateStackCommandInput,
} from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it } from 'vitest';
import { addObject } from '../s3/build.ts';
import { iamState } from '../iam/state.ts';
import { s3State } from '../s3/state.ts';
import { sqsState } from '../sqs/state.ts';
import { denyIn, DEPLOYMENT, HOME, stackSetStage, type StackSetTestStage } from './testing.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
};
const role = (RoleName: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName, AssumeRolePolicyDocument: trust },
});
const template = (...names: readonly string[]): string =>
  JSON.stringify({ Resources: Object.fromEntries(names.map((name) => [`Role${name}`, role(name)])) });

let stage: StackSetTestStage;
afterEach(() => stage.organization.close());

/** A stage, and what its account asks of the stack `ours`. */
const open = async () => {
  stage = await stackSetStage();
  const { organization, here } = stage;
  const StackName = 'ours';
  const send = <Value>(work: () => Promise<Value>): Promise<Value> => organization.during(work);
  return {
    send,
    here,
    StackName,
    create: async (more: Partial<CreateStackCommandInput> = {}) => {
      const made = await send(() =>
        here.send(
          new CreateStackCommand({
            StackName,
            TemplateBody: template('one'),
            Capabilities: ['CAPABILITY_NAMED_IAM'],
            ...more,
          }),
        ),
      );
      await organization.run();
      return made;
    },
    stack: async (name = StackName) => {
      const { Stacks: [stack] = [] } = await send(() =>
        here.send(new DescribeStacksCommand({ StackName: name })),
      );
      return stack;
    },
    roles: () => [...organization.world.of(iamState, DEPLOYMENT, '').roles.keys()],
  };
};

describe('a stack', () => {
  it('is being made, then is there with its resources, events and template', async () => {
    const on = await open();
    const { StackId } = await on.send(() =>
      on.here.send(
        new CreateStackCommand({
          StackName: on.StackName,
          TemplateBody: template('one'),
          Capabilities: ['CAPABILITY_NAMED_IAM'],
        }),
      ),
    );
    expect(await on.stack()).toMatchObject({ StackId, StackStatus: 'CREATE_IN_PROGRESS' });
    await stage.organization.run();
    expect(await on.stack()).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(on.roles()).toContain('one');
    const { StackEvents: events = [] } = await on.send(() =>
      on.here.send(new DescribeStackEventsCommand({ StackName: on.StackName })),
    );
    expect(
      events.map(({ ResourceStatus, LogicalResourceId }) => [LogicalResourceId, ResourceStatus]),
    ).toEqual([
      ['ours', 'CREATE_COMPLETE'],
      ['Roleone', 'CREATE_COMPLETE'],
      ['ours', 'CREATE_IN_PROGRESS'],
    ]);
    const { TemplateBody } = await on.send(() =>
      on.here.send(new GetTemplateCommand({ StackName: on.StackName })),
    );
    expect(TemplateBody).toBe(template('one'));
  });

  it('is refused without the capability, a second time, and with two templates', async () => {
    const on = await open();
    await expect(on.create({ Capabilities: [] })).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
    });
    await on.create();
    await expect(on.create()).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await expect(on.create({ StackName: 'other', TemplateURL: 'https://example.com/a' })).rejects.toThrow(
      'Either Template URL or Template Body',
    );
  });

  it('is refused with a role that is not there, and is then not there itself', async () => {
    const on = await open();
    const RoleARN = `arn:aws:iam::${DEPLOYMENT}:role/none`;
    await expect(on.create({ RoleARN })).rejects.toThrow('is invalid or cannot be assumed');
    await expect(on.stack()).rejects.toThrow('does not exist');
  });

  it('is made once of one request that comes twice', async () => {
    const on = await open();
    const first = await on.create({ ClientRequestToken: 'token' });
    expect(await on.create({ ClientRequestToken: 'token' })).toMatchObject({ StackId: first.StackId });
  });

  it('is rolled back where a resource is refused, with the resource and the reason among its events', async () => {
    const on = await open();
    denyIn(stage, DEPLOYMENT, 'iam:CreateRole');
    await on.create();
    expect(await on.stack()).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    const { StackEvents: events = [] } = await on.send(() =>
      on.here.send(new DescribeStackEventsCommand({ StackName: on.StackName })),
    );
    const failed = events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    expect(failed?.LogicalResourceId).toBe('Roleone');
    expect(failed?.ResourceStatusReason).toContain('iam:CreateRole');
    expect(on.roles()).not.toContain('one');
  });

  it('reads a template of a bucket in the name of who asks', async () => {
    const on = await open();
    const { organization } = stage;
    organization.deploy(
      { Resources: { Code: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'code' } } } },
      { account: DEPLOYMENT, region: HOME, stackName: 'Code' },
    );
    const making = { ids: organization.ids, now: organization.timeline.now() };
    addObject(organization.world, { bucket: 'code', key: 'a/b.json', body: template('two') }, making);
    const ofBucket = { StackName: 'two', TemplateURL: `https://s3.${HOME}.amazonaws.com/code/a/b.json` };
    await on.create({ ...ofBucket, TemplateBody: undefined });
    expect(on.roles()).toContain('two');
    denyIn(stage, DEPLOYMENT, 's3:GetObject');
    await expect(on.create({ ...ofBucket, StackName: 'three', TemplateBody: undefined })).rejects.toThrow(
      'S3 error',
    );
  });

  it('reads YAML, and refuses the short forms of functions', async () => {
    const on = await open();
    await on.create({
      TemplateBody:
        'Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: mine\n',
    });
    expect(await on.stack()).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    await expect(
      on.create({ StackName: 'short', TemplateBody: 'Resources:\n  A:\n    Type: !Ref B\n' }),
    ).rejects.toThrow('short forms of functions are not implemented');
  });

  it('is changed, and an update without a change is refused', async () => {
    const on = await open();
    await on.create();
    const update = (TemplateBody: string) =>
      on.send(() =>
        on.here.send(
          new UpdateStackCommand({
            StackName: on.StackName,
            TemplateBody,
            Capabilities: ['CAPABILITY_NAMED_IAM'],
          }),
        ),
      );
    await expect(update(template('one'))).rejects.toThrow('No updates are to be performed.');
    await update(template('two'));
    await stage.organization.run();
    expect(await on.stack()).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(on.roles()).toContain('two');
    expect(on.roles()).not.toContain('one');
  });

  it('is not deleted while it is protected; then it is known by its id alone, and what it retains stays', async () => {
    const on = await open();
    const kept = { ...role('kept'), DeletionPolicy: 'Retain' };
    const { StackId = '' } = await on.create({
      TemplateBody: JSON.stringify({ Resources: { Kept: kept, Gone: role('gone') } }),
      EnableTerminationProtection: true,
    });
    const remove = () => on.send(() => on.here.send(new DeleteStackCommand({ StackName: on.StackName })));
    await expect(remove()).rejects.toThrow('TerminationProtection is enabled');
    await on.send(() =>
      on.here.send(
        new UpdateTerminationProtectionCommand({
          StackName: on.StackName,
          EnableTerminationProtection: false,
        }),
      ),
    );
    await remove();
    await stage.organization.run();
    await expect(on.stack()).rejects.toThrow('does not exist');
    expect(await on.stack(StackId)).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
    expect(on.roles()).toContain('kept');
    expect(on.roles()).not.toContain('gone');
  });

  it('takes back what was made before a failure, and says where that failed, too', async () => {
    const on = await open();
    denyIn(stage, DEPLOYMENT, 'iam:CreateRole');
    const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mine' } };
    const TemplateBody = JSON.stringify({
      Resources: { Queue: queue, Role: { ...role('one'), DependsOn: 'Queue' } },
    });
    await on.create({ TemplateBody });
    expect(await on.stack()).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    denyIn(stage, DEPLOYMENT, 'sqs:DeleteQueue');
    await on.create({ StackName: 'other', TemplateBody });
    expect(await on.stack('other')).toMatchObject({
      StackStatus: 'ROLLBACK_FAILED',
      StackStatusReason: expect.stringContaining('sqs:DeleteQueue'),
    });
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
describe('a stack that cannot be deleted', () => {
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'tools' } };
  const TemplateBody = JSON.stringify({
    Resources: {
      Base: role('base'),
      Bucket: { ...bucket, DependsOn: 'Base' },
      Last: { ...role('last'), DependsOn: 'Bucket' },
    },
  });
  const openFull = async () => {
    const on = await open();
    const { StackId = '' } = await on.create({ TemplateBody });
    const { organization } = stage;
    const making = { ids: organization.ids, now: organization.timeline.now() };
    addObject(organization.world, { bucket: 'tools', key: 'a', body: 'x' }, making);
    const remove = async (RetainResources?: string[]) => {
      await on.send(() => on.here.send(new DeleteStackCommand({ StackName: on.StackName, RetainResources })));
      await organization.run();
      return on.stack(StackId);
    };
    const { buckets } = organization.world.of(s3State, '', '');
    return { on, remove, buckets };
  };

  it('says which resource and why, and keeps what that one stands on', async () => {
    const { on, remove } = await openFull();
    expect(await remove()).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: expect.stringContaining('[Bucket]'),
    });
    const { StackEvents: events = [] } = await on.send(() =>
      on.here.send(new DescribeStackEventsCommand({ StackName: on.StackName })),
    );
    const [, failed] = events;
    expect(failed).toMatchObject({ LogicalResourceId: 'Bucket', ResourceStatus: 'DELETE_FAILED' });
    expect(failed?.ResourceStatusReason).toMatch(/^The bucket you tried to delete is not empty/);
    expect(on.roles()).toContain('base');
    expect(on.roles()).not.toContain('last');
  });

  it('is deleted once the cause is gone', async () => {
    const { on, remove, buckets } = await openFull();
    await remove();
    buckets.get('tools')?.versions.clear();
    expect(await remove()).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
    expect([on.roles().includes('base'), buckets.has('tools')]).toEqual([false, false]);
  });

  it('is deleted without what a second request retains, which the first may not name', async () => {
    const { on, remove, buckets } = await openFull();
    await expect(remove(['Bucket'])).rejects.toThrow('DELETE_FAILED');
    await remove();
    await expect(remove(['Last'])).rejects.toThrow('no resource Last');
    expect(await remove(['Bucket'])).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
    expect([on.roles().includes('base'), buckets.has('tools')]).toEqual([false, true]);
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
it('a resource of RetainExceptOnCreate outlives its stack, and not a creation that failed', async () => {
  const on = await open();
  const kept = { ...role('kept'), DeletionPolicy: 'RetainExceptOnCreate' };
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'tools' }, DependsOn: 'Kept' };
  await on.create({ TemplateBody: JSON.stringify({ Resources: { Kept: kept } }) });
  await on.send(() => on.here.send(new DeleteStackCommand({ StackName: on.StackName })));
  await stage.organization.run();
  expect(on.roles()).toContain('kept');
  denyIn(stage, DEPLOYMENT, 'iam:CreateRole');
  const late = { ...role('late'), DependsOn: 'Kept' };
  const fresh = { ...kept, Type: 'AWS::SQS::Queue', Properties: { QueueName: 'kept' } };
  await on.create({
    TemplateBody: JSON.stringify({ Resources: { Kept: fresh, Bucket: bucket, Late: late } }),
  });
  expect(await on.stack()).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
  expect(stage.organization.world.of(sqsState, DEPLOYMENT, HOME).queues.has('kept')).toBe(false);
});
