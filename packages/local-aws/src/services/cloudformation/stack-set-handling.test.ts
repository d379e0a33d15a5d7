import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, expect, it } from 'vitest';
import { setsOf } from './access.ts';
import {
  denyIn,
  DEPLOYMENT,
  HOME,
  stackSetStage,
  TEMPLATE,
  WORK,
  type StackSetTestStage,
} from './testing.ts';

let stage: StackSetTestStage;
afterEach(() => stage.organization.close());

const template = (Description: string, body: object = TEMPLATE): string =>
  JSON.stringify({
    Resources: {
      Set: {
        Type: 'AWS::CloudFormation::StackSet',
        Properties: {
          StackSetName: 'of-a-stack',
          Description,
          PermissionModel: 'SERVICE_MANAGED',
          CallAs: 'DELEGATED_ADMIN',
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          TemplateBody: JSON.stringify(body),
          AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
          StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: [WORK] }, Regions: [HOME] }],
        },
      },
    },
  });

const open = async () => {
  stage = await stackSetStage();
  await stage.trust();
  const { organization, here } = stage;
  const StackName = 'sets';
  const act = async (
    command: CreateStackCommand | UpdateStackCommand | DeleteStackCommand,
  ): Promise<string | undefined> => {
    await organization.during<unknown>(() => here.send(command as UpdateStackCommand));
    await organization.run();
    const { Stacks: [stack] = [] } = await organization.during(() =>
      here.send(new DescribeStacksCommand({})),
    );
    return stack?.StackStatus;
  };
  const of = (TemplateBody: string) => ({
    StackName,
    TemplateBody,
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
  });
  expect(await act(new CreateStackCommand(of(template('first'))))).toBe('CREATE_COMPLETE');
  return {
    set: () => setsOf(organization.world, HOME).get('of-a-stack'),
    update: (body: string) => act(new UpdateStackCommand(of(body))),
    remove: () => act(new DeleteStackCommand({ StackName })),
  };
};

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
it('a StackSet of a stack is changed with the stack, and so are its instances', async () => {
  const on = await open();
  const before = on.set()?.operations.size ?? 0;
  expect(await on.update(template('second'))).toBe('UPDATE_COMPLETE');
  expect(on.set()?.description).toBe('second');
  expect([...(on.set()?.operations.values() ?? [])].slice(before).map(({ action }) => action)).toEqual([
    'UPDATE',
  ]);
});

it('is changed with the rights of whoever CloudFormation acts as', async () => {
  const on = await open();
  denyIn(stage, DEPLOYMENT, 'cloudformation:UpdateStackSet');
  expect(await on.update(template('second'))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(on.set()?.description).toBe('first');
});

it('goes with the stack, after its instances', async () => {
  const on = await open();
  expect(on.set()?.instances.size).toBeGreaterThan(0);
  expect(await on.remove()).toBeUndefined();
  expect(on.set()).toBeUndefined();
});
