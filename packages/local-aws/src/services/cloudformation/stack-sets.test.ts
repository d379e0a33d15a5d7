import {
  CreateStackSetCommand,
  DeleteStackSetCommand,
  DescribeStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import {
  CallAs,
  denyIn,
  DEPLOYMENT,
  ELSEWHERE,
  HOME,
  MANAGEMENT,
  MEMBERS,
  OTHER,
  stackSetStage,
  TEMPLATE,
  trusted,
  withSet,
  WORK,
  ofSet,
} from './testing.ts';

const [, , , fourth] = MEMBERS;

describe('a StackSet of service-managed permissions', () => {
  it('is refused until the organization trusts StackSets, and to accounts it is not delegated to', async () => {
    const stage = await stackSetStage();
    await expect(stage.createSet()).rejects.toThrow(/management account or delegated admin account/);
    await stage.trust();
    await expect(stage.createSet()).resolves.toMatchObject({
      StackSetId: expect.stringMatching(/^roles:[0-9a-f-]{36}$/),
    });
    const stranger = stage.cloudformation(ELSEWHERE);
    const ask = () =>
      stage.organization.during(() => stranger.send(new DescribeStackSetCommand({ ...ofSet })));
    await expect(ask()).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it("is not the delegated administrator's own: the management account has it", async () => {
    const stage = await withSet();
    const { StackSet: set } = await stage.organization.during(() =>
      stage
        .cloudformation(MANAGEMENT)
        .send(new DescribeStackSetCommand({ StackSetName: 'roles', CallAs: 'SELF' })),
    );
    expect(set).toMatchObject({
      StackSetARN: expect.stringContaining(`:${HOME}:${MANAGEMENT}:stackset/roles:`),
      PermissionModel: 'SERVICE_MANAGED',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
      ManagedExecution: { Active: true },
    });
  });

  it.each([
    [
      'a template of more than 51,200 bytes',
      { TemplateBody: JSON.stringify({ ...TEMPLATE, Description: 'x'.repeat(51_200) }) },
      'ValidationError',
    ],
    [
      'a transform',
      { TemplateBody: JSON.stringify({ ...TEMPLATE, Transform: 'AWS::LanguageExtensions' }) },
      'ValidationError',
    ],
    [
      'named roles without the capability',
      { Capabilities: ['CAPABILITY_IAM' as const] },
      'InsufficientCapabilitiesException',
    ],
    [
      'a parameter that the template has not',
      { Parameters: [{ ParameterKey: 'Other', ParameterValue: '1' }] },
      'ValidationError',
    ],
    ['self-managed permissions', { PermissionModel: 'SELF_MANAGED' as const }, 'UnsupportedOperation'],
    ['a template by address', { TemplateURL: 'https://example.com/t.json' }, 'UnsupportedOperation'],
    [
      'retention without automatic deployment',
      { AutoDeployment: { Enabled: false, RetainStacksOnAccountRemoval: true } },
      'ValidationError',
    ],
    [
      'dependencies of automatic deployments',
      { AutoDeployment: { Enabled: true, DependsOn: ['arn'] } },
      'UnsupportedOperation',
    ],
    ['a name with a slash', { StackSetName: 'a/b' }, 'ValidationError'],
  ])('refuses %s', async (_what, more, name) => {
    const stage = await trusted();
    await expect(stage.createSet(more)).rejects.toMatchObject({ name });
  });

  it('refuses a second of its name, and its deletion while it has instances', async () => {
    const stage = await withSet();
    await expect(stage.createSet()).rejects.toMatchObject({ name: 'NameAlreadyExistsException' });
    await stage.deploy();
    const remove = () => stage.organization.during(() => stage.here.send(new DeleteStackSetCommand(ofSet)));
    await expect(remove()).rejects.toMatchObject({ name: 'StackSetNotEmptyException' });
  });

  it('is bound by the policies of who asks', async () => {
    const stage = await withSet();
    denyIn(stage, DEPLOYMENT, 'cloudformation:*StackInstances');
    await expect(stage.deploy()).rejects.toThrow(/not authorized|AccessDenied/);
  });
});

describe('AWS::CloudFormation::StackSet', () => {
  const resource = (more: object = {}) => ({
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
          OperationPreferences: {
            ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
            MaxConcurrentPercentage: 100,
            FailureTolerancePercentage: 10,
            RegionOrder: [HOME, OTHER],
          },
          StackInstancesGroup: [
            { DeploymentTargets: { OrganizationalUnitIds: [WORK] }, Regions: [HOME, OTHER] },
          ],
          ...more,
        },
      },
    },
  });
  const where = { account: DEPLOYMENT, region: HOME, stackName: 'deployment' };

  it('makes the StackSet and deploys it', async () => {
    const stage = await trusted();
    const { resources } = stage.organization.deploy(resource(), where);
    expect(resources[0]?.ref).toMatch(/^roles:/);
    await stage.organization.run();
    expect(await stage.instance(fourth, OTHER)).toMatchObject({ Status: 'CURRENT' });
  });

  it('is refused before the delegation, and with a property that is not implemented', async () => {
    const stage = await stackSetStage();
    expect(() => stage.organization.deploy(resource(), where)).toThrow(/delegated admin account/);
    await stage.trust();
    expect(() => stage.organization.deploy(resource({ TemplateURL: 'https://x' }), where)).toThrow(
      /TemplateURL is not implemented/,
    );
  });
});

describe('the wire', () => {
  it('takes CreateStackSet with all that the client can write', async () => {
    const stage = await trusted();
    const send = () =>
      stage.organization.during(() =>
        stage.here.send(
          new CreateStackSetCommand({
            ...ofSet,
            PermissionModel: 'SERVICE_MANAGED',
            AdministrationRoleARN: 'arn:aws:iam::222222222222:role/x',
          }),
        ),
      );
    await expect(send()).rejects.toThrow(/AdministrationRoleARN of CreateStackSet is not implemented/);
  });
});
