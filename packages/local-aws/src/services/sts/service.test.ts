import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { decide } from '../../core/authorize.ts';
import { Identities } from '../../core/identities.ts';
import { seededIds } from '../../core/ids.ts';
import type { Caller } from '../../core/operation.ts';
import { addInstance } from '../ec2/build-instance.ts';
import { addImage, addSecurityGroup, addSubnet, addVpc } from '../ec2/build.ts';
import { ec2State } from '../ec2/state.ts';
import { addManagedPolicy, addRole, type RoleSpec } from '../iam/build.ts';
import { iamService } from '../iam/service.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, START, testWorld } from '../testing.ts';
import { instanceSession } from './instance-session.ts';
import { roleSession } from './role-session.ts';
import { stsService } from './service.ts';

const statement = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  ...more,
});
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const from = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/Source` } };
const everything = policy(statement('sts:*', { Resource: '*' }));

/** A role Source in ACCOUNT and a role Target in OTHER_ACCOUNT, authorized by the engine as the gateway does it. */
const setUp = (target: Partial<RoleSpec> = {}, source: Partial<RoleSpec> = {}) => {
  const world = testWorld();
  const making = { ids: seededIds('roles'), now: START };
  const trusting = {
    trust: policy(statement(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], from)),
  };
  const Source = addRole(
    world,
    {
      account: ACCOUNT,
      name: 'Source',
      trust: policy(statement('sts:AssumeRole', { Principal: { Service: 'lambda.amazonaws.com' } })),
      inline: { all: everything },
      ...source,
    },
    making,
  );
  const Target = addRole(
    world,
    {
      account: OTHER_ACCOUNT,
      name: 'Target',
      path: '/duty/',
      ...trusting,
      maxSessionSeconds: 43_200,
      ...target,
    },
    making,
  );
  const identities = new Identities(making.ids);
  const caller = roleSession(world, Source, { name: 'run', now: START });
  const at = { caller };
  const on = bench(
    stsService,
    {
      caller,
      decide: (check) =>
        decide(
          { world, services: [iamService, stsService], caller: at.caller, region: REGION, now: START },
          check,
        ).verdict,
      host: { issueCredentials: (session, seconds) => identities.issue(session, START, seconds) },
    },
    world,
  );
  const assume = async (input: object = {}, as: Caller = caller) => {
    at.caller = as;
    const answer = await on.perform<AssumeRoleCommandOutput>(
      'AssumeRole',
      { RoleArn: Target.arn, RoleSessionName: 'incident-1', ...input },
      { caller: as },
    );
    const session = identities.find(answer.Credentials?.AccessKeyId ?? '')?.caller;
    if (session === undefined) throw new Error('no credentials were issued');
    return { answer, session };
  };
  return { ...on, world, Source, Target, caller, assume, making };
};

describe('AssumeRole', () => {
  it('gives credentials of the role, whose session ARN leaves out the path', async () => {
    const { assume, Target } = setUp();
    const { answer, session } = await assume();
    expect(answer.AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/Target/incident-1`,
      AssumedRoleId: `${Target.roleId}:incident-1`,
    });
    expect(answer.Credentials?.Expiration).toEqual(new Date(START + 3_600_000));
    expect(session).toMatchObject({
      account: OTHER_ACCOUNT,
      principal: { kind: 'role-session', roleArn: Target.arn, sessionName: 'incident-1' },
    });
    expect(session.context).toEqual({ 'aws:TokenIssueTime': '2026-01-01T00:00:00Z' });
  });

  it('asks three questions of the trust policy when tags and a source identity are passed', async () => {
    const { assume, checks, Target } = setUp();
    const { session } = await assume({
      Tags: [{ Key: 'CaseId', Value: '7' }],
      TransitiveTagKeys: ['CaseId'],
      SourceIdentity: 'alice',
      ExternalId: 'x1',
    });
    expect(checks.map(({ action, resource, account }) => [action, resource, account])).toEqual(
      ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'].map((action) => [
        action,
        Target.arn,
        OTHER_ACCOUNT,
      ]),
    );
    expect(checks[0]?.context).toMatchObject({
      'sts:ExternalId': 'x1',
      'sts:RoleSessionName': 'incident-1',
      'sts:SourceIdentity': 'alice',
    });
    expect(checks[1]?.context).toEqual({
      'aws:TagKeys': ['CaseId'],
      'aws:RequestTag/CaseId': '7',
      'sts:TransitiveTagKeys': ['CaseId'],
    });
    expect(session.context).toMatchObject({ 'aws:PrincipalTag/CaseId': '7', 'aws:SourceIdentity': 'alice' });
  });

  const trustOnly = (...actions: readonly string[]) => ({ trust: policy(statement(actions, from)) });
  it.each([
    ['the caller has no permission', {}, { inline: {} }, {}],
    [
      'the trust policy names someone else',
      { trust: policy(statement('sts:*', { Principal: { AWS: OTHER_ACCOUNT } })) },
      {},
      {},
    ],
    [
      'the trust policy does not allow tags',
      trustOnly('sts:AssumeRole'),
      {},
      { Tags: [{ Key: 'a', Value: 'b' }] },
    ],
    [
      'the trust policy does not allow a source identity',
      trustOnly('sts:AssumeRole'),
      {},
      { SourceIdentity: 'alice' },
    ],
    [
      'the external id is another',
      {
        trust: policy(
          statement('sts:AssumeRole', {
            ...from,
            Condition: { StringEquals: { 'sts:ExternalId': 'right' } },
          }),
        ),
      },
      {},
      { ExternalId: 'wrong' },
    ],
    ['the role does not exist', {}, {}, { RoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/None` }],
    ['the role of the own account does not exist', {}, {}, { RoleArn: `arn:aws:iam::${ACCOUNT}:role/None` }],
  ])('is denied when %s', async (_why, target, source, input) => {
    await expect(setUp(target, source).assume(input)).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
    });
  });

  it('is allowed in the same account by a trust policy that names the role, without an identity policy', async () => {
    const { assume, world, making } = setUp({}, { inline: {} });
    const near = addRole(
      world,
      { account: ACCOUNT, name: 'Near', trust: policy(statement('sts:AssumeRole', from)) },
      making,
    );
    await expect(assume({ RoleArn: near.arn })).resolves.toMatchObject({ session: { account: ACCOUNT } });
  });

  it.each([
    ['a session name of one character', { RoleSessionName: 'a' }],
    ['a session name with a slash', { RoleSessionName: 'a/b' }],
    ['no session name', { RoleSessionName: undefined }],
    ['a source identity of one character', { SourceIdentity: 'a' }],
    ['an ARN that is no role', { RoleArn: 'arn:aws:iam::222222222222:user/x' }],
    ['less than 900 seconds', { DurationSeconds: 899 }],
    ['more than 43200 seconds', { DurationSeconds: 43_201 }],
    ['more than an hour in a chain', { DurationSeconds: 3601 }],
    [
      'a session policy over 2,048 characters',
      { Policy: JSON.stringify(policy(statement('s3:*', { Resource: `arn:aws:s3:::${'b'.repeat(2048)}` }))) },
    ],
  ])('refuses %s with ValidationError', async (_what, input) => {
    await expect(setUp().assume(input)).rejects.toMatchObject({ code: 'ValidationError' });
  });

  it('lets credentials of an instance assume a role for longer than an hour, up to what the role allows', async () => {
    const { assume, caller } = setUp({ maxSessionSeconds: 7200 });
    const onInstance: Caller = {
      ...caller,
      context: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:eu-west-1:111111111111:instance/i-0' },
    };
    await expect(assume({ DurationSeconds: 7200 }, onInstance)).resolves.toBeDefined();
    await expect(assume({ DurationSeconds: 7201 }, onInstance)).rejects.toMatchObject({
      message: /MaxSessionDuration/,
    });
  });

  it('refuses the root user of an account', async () => {
    const { assume } = setUp({ trust: policy(statement('sts:AssumeRole', { Principal: { AWS: ACCOUNT } })) });
    await expect(assume({}, rootOf(ACCOUNT))).rejects.toMatchObject({
      code: 'AccessDenied',
      message: /root accounts/,
    });
  });

  it('narrows the session by an inline and a managed policy', async () => {
    const { assume, world } = setUp();
    const narrow = addManagedPolicy(world, {
      account: OTHER_ACCOUNT,
      name: 'narrow',
      document: policy(statement('ec2:*', { Resource: '*' })),
    });
    const { answer, session } = await assume({
      Policy: JSON.stringify(policy(statement('ec2:Describe*', { Resource: '*' }))),
      PolicyArns: [{ arn: narrow.arn }],
    });
    expect(session.sessionPolicies.map(({ name }) => name)).toEqual([narrow.arn, 'session policy']);
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    const asked = (action: string) =>
      decide({ world, services: [], caller: session, region: REGION, now: START }, { action, resource: '*' });
    expect(asked('s3:ListAllMyBuckets').verdict).toBe('deny');
  });

  it.each([
    ['{', 'MalformedPolicyDocument'],
    [JSON.stringify(policy(statement('s3:*', { Resource: '*', Principal: '*' }))), 'MalformedPolicyDocument'],
    [JSON.stringify(policy(statement('s3:*', { Resource: 'arn:aws:s3:::\u4e16' }))), 'ValidationError'],
  ])('refuses the session policy %s with %s', async (Policy, code) => {
    await expect(setUp().assume({ Policy })).rejects.toMatchObject({ code });
  });

  it('refuses policies and tags that together take more than the room there is', async () => {
    const Policy = JSON.stringify(
      policy(statement('s3:*', { Resource: `arn:aws:s3:::${'b'.repeat(1850)}` })),
    );
    await expect(
      setUp().assume({ Policy, Tags: [{ Key: 'k', Value: 'v'.repeat(250) }] }),
    ).rejects.toMatchObject({ code: 'PackedPolicyTooLarge' });
    await expect(setUp().assume({ Policy })).resolves.toBeDefined();
  });

  it('refuses a member that is not implemented, by name', async () => {
    await expect(setUp().assume({ ProvidedContexts: [{}] })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
      message: /ProvidedContexts/,
    });
  });
});

describe('a chain of roles', () => {
  const chain = async (next: Partial<RoleSpec> = {}) => {
    const on = setUp({ inline: { all: everything } });
    const { session } = await on.assume({
      Tags: [
        { Key: 'CaseId', Value: '7' },
        { Key: 'Step', Value: 'a' },
      ],
      TransitiveTagKeys: ['CaseId'],
      SourceIdentity: 'alice',
    });
    const trust = policy(
      statement(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], {
        Principal: { AWS: on.Target.arn },
      }),
    );
    const last = addRole(on.world, { account: ACCOUNT, name: 'Last', trust, ...next }, on.making);
    return {
      ...on,
      session,
      go: (input: object = {}) => on.assume({ RoleArn: last.arn, ...input }, session),
    };
  };

  it('carries transitive tags and the source identity on, and no other tag', async () => {
    const { session } = await (await chain()).go();
    expect(session.context).toEqual({
      'aws:TokenIssueTime': '2026-01-01T00:00:00Z',
      'aws:PrincipalTag/CaseId': '7',
      'aws:SourceIdentity': 'alice',
    });
    expect(session.transitiveTags).toEqual({ CaseId: '7' });
  });

  it.each([
    ['another source identity', { SourceIdentity: 'bob' }, 'AccessDenied'],
    [
      'another value for a transitive tag, in whatever case',
      { Tags: [{ Key: 'caseid', Value: '8' }] },
      'InvalidParameterValue',
    ],
    ['a transitive key without its tag', { TransitiveTagKeys: ['Other'] }, 'InvalidParameterValue'],
    [
      'one tag key twice',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      'InvalidParameterValue',
    ],
  ])('refuses %s', async (_what, input, code) => {
    await expect((await chain()).go(input)).rejects.toMatchObject({ code });
  });

  it('needs sts:SetSourceIdentity in the next trust policy, although the identity was set before', async () => {
    const trust = policy(
      statement(['sts:AssumeRole', 'sts:TagSession'], {
        Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:role/duty/Target` },
      }),
    );
    const { go, checks } = await chain({ trust });
    await expect(go()).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(checks.at(-1)?.action).toBe('sts:SetSourceIdentity');
  });
});

