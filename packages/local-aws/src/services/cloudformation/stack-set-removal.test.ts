import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  DescribeStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it } from 'vitest';
import { addManagedPolicy } from '../iam/build.ts';
import {
  CallAs,
  denyIn,
  HOME,
  MEMBERS,
  ofSet,
  OTHER,
  roleIn,
  ruleIn,
  TEMPLATE,
  trusted,
  WORK,
  type StackSetTestStage,
} from './testing.ts';

const [first, second] = MEMBERS;
const TemplateBody = JSON.stringify({
  Resources: {
    Roles: {
      Type: 'AWS::CloudFormation::StackSet',
      Properties: {
        StackSetName: 'roles',
        PermissionModel: 'SERVICE_MANAGED',
        CallAs,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        TemplateBody: JSON.stringify(TEMPLATE),
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
        ManagedExecution: { Active: true },
        StackInstancesGroup: [
          { DeploymentTargets: { OrganizationalUnitIds: [WORK] }, Regions: [HOME, OTHER] },
        ],
      },
    },
  },
});

let stage: StackSetTestStage;
afterEach(() => stage.organization.close());

/** A stack that holds a StackSet, all deployed, and what deletes it. */
const deployed = async () => {
  stage = await trusted();
  const { organization, here } = stage;
  const send = <Value>(work: () => Promise<Value>): Promise<Value> => organization.during(work);
  const { StackId = '' } = await send(() =>
    here.send(new CreateStackCommand({ StackName: 'rollout', TemplateBody })),
  );
  await organization.run();
  return {
    begin: () => send(() => here.send(new DeleteStackCommand({ StackName: 'rollout' }))),
    stack: async () => {
      const { Stacks: [stack] = [] } = await send(() =>
        here.send(new DescribeStacksCommand({ StackName: StackId })),
      );
      return stack;
    },
    set: () => send(() => here.send(new DescribeStackSetCommand(ofSet))),
  };
};

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStackSet.html : it must be empty first
describe('the stack of a StackSet that is deleted', () => {
  it('waits for all its stacks, and is then gone with the StackSet', async () => {
    const on = await deployed();
    expect(roleIn(stage, first)).toBeDefined();
    await on.begin();
    await stage.organization.run(() => false, stage.organization.timeline.now() + 30_000);
    expect(await on.stack()).toMatchObject({ StackStatus: 'DELETE_IN_PROGRESS' });
    await stage.organization.run();
    expect(await on.stack()).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
    await expect(on.set()).rejects.toMatchObject({ name: 'StackSetNotFoundException' });
    for (const member of MEMBERS)
      expect([roleIn(stage, member), ruleIn(stage, member, HOME), ruleIn(stage, member, OTHER)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
  });

  it('fails with the account where a stack stays, takes the others, and ends at the next attempt', async () => {
    const on = await deployed();
    const { world } = stage.organization;
    const foreign = addManagedPolicy(world, {
      account: second,
      name: 'foreign',
      document: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] },
    });
    roleIn(stage, second)?.attached.push(foreign.arn);
    await on.begin();
    await stage.organization.run();
    expect(await on.stack()).toMatchObject({ StackStatus: 'DELETE_FAILED' });
    expect([roleIn(stage, first), roleIn(stage, second)?.name]).toEqual([undefined, 'reader']);
    expect(await stage.instance(second)).toMatchObject({
      Status: 'INOPERABLE',
      StatusReason: expect.stringContaining('must detach all policies first'),
    });
    const role = roleIn(stage, second);
    if (role !== undefined) role.attached.length = 0;
    await on.begin();
    await stage.organization.run();
    expect(await on.stack()).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
  });

  it('fails where a policy of a member refuses', async () => {
    const on = await deployed();
    denyIn(stage, first, 'iam:DeleteRole');
    await on.begin();
    await stage.organization.run();
    expect(await on.stack()).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: expect.stringContaining('[Roles]'),
    });
    expect(roleIn(stage, first)).toBeDefined();
  });
});
