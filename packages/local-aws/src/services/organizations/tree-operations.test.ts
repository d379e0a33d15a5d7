import { describe, expect, it } from 'vitest';
import { World } from '../../core/world.ts';
import { createOrganization } from '../../organization.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, rootOf, testWorld } from '../testing.ts';
import { attachControlPolicy } from './control-policies.ts';
import { organizationsService } from './service.ts';
import { organizationState } from './state.ts';

const ROOT = 'r-test';
const WORK = 'ou-test-work';
const EMPTY = 'ou-test-empty';

const setUp = (delegatedAdministrators: readonly string[] = []) => {
  const { facts, accounts } = testWorld();
  const world = new World({ ...facts, delegatedAdministrators });
  for (const [id, account] of accounts) world.accounts.set(id, account);
  const { units, accountTags } = world.of(organizationState, '', '');
  units.set(WORK, {
    name: 'Workloads',
    path: `o-test000000/${ROOT}/${WORK}/`,
    tags: new Map([['tier', 'one']]),
  });
  units.set(EMPTY, { name: 'Empty', path: `o-test000000/${ROOT}/${WORK}/${EMPTY}/`, tags: new Map() });
  accountTags.set(OTHER_ACCOUNT, new Map([['team', 'web']]));
  return bench(organizationsService, {}, world);
};

const arn = (type: string, id: string) => `arn:aws:organizations::${ACCOUNT}:${type}/o-test000000/${id}`;
const ask = (name: string, input: object) => setUp().perform<object>(name, input);

