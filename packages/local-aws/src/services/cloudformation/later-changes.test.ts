import {
  DeleteStackInstancesCommand,
  DescribeStackSetCommand,
  DetectStackSetDriftCommand,
  ListStackInstancesCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateAccountCommand, DescribeCreateAccountStatusCommand } from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { iamState } from '../iam/state.ts';
import {
  denyIn,
  ELSEWHERE,
  HOME,
  MEMBERS,
  OTHER,
  roleIn,
  ROOT_ID,
  ruleIn,
  SPARE,
  TEMPLATE,
  trusted,
  withSet,
  WORK,
  type StackSetTestStage,
  ofSet,
} from './testing.ts';

const [first, second] = MEMBERS;

const withPolicy = (action: string) => {
  const changed = structuredClone(TEMPLATE);
  const [policy] = changed.Resources.Reader.Properties.Policies;
  const [statement] = policy?.PolicyDocument.Statement ?? [];
  if (statement !== undefined) statement.Action = action;
  return JSON.stringify(changed);
};

describe('an update and a deletion', () => {
  const update = (stage: StackSetTestStage, TemplateBody: string) =>
    stage.organization.during(() =>
      stage.here.send(
        new UpdateStackSetCommand({
          ...ofSet,
          TemplateBody,
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          OperationPreferences: {
            ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
            FailureTolerancePercentage: 100,
            MaxConcurrentPercentage: 100,
          },
        }),
      ),
    );

  it('changes roles in place: who they are stays', async () => {
    const stage = await withSet();
    await stage.deploy();
    const before = roleIn(stage, first);
    await update(stage, withPolicy('ec2:DescribeInstances'));
    expect(await stage.instance(first)).toMatchObject({ Status: 'OUTDATED' });
    await stage.organization.run();
    expect(await stage.instance(first)).toMatchObject({ Status: 'CURRENT' });
    const after = roleIn(stage, first);
    expect(after?.roleId).toBe(before?.roleId);
    expect(after?.inline.get('reads')?.statements[0]).toMatchObject({ effect: 'Allow' });
    const texts = stage.organization.world.of(iamState, first, '').texts;
    const [policy] = [...(after?.inline.values() ?? [])];
    expect(policy === undefined ? '' : texts.get(policy)).toContain('ec2:DescribeInstances');
  });

  it('makes what is new and takes away what is gone', async () => {
    const stage = await withSet();
    await stage.deploy();
    const { Changes: _gone, ...Resources } = TEMPLATE.Resources;
    const Second = {
      ...Resources.Reader,
      Properties: { ...Resources.Reader.Properties, RoleName: 'second' },
    };
    await update(stage, JSON.stringify({ ...TEMPLATE, Resources: { ...Resources, Second } }));
    await stage.organization.run();
    expect(ruleIn(stage, first, HOME)).toBeUndefined();
    expect(stage.organization.world.of(iamState, first, '').roles.has('second')).toBe(true);
  });

  it('is refused as a whole where one right is missing', async () => {
    const stage = await withSet();
    await stage.deploy();
    denyIn(stage, first, 'iam:PutRolePolicy');
    await update(stage, withPolicy('ec2:DescribeInstances'));
    await stage.organization.run();
    expect(await stage.instance(first)).toMatchObject({
      Status: 'OUTDATED',
      StatusReason: expect.stringContaining('iam:PutRolePolicy'),
    });
    expect(await stage.instance(second)).toMatchObject({ Status: 'CURRENT' });
  });

  it.each([
    ['takes the stacks away', false],
    ['leaves the stacks', true],
  ])('a deletion of instances %s when retention is %s', async (_what, RetainStacks) => {
    const stage = await withSet();
    await stage.deploy();
    await stage.organization.during(() =>
      stage.here.send(
        new DeleteStackInstancesCommand({
          ...ofSet,
          DeploymentTargets: { OrganizationalUnitIds: [WORK] },
          Regions: [HOME, OTHER],
          RetainStacks,
          OperationPreferences: { ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE', MaxConcurrentPercentage: 100 },
        }),
      ),
    );
    await stage.organization.run();
    const { Summaries: left } = await stage.organization.during(() =>
      stage.here.send(new ListStackInstancesCommand(ofSet)),
    );
    expect(left).toEqual([]);
    expect(roleIn(stage, first) !== undefined).toBe(RetainStacks);
    expect(ruleIn(stage, first, OTHER) !== undefined).toBe(RetainStacks);
  });
});

describe('drift', () => {
  const detect = async (stage: StackSetTestStage) => {
    await stage.organization.during(() =>
      stage.here.send(
        new DetectStackSetDriftCommand({
          ...ofSet,
          OperationPreferences: { ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE', MaxConcurrentPercentage: 100 },
        }),
      ),
    );
    await stage.organization.run();
    const { StackSet: set } = await stage.organization.during(() =>
      stage.here.send(new DescribeStackSetCommand(ofSet)),
    );
    return set?.StackSetDriftDetectionDetails;
  };

  it('is none right after a deployment', async () => {
    const stage = await withSet();
    await stage.deploy();
    expect(await detect(stage)).toMatchObject({
      DriftStatus: 'IN_SYNC',
      DriftDetectionStatus: 'COMPLETED',
      TotalStackInstancesCount: 8,
      InSyncStackInstancesCount: 8,
    });
  });

  it.each([
    [
      'a role that was deleted by hand',
      (stage: StackSetTestStage) => stage.organization.world.of(iamState, first, '').roles.delete('reader'),
    ],
    [
      'a policy that was taken from its role',
      (stage: StackSetTestStage) => roleIn(stage, first)?.inline.delete('reads'),
    ],
  ])('shows %s', async (_what, change) => {
    const stage = await withSet();
    await stage.deploy();
    change(stage);
    expect(await detect(stage)).toMatchObject({ DriftStatus: 'DRIFTED', DriftedStackInstancesCount: 1 });
    expect(await stage.instance(first)).toMatchObject({ Status: 'CURRENT', DriftStatus: 'DRIFTED' });
    expect(await stage.instance(first, OTHER)).toMatchObject({ DriftStatus: 'IN_SYNC' });
  });
});

describe('automatic deployment', () => {
  it('reaches an account that moves into a target unit', async () => {
    const stage = await withSet();
    await stage.deploy();
    await stage.move(ELSEWHERE, SPARE, WORK);
    await stage.organization.run();
    expect(await stage.instance(ELSEWHERE, OTHER)).toMatchObject({
      Status: 'CURRENT',
      OrganizationalUnitId: WORK,
    });
    expect(roleIn(stage, ELSEWHERE)).toBeDefined();
  });

  it('reaches an account that is new in the organization, when the root is the target', async () => {
    const stage = await withSet();
    await stage.deploy({ DeploymentTargets: { OrganizationalUnitIds: [ROOT_ID] } });
    const { CreateAccountStatus: asked } = await stage.organization.during(() =>
      stage.organizations.send(new CreateAccountCommand({ AccountName: 'new', Email: 'new@example.com' })),
    );
    await stage.organization.run();
    const { CreateAccountStatus: status } = await stage.organization.during(() =>
      stage.organizations.send(
        new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: asked?.Id ?? '' }),
      ),
    );
    expect(status).toMatchObject({ State: 'SUCCEEDED' });
    expect(await stage.instance(status?.AccountId ?? '', OTHER)).toMatchObject({ Status: 'CURRENT' });
  });

  it.each([
    ['retains the stacks of an account that leaves', true],
    ['takes the stacks of an account that leaves', false],
  ])('%s, as RetainStacksOnAccountRemoval says', async (_what, retain) => {
    const stage = await trusted();
    await stage.createSet({ AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: retain } });
    await stage.deploy();
    await stage.move(first, WORK, SPARE);
    await stage.organization.run();
    await expect(stage.instance(first)).rejects.toMatchObject({ name: 'StackInstanceNotFoundException' });
    expect(roleIn(stage, first) !== undefined).toBe(retain);
    expect(await stage.instance(second)).toMatchObject({ Status: 'CURRENT' });
  });

  it('does nothing where it is off', async () => {
    const stage = await trusted();
    await stage.createSet({ AutoDeployment: { Enabled: false } });
    await stage.deploy();
    await stage.move(ELSEWHERE, SPARE, WORK);
    await stage.organization.run();
    await expect(stage.instance(ELSEWHERE)).rejects.toMatchObject({ name: 'StackInstanceNotFoundException' });
  });
});