describe('GetCallerIdentity', () => {
  it.each([
    [
      'a role session',
      setUp().caller,
      { Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Source/run` },
    ],
    [
      'the root user',
      rootOf(ACCOUNT),
      { Account: ACCOUNT, UserId: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root` },
    ],
  ])('tells %s who it is, without a check', async (_who, caller, expected) => {
    const on = setUp();
    expect(await on.perform('GetCallerIdentity', {}, { caller })).toMatchObject(expected);
    expect(on.checks).toEqual([]);
  });
});

describe('the credentials of an instance', () => {
  it('are a session named after the instance that says where it came from', () => {
    const { world, making } = setUp();
    const state = world.of(ec2State, ACCOUNT, REGION);
    const vpc = addVpc(state, { cidr: '10.0.0.0/16', ownerId: ACCOUNT }, making.ids);
    const subnet = addSubnet(
      state,
      { vpcId: vpc.vpcId, cidr: '10.0.1.0/24', availabilityZone: 'eu-west-1a' },
      making.ids,
    );
    const group = addSecurityGroup(
      state,
      { name: 'web', description: 'web', vpcId: vpc.vpcId, ownerId: ACCOUNT },
      making.ids,
    );
    const image = addImage(state, { ownerId: ACCOUNT, name: 'linux' }, making.ids);
    const spec = {
      type: 'm7i.large',
      imageId: image.imageId,
      volumes: [],
      launchedAt: START,
      networkInterfaces: [
        { subnetId: subnet.subnetId, groups: [group.groupId], privateIpAddress: '10.0.1.9' },
      ],
    };
    const { instanceId } = addInstance(state, spec, making.ids);
    const at = { account: ACCOUNT, region: REGION, instanceId, roleName: 'Source' };
    const session = instanceSession(world, at, START + 5000);
    expect(session.principal).toMatchObject({
      sessionName: instanceId,
      sessionArn: `arn:aws:sts::${ACCOUNT}:assumed-role/Source/${instanceId}`,
    });
    expect(session.context).toEqual({
      'aws:TokenIssueTime': '2026-01-01T00:00:05Z',
      'ec2:SourceInstanceARN': `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${instanceId}`,
      'aws:Ec2InstanceSourceVpc': vpc.vpcId,
      'aws:Ec2InstanceSourcePrivateIPv4': '10.0.1.9',
    });
    expect(() => instanceSession(world, { ...at, instanceId: 'i-none' }, START)).toThrow(
      /no instance i-none/,
    );
  });
});
