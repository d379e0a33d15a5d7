import type {
  GetInstanceProfileCommandOutput,
  GetRoleCommandOutput,
  GetRolePolicyCommandOutput,
  ListAttachedRolePoliciesCommandOutput,
  ListInstanceProfilesForRoleCommandOutput,
  ListRolesCommandOutput,
  ListRoleTagsCommandOutput,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, START } from '../testing.ts';
import { addInstanceProfile, addManagedPolicy, addRole, type RoleSpec } from './build.ts';
import { iamService } from './service.ts';
import { iamState } from './state.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };

const setUp = (more: Partial<RoleSpec> = {}) => {
  const on = bench(iamService);
  const making = { ids: on.ids, now: START };
  const role = addRole(
    on.world,
    { account: ACCOUNT, name: 'Web', trust, tags: { team: 'shop' }, ...more },
    making,
  );
  return { ...on, making, role, state: on.world.of(iamState, ACCOUNT, '') };
};

describe('roles', () => {
  it('gives a role with its url-encoded trust policy, its tags and a unique id', async () => {
    const on = setUp({ path: '/shop/', maxSessionSeconds: 7200, description: 'web servers' });
    const { Role } = await on.perform<GetRoleCommandOutput>('GetRole', { RoleName: 'Web' });
    expect(Role).toMatchObject({
      Arn: `arn:aws:iam::${ACCOUNT}:role/shop/Web`,
      Path: '/shop/',
      MaxSessionDuration: 7200,
      Description: 'web servers',
      CreateDate: new Date(START),
      Tags: [{ Key: 'team', Value: 'shop' }],
    });
    expect(Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(trust);
  });

  it.each([
    ['GetRole', {}],
    ['ListAttachedRolePolicies', {}],
    ['ListRoleTags', {}],
    ['PutRolePolicy', { PolicyName: 'x', PolicyDocument: JSON.stringify(deny) }],
    ['AttachRolePolicy', { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/p` }],
    ['TagRole', { Tags: [] }],
  ])('%s refuses a role that does not exist with NoSuchEntity and 404', async (name, more) => {
    const on = setUp();
    await expect(on.perform(name, { RoleName: 'Nobody', ...more })).rejects.toMatchObject({
      code: 'NoSuchEntity',
      status: 404,
    });
    expect(on.checks).toMatchObject([
      { action: `iam:${name}`, resource: `arn:aws:iam::${ACCOUNT}:role/Nobody` },
    ]);
  });

  it.each([
    ['PutRolePolicy', { PolicyName: 'x', PolicyDocument: JSON.stringify(deny) }],
    ['DeleteRolePolicy', { PolicyName: 'x' }],
    ['AttachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' }],
    ['DetachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' }],
    ['TagRole', { Tags: [{ Key: 'a', Value: 'b' }] }],
    ['UntagRole', { TagKeys: ['a'] }],
    ['UpdateAssumeRolePolicy', { PolicyDocument: JSON.stringify(trust) }],
  ])('%s leaves a service-linked role and one of Identity Center alone', async (name, more) => {
    for (const spec of [
      { name: 'AWSServiceRoleForAutoScaling', path: '/aws-service-role/autoscaling.amazonaws.com/' },
      { name: 'AWSReservedSSO_Admin_0123456789abcdef', path: '/aws-reserved/sso.amazonaws.com/eu-west-1/' },
    ]) {
      const on = setUp(spec);
      await expect(on.perform(name, { RoleName: on.role.name, ...more })).rejects.toMatchObject({
        code: 'UnmodifiableEntity',
        message: `Cannot perform the operation on the protected role '${spec.name}' - this role is only modifiable by AWS`,
      });
    }
  });

  it('lists roles under a path, by name and page by page, without boundary and tags', async () => {
    const on = setUp({ path: '/shop/' });
    const limits = addManagedPolicy(on.world, { account: ACCOUNT, name: 'limits', document: deny });
    const add = (name: string, path: string, more: Partial<RoleSpec> = {}) =>
      addRole(on.world, { account: ACCOUNT, name, path, trust, ...more }, on.making);
    add('Batch', '/shop/', { boundaryArn: limits.arn });
    add('Other', '/');
    const ask = (input: object) => on.perform<ListRolesCommandOutput>('ListRoles', input);
    const first = await ask({ PathPrefix: '/shop/', MaxItems: 1 });
    const second = await ask({ PathPrefix: '/shop/', Marker: first.Marker });
    expect([first, second].map(({ Roles, IsTruncated }) => [Roles?.[0]?.RoleName, IsTruncated])).toEqual([
      ['Batch', true],
      ['Web', false],
    ]);
    expect(first.Roles?.[0]).not.toHaveProperty('PermissionsBoundary');
    expect(second.Roles?.[0]).not.toHaveProperty('Tags');
    expect((await ask({})).Roles).toHaveLength(3);
    expect(on.checks[0]).toEqual({ action: 'iam:ListRoles', resource: '*' });
  });

  it('creates a role and refuses a second one of its name', async () => {
    const on = setUp();
    const wanted = {
      RoleName: 'New',
      AssumeRolePolicyDocument: JSON.stringify(trust),
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    await on.perform('CreateRole', wanted);
    expect(on.state.roles.get('New')).toMatchObject({
      arn: `arn:aws:iam::${ACCOUNT}:role/New`,
      maxSessionSeconds: 3600,
    });
    await expect(on.perform('CreateRole', wanted)).rejects.toMatchObject({
      code: 'EntityAlreadyExists',
      status: 409,
    });
    expect(on.checks[0]?.context).toEqual({ 'aws:TagKeys': ['a'], 'aws:RequestTag/a': 'b' });
  });

  it('refuses to create a role on the path of service-linked roles, which control policies do not bind', async () => {
    const on = setUp();
    const wanted = {
      RoleName: 'New',
      Path: '/aws-service-role/mine.amazonaws.com/',
      AssumeRolePolicyDocument: JSON.stringify(trust),
    };
    await expect(on.perform('CreateRole', wanted)).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining('reserved for service-linked roles'),
    });
    expect(on.state.roles.has('New')).toBe(false);
  });

  it('replaces the trust policy, which is what sts then asks', async () => {
    const on = setUp();
    const open = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }],
    };
    await on.perform('UpdateAssumeRolePolicy', { RoleName: 'Web', PolicyDocument: JSON.stringify(open) });
    expect(
      on.resourcePolicy(on.role.arn, 'sts:AssumeRole')?.policy?.statements[0]?.principal?.entries,
    ).toEqual([{ kind: 'anyone' }]);
    expect(on.resourcePolicy(on.role.arn, 'sts:AssumeRole')?.mode).toBe('must-allow');
    await expect(
      on.perform('UpdateAssumeRolePolicy', { RoleName: 'Web', PolicyDocument: JSON.stringify(deny) }),
    ).rejects.toMatchObject({ code: 'MalformedPolicyDocument' });
  });

  it('has a trust policy for its own roles only', () => {
    const on = setUp();
    expect(on.resourcePolicy(`arn:aws:iam::${ACCOUNT}:role/Nobody`, 'sts:AssumeRole')).toBeUndefined();
    expect(on.resourcePolicy('arn:aws:s3:::bucket')).toBeUndefined();
  });

  it('refuses a member that it does not implement, by name', async () => {
    await expect(setUp().perform('GetRole', { RoleName: 'Web', Strange: 1 })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
      message: /Strange/,
    });
  });
});

describe('inline policies', () => {
  it('puts, gives, lists and deletes a policy', async () => {
    const on = setUp();
    await on.perform('PutRolePolicy', {
      RoleName: 'Web',
      PolicyName: 'AWSRevokeOlderSessions',
      PolicyDocument: JSON.stringify(deny),
    });
    const given = await on.perform<GetRolePolicyCommandOutput>('GetRolePolicy', {
      RoleName: 'Web',
      PolicyName: 'AWSRevokeOlderSessions',
    });
    expect(JSON.parse(decodeURIComponent(given.PolicyDocument ?? ''))).toEqual(deny);
    expect(await on.perform('ListRolePolicies', { RoleName: 'Web' })).toEqual({
      PolicyNames: ['AWSRevokeOlderSessions'],
      IsTruncated: false,
    });
    await on.perform('DeleteRolePolicy', { RoleName: 'Web', PolicyName: 'AWSRevokeOlderSessions' });
    expect(on.role.inline.size).toBe(0);
    await expect(
      on.perform('DeleteRolePolicy', { RoleName: 'Web', PolicyName: 'AWSRevokeOlderSessions' }),
    ).rejects.toMatchObject({ code: 'NoSuchEntity' });
  });

  it.each([
    ['text that is not JSON', '{'],
    [
      'an unknown element',
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Actions: '*', Resource: '*' }] }),
    ],
    ['a principal', JSON.stringify(trust)],
  ])('refuses %s as malformed', async (_what, text) => {
    await expect(
      setUp().perform('PutRolePolicy', { RoleName: 'Web', PolicyName: 'p', PolicyDocument: text }),
    ).rejects.toMatchObject({ code: 'MalformedPolicyDocument' });
  });

  it('counts all inline policies of a role, without white space, against 10,240 characters', async () => {
    const on = setUp();
    const sized = (characters: number, space = '') => {
      const text = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::' }],
      });
      return text.replace('s3:::', `s3:::${'b'.repeat(characters - text.length)}`) + space;
    };
    const put = (name: string, text: string) =>
      on.perform('PutRolePolicy', { RoleName: 'Web', PolicyName: name, PolicyDocument: text });
    await put('first', sized(5120, ' '.repeat(500)));
    await put('second', sized(5120));
    await expect(put('third', sized(100))).rejects.toMatchObject({ code: 'LimitExceeded', status: 409 });
    await put('second', sized(5000));
    await put('third', sized(120));
  });
});

describe('managed policies', () => {
  it('attaches ten and refuses the eleventh; attaching again changes nothing', async () => {
    const on = setUp();
    const arns = Array.from(
      { length: 11 },
      (_, index) => addManagedPolicy(on.world, { account: ACCOUNT, name: `p${index}`, document: deny }).arn,
    );
    for (const arn of arns.slice(0, 10))
      await on.perform('AttachRolePolicy', { RoleName: 'Web', PolicyArn: arn });
    await on.perform('AttachRolePolicy', { RoleName: 'Web', PolicyArn: arns[0] });
    await expect(
      on.perform('AttachRolePolicy', { RoleName: 'Web', PolicyArn: arns[10] }),
    ).rejects.toMatchObject({ code: 'LimitExceeded' });
    expect(on.role.attached).toEqual(arns.slice(0, 10));
    expect(on.checks[0]?.context).toMatchObject({
      'iam:PolicyARN': arns[0],
      'aws:ResourceTag/team': 'shop',
      'iam:ResourceTag/team': 'shop',
    });
    const listed = await on.perform<ListAttachedRolePoliciesCommandOutput>('ListAttachedRolePolicies', {
      RoleName: 'Web',
      MaxItems: 6,
    });
    const rest = await on.perform<ListAttachedRolePoliciesCommandOutput>('ListAttachedRolePolicies', {
      RoleName: 'Web',
      Marker: listed.Marker,
    });
    expect([
      listed.AttachedPolicies?.length,
      listed.IsTruncated,
      rest.AttachedPolicies?.length,
      rest.IsTruncated,
    ]).toEqual([6, true, 4, false]);
  });

  it('knows the AWS managed policies that it holds and throws for others by name', async () => {
    const on = setUp();
    await on.perform('AttachRolePolicy', {
      RoleName: 'Web',
      PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    });
    expect(
      on.state.managedPolicies.get('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole')
        ?.document.statements[0]?.action.patterns,
    ).toContain('logs:PutLogEvents');
    await expect(
      on.perform('AttachRolePolicy', {
        RoleName: 'Web',
        PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
    ).rejects.toThrow(/AdministratorAccess/);
  });

  it('refuses a policy that does not exist and detaches only what is attached', async () => {
    const on = setUp();
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/none`;
    await expect(on.perform('AttachRolePolicy', { RoleName: 'Web', PolicyArn })).rejects.toMatchObject({
      code: 'NoSuchEntity',
    });
    await expect(on.perform('DetachRolePolicy', { RoleName: 'Web', PolicyArn })).rejects.toMatchObject({
      code: 'NoSuchEntity',
    });
  });
});

describe('tags', () => {
  it('tags, lists and untags with the keys that policies ask for', async () => {
    const on = setUp();
    await on.perform('TagRole', { RoleName: 'Web', Tags: [{ Key: 'case', Value: '7' }] });
    const { Tags } = await on.perform<ListRoleTagsCommandOutput>('ListRoleTags', { RoleName: 'Web' });
    expect(Tags).toEqual([
      { Key: 'team', Value: 'shop' },
      { Key: 'case', Value: '7' },
    ]);
    await on.perform('UntagRole', { RoleName: 'Web', TagKeys: ['team'] });
    expect([...on.role.tags]).toEqual([['case', '7']]);
    expect(on.checks[0]?.context).toMatchObject({ 'aws:TagKeys': ['case'], 'aws:RequestTag/case': '7' });
    expect(on.checks[2]?.context).toMatchObject({ 'aws:TagKeys': ['team'], 'aws:ResourceTag/team': 'shop' });
  });

  it('takes keys that differ in case alone for one key', async () => {
    const on = setUp();
    await on.perform('TagRole', { RoleName: 'Web', Tags: [{ Key: 'Team', Value: 'other' }] });
    expect([...on.role.tags]).toEqual([['Team', 'other']]);
    await expect(
      on.perform('TagRole', {
        RoleName: 'Web',
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      }),
    ).rejects.toMatchObject({ code: 'ValidationError' });
    await on.perform('UntagRole', { RoleName: 'Web', TagKeys: ['TEAM'] });
    expect(on.role.tags.size).toBe(0);
  });

  it('refuses a 51st tag and a key that AWS keeps', async () => {
    const on = setUp({
      tags: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v'])),
    });
    await expect(
      on.perform('TagRole', { RoleName: 'Web', Tags: [{ Key: 'more', Value: '' }] }),
    ).rejects.toMatchObject({ code: 'LimitExceeded' });
    await expect(
      on.perform('TagRole', { RoleName: 'Web', Tags: [{ Key: 'aws:x', Value: '' }] }),
    ).rejects.toMatchObject({ code: 'ValidationError' });
    await on.perform('TagRole', { RoleName: 'Web', Tags: [{ Key: 'k0', Value: 'new' }] });
    expect(on.role.tags.get('k0')).toBe('new');
  });
});

describe('instance profiles', () => {
  it('gives a profile with its role', async () => {
    const on = setUp();
    const profile = addInstanceProfile(
      on.world,
      { account: ACCOUNT, name: 'WebProfile', roleName: 'Web' },
      on.making,
    );
    const { InstanceProfile } = await on.perform<GetInstanceProfileCommandOutput>('GetInstanceProfile', {
      InstanceProfileName: 'WebProfile',
    });
    expect(InstanceProfile).toMatchObject({
      Arn: profile.arn,
      InstanceProfileId: profile.profileId,
      Roles: [{ RoleName: 'Web', Arn: on.role.arn }],
    });
    expect(profile.profileId).toMatch(/^AIPA/);
    const held = await on.perform<ListInstanceProfilesForRoleCommandOutput>('ListInstanceProfilesForRole', {
      RoleName: 'Web',
    });
    expect(held.InstanceProfiles?.map(({ Arn }) => Arn)).toEqual([profile.arn]);
    await expect(on.perform('GetInstanceProfile', { InstanceProfileName: 'None' })).rejects.toMatchObject({
      code: 'NoSuchEntity',
    });
  });
});
