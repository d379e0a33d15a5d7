import { describe, expect, it } from 'vitest';
import { decide } from '../../core/authorize.ts';
import { World } from '../../core/world.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, START, testWorld } from '../testing.ts';
import { organizationsService } from './service.ts';
import { organizationState } from './state.ts';

const TYPE = 'AWS::Organizations::Policy';
const noIam = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'NoIam', Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
};
const properties = (more: Readonly<Record<string, unknown>> = {}) => ({
  Name: 'no-iam',
  Type: 'SERVICE_CONTROL_POLICY',
  Content: noIam,
  ...more,
});

const setUp = (account = ACCOUNT, delegatedAdministrators: readonly string[] = []) => {
  const { facts, accounts } = testWorld();
  const world = new World({ ...facts, delegatedAdministrators });
  for (const [id, one] of accounts) world.accounts.set(id, one);
  const on = bench(organizationsService, { caller: rootOf(account) }, world);
  return {
    ...on,
    nodes: () => world.of(organizationState, '', '').attachments.map(({ node }) => node),
    ask: (member: string, action: string) =>
      decide(
        { world, services: [], caller: rootOf(member), region: REGION, now: START },
        { action, resource: '*' },
      ),
  };
};

describe('AWS::Organizations::Policy', () => {
  it('makes a service control policy that binds the accounts below its targets', () => {
    const on = setUp();
    const { ref, attributes } = on.create(
      TYPE,
      properties({ TargetIds: ['ou-test-work'], Description: 'roles stay as they are', Tags: [] }),
    );
    expect(ref).toMatch(/^p-[0-9a-z]{10}$/);
    expect(attributes).toEqual({
      Id: ref,
      Arn: `arn:aws:organizations::${ACCOUNT}:policy/o-test000000/service_control_policy/${ref}`,
      AwsManaged: 'false',
    });
    expect(on.ask(OTHER_ACCOUNT, 'iam:PutRolePolicy')).toMatchObject({
      verdict: 'deny',
      decisive: [{ policy: 'SCP no-iam', sid: 'NoIam' }],
    });
    expect(on.ask(OTHER_ACCOUNT, 'ec2:StopInstances').verdict).toBe('allow');
    expect(on.ask(ACCOUNT, 'iam:PutRolePolicy').verdict).toBe('allow');
  });

  it('makes a resource control policy, its content as text too', () => {
    const on = setUp();
    const closed = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }],
    };
    on.create(TYPE, {
      Name: 'closed',
      Type: 'RESOURCE_CONTROL_POLICY',
      Content: JSON.stringify(closed),
      TargetIds: ['r-test'],
    });
    expect(on.ask(OTHER_ACCOUNT, 's3:GetObject')).toMatchObject({ layer: 'resource-control' });
  });

  it.each([
    ['the root', 'r-test', 'o-test000000/r-test/'],
    ['an organizational unit', 'ou-test-work', 'o-test000000/r-test/ou-test-work/'],
    ['an account', OTHER_ACCOUNT, `o-test000000/r-test/ou-test-work/${OTHER_ACCOUNT}/`],
  ])('attaches to %s by its id', (_what, id, node) => {
    const on = setUp();
    on.create(TYPE, properties({ TargetIds: [id] }));
    expect(on.nodes()).toEqual([node]);
  });

  it('binds nobody while it is attached to nothing', () => {
    const on = setUp();
    on.create(TYPE, properties());
    expect(on.nodes()).toEqual([]);
    expect(on.ask(OTHER_ACCOUNT, 'iam:PutRolePolicy').verdict).toBe('allow');
  });

  it('is for the management account and delegated administrators', () => {
    expect(() => setUp(OTHER_ACCOUNT).create(TYPE, properties())).toThrow(
      "You don't have permissions to access this resource.",
    );
    expect(setUp(OTHER_ACCOUNT, [OTHER_ACCOUNT]).create(TYPE, properties()).ref).toMatch(/^p-/);
  });

  it('refuses a second policy of the same name', () => {
    const on = setUp();
    on.create(TYPE, properties());
    expect(() => on.create(TYPE, properties())).toThrow(/name no-iam already exists/);
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['another kind of policy', { Type: 'TAG_POLICY' }, /Type is "TAG_POLICY"; want one of/],
    ['no kind', { Type: undefined }, /Type is required/],
    ['no name', { Name: undefined }, /Name is required/],
    ['a name that is too long', { Name: 'n'.repeat(129) }, /1 to 128 characters/],
    ['content that is too long', { Content: { ...noIam, Id: 'i'.repeat(5120) } }, /at most 5120/],
    ['content that is no policy', { Content: { Statement: [{ Effect: 'Never' }] } }, /Effect/],
    ['content that is a list', { Content: '[]' }, /want a JSON object/],
    ['an unknown root', { TargetIds: ['r-other'] }, /can't find a root, OU, or account.*r-other/],
    ['an unknown unit', { TargetIds: ['ou-none'] }, /ou-none/],
    ['an unknown account', { TargetIds: ['999999999999'] }, /999999999999/],
    ['the organization as target', { TargetIds: ['o-test000000'] }, /o-test000000/],
    ['one target twice', { TargetIds: ['r-test', 'r-test'] }, /one target twice/],
    ['a property that is not known', { Strange: 1 }, /Strange is not implemented/],
  ])('refuses %s', (_what, more, message) => {
    const on = setUp();
    const given = Object.fromEntries(
      Object.entries(properties(more)).filter(([, value]) => value !== undefined),
    );
    expect(() => on.create(TYPE, given)).toThrow(message);
    expect(on.nodes()).toEqual([]);
  });
});
