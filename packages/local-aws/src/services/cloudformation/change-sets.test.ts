import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type CreateChangeSetCommandInput,
} from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it } from 'vitest';
import { dynamodbState } from '../dynamodb/state.ts';
import { kmsState } from '../kms/state.ts';
import { DEPLOYMENT, HOME, stackSetStage, type StackSetTestStage } from './testing.ts';

const table = (TableName: unknown, more: object = { DeletionPolicy: 'Retain' }) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  },
  ...more,
});
const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mine' } };
const written = (Resources: object) => JSON.stringify({ Resources });

let stage: StackSetTestStage;
afterEach(() => stage.organization.close());

/** A stage, and what its account asks of the stack `ours`. */
const open = async () => {
  stage = await stackSetStage();
  const { organization, here } = stage;
  const StackName = 'ours';
  const ChangeSetName = 'next';
  const send = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const answer = await organization.during(work);
    await organization.run();
    return answer;
  };
  const describe_ = () => send(() => here.send(new DescribeChangeSetCommand({ StackName, ChangeSetName })));
  return {
    create: (TemplateBody: string, name = StackName) =>
      send(() => here.send(new CreateStackCommand({ StackName: name, TemplateBody }))),
    remove: (name = StackName) => send(() => here.send(new DeleteStackCommand({ StackName: name }))),
    propose: async (TemplateBody: string, more: Partial<CreateChangeSetCommandInput> = {}) => {
      const asked = { StackName, ChangeSetName, TemplateBody, ChangeSetType: 'CREATE', ...more } as const;
      await send(() => here.send(new CreateChangeSetCommand({ ImportExistingResources: true, ...asked })));
      return describe_();
    },
    execute: () => send(() => here.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }))),
    described: describe_,
    stack: async () => {
      const { Stacks: [stack] = [] } = await send(() => here.send(new DescribeStacksCommand({ StackName })));
      return stack;
    },
    events: async () => {
      const { StackEvents: events = [] } = await send(() =>
        here.send(new DescribeStackEventsCommand({ StackName })),
      );
      return events.map(({ LogicalResourceId: id, ResourceStatus: status }) => `${id} ${status}`);
    },
    tables: () => organization.world.of(dynamodbState, DEPLOYMENT, HOME).tables,
  };
};

const actions = ({
  Changes: changes = [],
}: Awaited<ReturnType<Awaited<ReturnType<typeof open>>['described']>>) =>
  changes.map(({ ResourceChange: change }) => `${change?.LogicalResourceId} ${change?.Action}`);

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
describe('a change set', () => {
  it('makes nothing until it is executed, and is gone then', async () => {
    const on = await open();
    const proposed = await on.propose(written({ Queue: queue }));
    expect(proposed).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
    expect(actions(proposed)).toEqual(['Queue Add']);
    expect(await on.stack()).toMatchObject({ StackStatus: 'REVIEW_IN_PROGRESS' });
    await on.execute();
    expect(await on.stack()).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    await expect(on.described()).rejects.toMatchObject({ name: 'ChangeSetNotFoundException' });
  });

  it('fails where nothing would change, and changes what would', async () => {
    const on = await open();
    await on.create(written({ Queue: queue }));
    const update = { ChangeSetType: 'UPDATE' } as const;
    expect(await on.propose(written({ Queue: queue }), update)).toMatchObject({
      Status: 'FAILED',
      StatusReason: expect.stringContaining("didn't contain changes"),
    });
    await expect(on.execute()).rejects.toThrow('cannot be executed');
    const more = { ...update, ChangeSetName: 'other' };
    await expect(on.propose(written({ Queue: queue }), { ...more, ChangeSetType: 'CREATE' })).rejects.toThrow(
      'already exists',
    );
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
describe('what is there already', () => {
  it('is taken in as it stands, where its name is written out and its policy retains it', async () => {
    const on = await open();
    await on.create(written({ Table: table('kept') }));
    const { tables } = on;
    tables().get('kept')?.items.set('a', new Map());
    await on.remove();
    const proposed = await on.propose(written({ Table: table('kept'), Queue: queue }));
    expect(actions(proposed).toSorted()).toEqual(['Queue Add', 'Table Import']);
    await on.execute();
    expect(await on.events()).toContain('Table IMPORT_COMPLETE');
    expect(await on.events()).toContain('Queue CREATE_COMPLETE');
    expect(tables().get('kept')?.items.size).toBe(1);
    await on.remove();
    expect(tables().has('kept')).toBe(true);
  });

  it.each([
    ['without a policy', table('kept', {})],
    ['with the policy Delete', table('kept', { DeletionPolicy: 'Delete' })],
    ['with a name that a function gives', table({ 'Fn::Join': ['', ['ke', 'pt']] })],
  ])('is not taken in %s, and the stack is rolled back', async (_case, resource) => {
    const on = await open();
    await on.create(written({ Table: table('kept') }), 'earlier');
    await on.remove('earlier');
    expect(actions(await on.propose(written({ Table: resource })))).toEqual(['Table Add']);
    await on.execute();
    expect(await on.stack()).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    expect(on.tables().has('kept')).toBe(true);
  });

  it('is not taken in while it belongs to another stack, nor without being asked', async () => {
    const on = await open();
    await on.create(written({ Table: table('kept') }), 'other');
    expect(actions(await on.propose(written({ Table: table('kept') })))).toEqual(['Table Add']);
    await on.remove();
    await on.remove('other');
    const unasked = await on.propose(written({ Table: table('kept') }), { ImportExistingResources: false });
    expect(actions(unasked)).toEqual(['Table Add']);
  });

  it('is no key, whose id is read-only; its alias is taken in with the key that it has', async () => {
    const on = await open();
    const keyed = written({
      Key: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain', Properties: {} },
      Alias: {
        Type: 'AWS::KMS::Alias',
        DeletionPolicy: 'Retain',
        Properties: { AliasName: 'alias/ours', TargetKeyId: { Ref: 'Key' } },
      },
    });
    await on.create(keyed);
    const { keys, aliases } = stage.organization.world.of(kmsState, DEPLOYMENT, HOME);
    const old = aliases.get('alias/ours');
    await on.remove();
    expect(actions(await on.propose(keyed)).toSorted()).toEqual(['Alias Import', 'Key Add']);
    await on.execute();
    expect(keys.size).toBe(2);
    expect(aliases.get('alias/ours')).toBe(old);
  });
});
