import {
  CreateStackInstancesCommand,
  DeleteStackInstancesCommand,
  ListStackSetOperationResultsCommand,
  ListStackSetOperationsCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { addRole } from '../iam/build.ts';
import { iamState } from '../iam/state.ts';
import { organizationState } from '../organizations/state.ts';
import {
  denyIn,
  DEPLOYMENT,
  ELSEWHERE,
  HOME,
  MANAGEMENT,
  MEMBERS,
  OTHER,
  roleIn,
  ROOT_ID,
  ruleIn,
  withSet,
  WORK,
  type StackSetTestStage,
  ofSet,
} from './testing.ts';

const [first, second, third, fourth] = MEMBERS;

const suspend = ({ organization: { world } }: StackSetTestStage, account: string): void => {
  const found = world.accounts.get(account);
  if (found !== undefined) world.accounts.set(account, { ...found, state: 'SUSPENDED' });
};

describe('an operation of a StackSet', () => {
  it('deploys to every account below the units, Region after Region, but never to the management account', async () => {
    const stage = await withSet();
    const before = stage.organization.timeline.now();
    const operation = await stage.deploy({ DeploymentTargets: { OrganizationalUnitIds: [ROOT_ID] } });
    expect(operation).toMatchObject({ Action: 'CREATE', Status: 'SUCCEEDED' });
    for (const account of [...MEMBERS, DEPLOYMENT, ELSEWHERE]) {
      expect(roleIn(stage, account)?.arn).toBe(`arn:aws:iam::${account}:role/ours/reader`);
      expect(ruleIn(stage, account, HOME)).toBeDefined();
      expect(ruleIn(stage, account, OTHER)).toBeDefined();
    }
    expect(roleIn(stage, MANAGEMENT)).toBeUndefined();
    await expect(stage.instance(MANAGEMENT)).rejects.toMatchObject({
      name: 'StackInstanceNotFoundException',
    });
    // Five seconds of preparation, then a minute for each Region.
    expect(operation.EndTimestamp?.valueOf()).toBeGreaterThanOrEqual(before + 125_000);
    expect(await stage.instance(first, OTHER)).toMatchObject({
      Status: 'CURRENT',
      StackInstanceStatus: { DetailedStatus: 'SUCCEEDED' },
      OrganizationalUnitId: ROOT_ID,
      StackId: expect.stringContaining(`:${OTHER}:${first}:stack/StackSet-roles-`),
      DriftStatus: 'NOT_CHECKED',
    });
  });

  it('begins with the Regions that are named first', async () => {
    const stage = await withSet();
    await stage.organization.during(() =>
      stage.here.send(
        new CreateStackInstancesCommand({
          ...ofSet,
          DeploymentTargets: { OrganizationalUnitIds: [WORK] },
          Regions: [OTHER, HOME],
          OperationPreferences: {
            RegionOrder: [HOME],
            ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
            MaxConcurrentPercentage: 100,
          },
        }),
      ),
    );
    await stage.organization.run(() => ruleIn(stage, first, HOME) !== undefined);
    expect(ruleIn(stage, first, OTHER)).toBeUndefined();
    await stage.organization.run();
    expect(ruleIn(stage, first, OTHER)).toBeDefined();
  });

  it('goes on past a failure that it tolerates, and rolls the failed stack back', async () => {
    const stage = await withSet();
    denyIn(stage, second, 'iam:CreateRole');
    const operation = await stage.deploy();
    // "Succeeded" is within the tolerance, not everywhere.
    expect(operation).toMatchObject({ Status: 'SUCCEEDED', StatusDetails: { FailedStackInstancesCount: 1 } });
    const broken = await stage.instance(second);
    expect(broken).toMatchObject({
      Status: 'OUTDATED',
      StackInstanceStatus: { DetailedStatus: 'FAILED' },
      StatusReason: expect.stringMatching(
        /^ResourceLogicalId:Reader, ResourceType:AWS::IAM::Role.*iam:CreateRole/,
      ),
    });
    expect(broken.StackId).toBeUndefined();
    expect(ruleIn(stage, second, HOME)).toBeUndefined();
    expect(ruleIn(stage, second, OTHER)).toBeDefined();
    expect(await stage.instance(third)).toMatchObject({ Status: 'CURRENT' });
  });

  it('stops at the first failure by default, one account at a time', async () => {
    const stage = await withSet();
    denyIn(stage, second, 'iam:CreateRole');
    const operation = await stage.deploy({ OperationPreferences: undefined });
    expect(operation).toMatchObject({ Status: 'FAILED' });
    const { Summaries: results = [] } = await stage.organization.during(() =>
      stage.here.send(
        new ListStackSetOperationResultsCommand({ ...ofSet, OperationId: operation.OperationId }),
      ),
    );
    const became = Object.fromEntries(results.map((one) => [`${one.Account} ${one.Region}`, one.Status]));
    expect(became).toEqual({
      [`${first} ${HOME}`]: 'SUCCEEDED',
      [`${second} ${HOME}`]: 'FAILED',
      [`${third} ${HOME}`]: 'CANCELLED',
      [`${fourth} ${HOME}`]: 'CANCELLED',
      ...Object.fromEntries(MEMBERS.map((account) => [`${account} ${OTHER}`, 'CANCELLED'])),
    });
    expect(await stage.instance(third)).toMatchObject({
      Status: 'OUTDATED',
      StackInstanceStatus: { DetailedStatus: 'CANCELLED' },
    });
  });

  it('tries again what failed, by a new operation', async () => {
    const stage = await withSet();
    addRole(
      stage.organization.world,
      {
        account: second,
        name: 'reader',
        trust: { Version: '2012-10-17', Statement: [] },
      },
      { ids: stage.organization.ids, now: 0 },
    );
    await stage.deploy();
    expect(await stage.instance(second)).toMatchObject({
      Status: 'OUTDATED',
      StatusReason: expect.stringContaining('has a role reader already'),
    });
    stage.organization.world.of(iamState, second, '').roles.delete('reader');
    await stage.deploy();
    expect(await stage.instance(second)).toMatchObject({ Status: 'CURRENT' });
    expect((await stage.instance(second)).StatusReason).toBeUndefined();
  });

  it('passes over a suspended account without counting it as a failure', async () => {
    const stage = await withSet();
    suspend(stage, third);
    const operation = await stage.deploy({ OperationPreferences: undefined });
    expect(operation.Status).toBe('SUCCEEDED');
    expect(await stage.instance(third)).toMatchObject({
      Status: 'OUTDATED',
      StackInstanceStatus: { DetailedStatus: 'SKIPPED_SUSPENDED_ACCOUNT' },
    });
    expect(roleIn(stage, third)).toBeUndefined();
  });

  it.each([
    ['the account', first],
    ['the management account', MANAGEMENT],
  ])('fails in a Region that %s has not enabled', async (_whose, account) => {
    const stage = await withSet();
    stage.organization.world.of(organizationState, '', '').disabledRegions.set(account, new Set([OTHER]));
    await stage.deploy();
    expect(await stage.instance(first, OTHER)).toMatchObject({
      Status: 'OUTDATED',
      StatusReason: `Region ${OTHER} is not enabled for account ${account}`,
    });
    expect(await stage.instance(first, HOME)).toMatchObject({ Status: 'CURRENT' });
  });

  it('waits for another that shares an instance with it, and refuses to begin where execution is not managed', async () => {
    const stage = await withSet();
    const begin = () =>
      stage.organization.during(() =>
        stage.here.send(
          new CreateStackInstancesCommand({
            ...ofSet,
            DeploymentTargets: { OrganizationalUnitIds: [WORK] },
            Regions: [HOME],
          }),
        ),
      );
    await begin();
    await begin();
    const { Summaries: operations = [] } = await stage.organization.during(() =>
      stage.here.send(new ListStackSetOperationsCommand(ofSet)),
    );
    expect(operations.map(({ Status }) => Status)).toEqual(['QUEUED', 'RUNNING']);
    await stage.organization.run();
    await stage.organization.during(() =>
      stage.here.send(
        new UpdateStackSetCommand({
          ...ofSet,
          UsePreviousTemplate: true,
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          ManagedExecution: { Active: false },
        }),
      ),
    );
    await expect(begin()).rejects.toMatchObject({ name: 'OperationInProgressException' });
  });

  it.each([
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html: Accounts is for self-managed permissions
    ['accounts beside units', { Accounts: [first] }, 'ValidationError'],
    ['accounts in place of units', { Accounts: [first], DeploymentTargets: undefined }, 'ValidationError'],
    ['no unit', { DeploymentTargets: { OrganizationalUnitIds: [] } }, 'ValidationError'],
    [
      'an unknown unit',
      { DeploymentTargets: { OrganizationalUnitIds: ['ou-test-gone'] } },
      'ValidationError',
    ],
    [
      'accounts by address',
      { DeploymentTargets: { OrganizationalUnitIds: [WORK], AccountsUrl: 's3://x' } },
      'UnsupportedOperation',
    ],
    ['a Region that there is not', { Regions: ['xx-nowhere-1'] }, 'ValidationError'],
    [
      'count and percentage together',
      { OperationPreferences: { MaxConcurrentCount: 1, MaxConcurrentPercentage: 1 } },
      'ValidationError',
    ],
  ])('refuses %s', async (_what, more, name) => {
    const stage = await withSet();
    await expect(stage.deploy(more)).rejects.toMatchObject({ name });
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStackInstances.html (Accounts)
  it('refuses to take instances from accounts that are named without a unit', async () => {
    const { here, organization } = await withSet();
    const command = { ...ofSet, Accounts: [first], Regions: [HOME], RetainStacks: true };
    const refused = organization.during(() => here.send(new DeleteStackInstancesCommand(command)));
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('Accounts is for self-managed permissions'),
    });
  });
});