describe('the tree of units', () => {
  it.each([
    ['an account', OTHER_ACCOUNT, { Id: WORK, Type: 'ORGANIZATIONAL_UNIT' }],
    ['an account at the root', ACCOUNT, { Id: ROOT, Type: 'ROOT' }],
    ['a unit', EMPTY, { Id: WORK, Type: 'ORGANIZATIONAL_UNIT' }],
    ['a unit at the root', WORK, { Id: ROOT, Type: 'ROOT' }],
  ])('gives the one parent of %s', async (_what, ChildId, parent) => {
    expect(await ask('ListParents', { ChildId })).toEqual({ Parents: [parent] });
  });

  it('has one root, with the kinds of policies that are enabled', async () => {
    const on = setUp();
    const root = { Id: ROOT, Arn: arn('root', ROOT), Name: 'Root' };
    expect(await on.perform('ListRoots', {})).toEqual({ Roots: [{ ...root, PolicyTypes: [] }] });
    const Statement = [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }];
    attachControlPolicy(on.world, {
      kind: 'SCP',
      name: 'none',
      target: { kind: 'root' },
      document: { Version: '2012-10-17', Statement },
    });
    const PolicyTypes = [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }];
    expect(await on.perform('ListRoots', {})).toEqual({ Roots: [{ ...root, PolicyTypes }] });
  });

  it('describes a unit, and lists what is directly in one', async () => {
    const unit = { Id: WORK, Arn: arn('ou', WORK), Name: 'Workloads' };
    expect(await ask('DescribeOrganizationalUnit', { OrganizationalUnitId: WORK })).toEqual({
      OrganizationalUnit: unit,
    });
    expect(await ask('ListOrganizationalUnitsForParent', { ParentId: ROOT })).toEqual({
      OrganizationalUnits: [unit],
    });
    expect(await ask('ListOrganizationalUnitsForParent', { ParentId: WORK })).toMatchObject({
      OrganizationalUnits: [{ Id: EMPTY }],
    });
    expect(await ask('ListAccountsForParent', { ParentId: ROOT })).toMatchObject({
      Accounts: [{ Id: ACCOUNT }],
    });
    expect(await ask('ListAccountsForParent', { ParentId: WORK })).toMatchObject({
      Accounts: [{ Id: OTHER_ACCOUNT, Name: 'workload', State: 'ACTIVE' }],
    });
    expect(await ask('ListAccountsForParent', { ParentId: EMPTY })).toEqual({ Accounts: [] });
  });

  it.each([
    [OTHER_ACCOUNT, [{ Key: 'team', Value: 'web' }]],
    [WORK, [{ Key: 'tier', Value: 'one' }]],
    [ACCOUNT, []],
    [ROOT, []],
  ])('gives the tags of %s', async (ResourceId, Tags) => {
    expect(await ask('ListTagsForResource', { ResourceId })).toEqual({ Tags });
  });

  it('gives the tags of a control policy, by its kind', async () => {
    const on = setUp();
    const { ref } = on.create('AWS::Organizations::Policy', {
      Name: 'none',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] },
      Tags: [{ Key: 'team', Value: 'web' }],
    });
    const Tags = [{ Key: 'team', Value: 'web' }];
    expect(await on.perform('ListTagsForResource', { ResourceId: ref })).toEqual({ Tags });
    expect(on.checks[0]?.context).toEqual({ 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' });
  });

  it.each([
    ['ListParents', { ChildId: '333333333333' }, 'ChildNotFoundException'],
    ['ListParents', { ChildId: 'ou-test-gone' }, 'ChildNotFoundException'],
    ['ListParents', { ChildId: ROOT }, 'InvalidInputException'],
    [
      'DescribeOrganizationalUnit',
      { OrganizationalUnitId: 'ou-test-gone' },
      'OrganizationalUnitNotFoundException',
    ],
    ['DescribeOrganizationalUnit', { OrganizationalUnitId: ROOT }, 'InvalidInputException'],
    ['ListOrganizationalUnitsForParent', { ParentId: 'ou-test-gone' }, 'ParentNotFoundException'],
    ['ListAccountsForParent', { ParentId: 'r-gone' }, 'ParentNotFoundException'],
    ['ListAccountsForParent', { ParentId: ROOT, MaxResults: 21 }, 'InvalidInputException'],
    ['ListTagsForResource', { ResourceId: '333333333333' }, 'TargetNotFoundException'],
    ['ListTagsForResource', { ResourceId: 'i-1' }, 'InvalidInputException'],
  ])('%s refuses %j with %s', async (name, input, code) => {
    await expect(ask(name, input)).rejects.toMatchObject({ code });
  });

  it.each([
    ['ListRoots', {}],
    ['ListParents', { ChildId: OTHER_ACCOUNT }],
    ['DescribeOrganizationalUnit', { OrganizationalUnitId: WORK }],
    ['ListOrganizationalUnitsForParent', { ParentId: ROOT }],
    ['ListAccountsForParent', { ParentId: ROOT }],
    ['ListTagsForResource', { ResourceId: OTHER_ACCOUNT }],
  ])('%s is for the management account and delegated administrators', async (name, input) => {
    const member = { caller: rootOf(OTHER_ACCOUNT) };
    await expect(setUp().perform(name, input, member)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    await expect(setUp([OTHER_ACCOUNT]).perform(name, input, member)).resolves.toBeDefined();
  });
});

describe('an organization made from options', () => {
  const made = (path: string) =>
    createOrganization({
      seed: 'test',
      startAt: '2026-01-01T00:00:00Z',
      organizationId: 'o-test000000',
      managementAccount: ACCOUNT,
      rootId: ROOT,
      accounts: [{ id: ACCOUNT, name: 'management', tags: { owner: 'ada' } }],
      units: [{ path, name: 'Workloads' }],
      regions: [],
      delegatedAdministrators: [],
      runtime: { inProcess: {} },
    });

  it('has its units and tags', async () => {
    const { world } = await made(`o-test000000/${ROOT}/${WORK}/`);
    const on = bench(organizationsService, {}, world);
    expect(await on.perform('ListTagsForResource', { ResourceId: ACCOUNT })).toEqual({
      Tags: [{ Key: 'owner', Value: 'ada' }],
    });
    expect(await on.perform('ListOrganizationalUnitsForParent', { ParentId: ROOT })).toMatchObject({
      OrganizationalUnits: [{ Id: WORK, Name: 'Workloads' }],
    });
  });

  it('refuses a unit that lies outside of it', async () => {
    await expect(made('o-other/r-other/ou-other/')).rejects.toThrow('want one below');
  });
});
