import type {
  DescribeAccountCommandOutput,
  DescribeOrganizationCommandOutput,
  ListAccountsCommandOutput,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { decide } from '../../core/authorize.ts';
import { World } from '../../core/world.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, START, testWorld } from '../testing.ts';
import { attachControlPolicy, type ControlPolicyTarget } from './control-policies.ts';
import { organizationsService } from './service.ts';
import { organizationState } from './state.ts';

const policy = (Effect: string, Action: string, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource: '*', ...more }],
});

describe('the inventory of accounts', () => {
  const setUp = (delegatedAdministrators: readonly string[] = []) => {
    const { facts, accounts } = testWorld();
    const world = new World({ ...facts, delegatedAdministrators });
    for (const [id, account] of accounts) world.accounts.set(id, account);
    world
      .of(organizationState, '', '')
      .details.set(OTHER_ACCOUNT, { email: 'work@example.com', joinedAt: START, joinedMethod: 'CREATED' });
    return bench(organizationsService, {}, world);
  };
  const member = { caller: rootOf(OTHER_ACCOUNT) };

  it('lists every account in pages, with state, path and, until September 2026, status', async () => {
    const on = setUp();
    const first = await on.perform<ListAccountsCommandOutput>('ListAccounts', { MaxResults: 1 });
    const second = await on.perform<ListAccountsCommandOutput>('ListAccounts', {
      NextToken: first.NextToken,
    });
    expect(first.Accounts).toEqual([
      {
        Id: ACCOUNT,
        Arn: `arn:aws:organizations::${ACCOUNT}:account/o-test000000/${ACCOUNT}`,
        Name: 'management',
        State: 'ACTIVE',
        Status: 'ACTIVE',
        Paths: [`o-test000000/r-test/${ACCOUNT}/`],
      },
    ]);
    expect(second.NextToken).toBeUndefined();
    expect(second.Accounts).toMatchObject([
      {
        Id: OTHER_ACCOUNT,
        Email: 'work@example.com',
        JoinedMethod: 'CREATED',
        JoinedTimestamp: new Date(START),
        Paths: [`o-test000000/r-test/ou-test-work/${OTHER_ACCOUNT}/`],
      },
    ]);
    await on.pass(Date.UTC(2026, 8, 9) - START);
    expect(
      (await on.perform<DescribeAccountCommandOutput>('DescribeAccount', { AccountId: ACCOUNT })).Account,
    ).not.toHaveProperty('Status');
  });

  it.each([
    ['ListAccounts', {}],
    ['DescribeAccount', { AccountId: ACCOUNT }],
  ])('%s is for the management account and delegated administrators', async (name, input) => {
    await expect(setUp().perform(name, input, member)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    await expect(setUp([OTHER_ACCOUNT]).perform(name, input, member)).resolves.toBeDefined();
  });

  it.each([
    ['ListAccounts', { MaxResults: 21 }, 'InvalidInputException'],
    ['ListAccounts', { MaxResults: 0 }, 'InvalidInputException'],
    ['ListAccounts', { NextToken: 'never given' }, 'InvalidInputException'],
    ['ListAccounts', { Strange: 1 }, 'UnsupportedOperation'],
    ['DescribeAccount', { AccountId: '333333333333' }, 'AccountNotFoundException'],
    ['DescribeAccount', { AccountId: '33' }, 'InvalidInputException'],
  ])('%s refuses %j with %s', async (name, input, code) => {
    await expect(setUp().perform(name, input)).rejects.toMatchObject({ code });
  });

  it('tells any member what its organization is, and others that they are in none', async () => {
    const { Organization } = await setUp().perform<DescribeOrganizationCommandOutput>(
      'DescribeOrganization',
      {},
      member,
    );
    expect(Organization).toEqual({
      Id: 'o-test000000',
      Arn: `arn:aws:organizations::${ACCOUNT}:organization/o-test000000`,
      FeatureSet: 'ALL',
      MasterAccountId: ACCOUNT,
      MasterAccountArn: `arn:aws:organizations::${ACCOUNT}:account/o-test000000/${ACCOUNT}`,
    });
    await expect(
      setUp().perform('DescribeOrganization', {}, { caller: rootOf('333333333333') }),
    ).rejects.toMatchObject({ code: 'AWSOrganizationsNotInUseException' });
  });
});

describe('control policies', () => {
  const ask = (world: World, account: string, action: string) =>
    decide(
      { world, services: [], caller: rootOf(account), region: REGION, now: START },
      { action, resource: '*', account },
    );
  const ou: ControlPolicyTarget = { kind: 'ou', path: 'o-test000000/r-test/ou-test-work/' };

  it('has no levels before the first policy and one per node afterwards, each with full access', () => {
    const world = testWorld();
    const state = world.of(organizationState, '', '');
    expect(state.serviceControlFor(OTHER_ACCOUNT)).toEqual([]);
    attachControlPolicy(world, {
      kind: 'SCP',
      target: ou,
      document: policy('Deny', 'iam:*'),
      name: 'no-iam',
    });
    expect(state.serviceControlFor(OTHER_ACCOUNT).map((level) => level.map(({ name }) => name))).toEqual([
      ['SCP FullAWSAccess'],
      ['SCP FullAWSAccess', 'SCP no-iam'],
      ['SCP FullAWSAccess'],
    ]);
    expect(state.serviceControlFor(ACCOUNT).map((level) => level.map(({ name }) => name))).toEqual([
      ['SCP FullAWSAccess'],
      ['SCP FullAWSAccess'],
    ]);
    expect(state.resourceControlFor(OTHER_ACCOUNT)).toEqual([]);
  });

  it.each<[string, ControlPolicyTarget]>([
    ['root', { kind: 'root' }],
    ['organizational unit', ou],
    ['account', { kind: 'account', id: OTHER_ACCOUNT }],
  ])(
    'a service control policy at the %s binds the member, even its root user, but not the management account',
    (_where, target) => {
      const world = testWorld();
      attachControlPolicy(world, { kind: 'SCP', target, document: policy('Deny', 'iam:*'), name: 'no-iam' });
      expect(ask(world, OTHER_ACCOUNT, 'iam:PutRolePolicy').verdict).toBe('deny');
      expect(ask(world, OTHER_ACCOUNT, 'ec2:StopInstances').verdict).toBe('allow');
      expect(ask(world, ACCOUNT, 'iam:PutRolePolicy').verdict).toBe('allow');
    },
  );

  it('binds an account that joins below the node later', () => {
    const world = testWorld();
    attachControlPolicy(world, {
      kind: 'SCP',
      target: ou,
      document: policy('Deny', 'iam:*'),
      name: 'no-iam',
    });
    world.accounts.set('333333333333', {
      id: '333333333333',
      name: 'new',
      path: 'o-test000000/r-test/ou-test-work/ou-test-deep/',
      state: 'ACTIVE',
    });
    expect(ask(world, '333333333333', 'iam:PutRolePolicy').verdict).toBe('deny');
  });

  it('a resource control policy binds resources of the member', () => {
    const world = testWorld();
    attachControlPolicy(world, {
      kind: 'RCP',
      target: ou,
      document: policy('Deny', 's3:*', { Principal: '*' }),
      name: 'closed',
    });
    expect(ask(world, OTHER_ACCOUNT, 's3:GetObject')).toMatchObject({
      verdict: 'deny',
      layer: 'resource-control',
    });
    expect(ask(world, ACCOUNT, 's3:GetObject').verdict).toBe('allow');
  });

  it.each<[string, Parameters<typeof attachControlPolicy>[1], RegExp]>([
    [
      'a resource control policy that allows',
      { kind: 'RCP', target: ou, document: policy('Allow', 's3:*', { Principal: '*' }), name: 'x' },
      /want Effect Deny/,
    ],
    [
      'a resource control policy for one principal',
      {
        kind: 'RCP',
        target: ou,
        document: policy('Deny', 's3:*', { Principal: { AWS: ACCOUNT } }),
        name: 'x',
      },
      /Principal/,
    ],
    [
      'a service control policy with principals',
      { kind: 'SCP', target: ou, document: policy('Deny', 's3:*', { Principal: '*' }), name: 'x' },
      /names principals/,
    ],
    [
      'one that is too long',
      {
        kind: 'SCP',
        target: ou,
        document: policy('Deny', 's3:*', { Resource: 'b'.repeat(5120) }),
        name: 'x',
      },
      /at most 5120/,
    ],
    [
      'an unknown account',
      { kind: 'SCP', target: { kind: 'account', id: '9' }, document: policy('Deny', 's3:*'), name: 'x' },
      /no account 9/,
    ],
    [
      'a unit of another organization',
      { kind: 'SCP', target: { kind: 'ou', path: 'o-x/r-x/' }, document: policy('Deny', 's3:*'), name: 'x' },
      /want a path below/,
    ],
  ])('refuses %s', (_what, attached, message) => {
    expect(() => attachControlPolicy(testWorld(), attached)).toThrow(message);
  });

  it('refuses a fifth policy of a kind at one node, since the first is AWS’s own', () => {
    const world = testWorld();
    for (const name of ['a', 'b', 'c', 'd'])
      attachControlPolicy(world, { kind: 'SCP', target: ou, document: policy('Deny', 'iam:*'), name });
    expect(() =>
      attachControlPolicy(world, { kind: 'SCP', target: ou, document: policy('Deny', 'iam:*'), name: 'e' }),
    ).toThrow(/at most 5/);
  });
});
