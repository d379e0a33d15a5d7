import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { compile } from '@cordon/iam';
import { ISOLATION_GROUP_NAME, SESSION_DENY_TAG_KEYS } from '@cordon/incident';
import {
  addManagedPolicy,
  addRole,
  ec2State,
  iamState,
  instanceCredentials,
  type Organization,
} from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { writing, writingTemplates } from '../simulation/write-role-policy.ts';
import { openDesk, type Desk, type DeskOptions } from './desk.ts';
import { sessionVerdict } from './session-verdict.ts';

const SESSION = 'nightly-report';
const allow = (Action: string, more: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, ...more }],
});
const LONG = JSON.stringify(allow('s3:GetObject', { Resource: `arn:aws:s3:::${'x'.repeat(10_000)}` }));

type Role = ReturnType<typeof roleIn>;

const roleIn = ({ world }: Organization, arn: string) => {
  const role = world.of(iamState, arn.split(':')[4] ?? '', '').roles.get(arn.split('/').at(-1) ?? '');
  if (role === undefined) throw new Error(`there is no role ${arn}`);
  return role;
};

const write = ({ world }: Organization, role: Role, [name, text]: readonly [string, string]): void => {
  const policy = compile(JSON.parse(text), name);
  world.of(iamState, role.arn.split(':')[4] ?? '', '').texts.set(policy, text);
  role.inline.set(name, policy);
};

/** What fills a role up, by what it lacks then. */
const FULL: Readonly<Record<string, (organization: Organization, role: Role) => void>> = {
  'room for another managed policy': ({ world }, { arn, attached }) => {
    const account = arn.split(':')[4] ?? '';
    const document = allow('sqs:ListQueues', { Resource: '*' });
    while (attached.length < 10)
      attached.push(addManagedPolicy(world, { account, name: `filler-${attached.length}`, document }).arn);
  },
  'room for another inline policy': (organization, role) => write(organization, role, ['long', LONG]),
  'room for another tag': (_organization, { tags }) => {
    while (tags.size < 50) tags.set(`team-${tags.size}`, 'x');
  },
  'a free mark': (_organization, { tags }) => {
    for (const key of SESSION_DENY_TAG_KEYS) tags.set(key, `i-0bbbbbbbbbbbbbb${key.at(-1)}0`);
  },
};

const RECIPE = { config: writing, templates: writingTemplates() };

/** An instance from which the attacker assumed a role of another account, made to measure, before the finding. */
const chained = async (
  of: { readonly path?: string; readonly name?: string; readonly full?: string },
  options: DeskOptions = {},
): Promise<{ readonly desk: Desk; readonly role: Role }> => {
  const made: { role?: Role } = {};
  const desk = await openDesk({
    scenario: 'role-chain',
    ...options,
    furnish: async ({ organization, suspects, roleChain }) => {
      const [suspect] = suspects;
      const account = roleChain?.roleArn.split(':')[4] ?? '';
      if (suspect?.roleArn === undefined) throw new Error('the suspect has no role');
      const making = { ids: organization.ids, now: organization.timeline.now() };
      const { name = 'publisher-2', path = '/' } = of;
      const trust = allow('sts:AssumeRole', { Principal: { AWS: suspect.roleArn } });
      const publish = allow('s3:PutObject', { Resource: `arn:aws:s3:::site-${account}/*` });
      const role = addRole(organization.world, { account, name, path, trust, inline: { publish } }, making);
      made.role = role;
      const may = JSON.stringify(allow('sts:AssumeRole', { Resource: role.arn }));
      write(organization, roleIn(organization, suspect.roleArn), ['may-publish-2', may]);
      const credentials = instanceCredentials(organization, suspect, 'elsewhere');
      const { requestHandler } = organization;
      const sts = new STSClient({ region: suspect.region, credentials, requestHandler, maxAttempts: 1 });
      await organization.during(() =>
        sts.send(new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: SESSION })),
      );
      FULL[of.full ?? '']?.(organization, role);
    },
  });
  await desk.organization.run();
  if (made.role === undefined) throw new Error('no role was made');
  return { desk, role: made.role };
};

/** The instance's own role, made full. */
const own = async (full: string, options: DeskOptions = {}) => {
  const desk = await openDesk({
    scenario: 'richest',
    ...options,
    furnish: ({ organization, suspects }) =>
      FULL[full]?.(organization, roleIn(organization, suspects[0]?.roleArn ?? '')),
  });
  await desk.organization.run();
  return { desk, role: roleIn(desk.organization, desk.suspect.roleArn ?? '') };
};

/** The reasons for which a person was called. */
const called = ({ organization }: Desk): string =>
  organization.journal.events
    .flatMap(({ event }) => {
      const detail = event['detail'] as { kind?: string; reasons?: readonly string[] } | undefined;
      return detail?.kind === 'needs-a-person' ? (detail.reasons ?? []) : [];
    })
    .join('\n');

const isIsolated = ({ organization, suspect }: Desk): boolean => {
  const ec2 = organization.world.of(ec2State, suspect.account, suspect.region);
  return suspect.networkInterfaceIds.every((id) =>
    (ec2.networkInterfaces.get(id)?.groups ?? []).every(
      (group) => ec2.securityGroups.get(group)?.name === ISOLATION_GROUP_NAME,
    ),
  );
};

/** Whether a session of a role may write the site of its account, wherever it is used. */
const verdictOf = ({ organization, config }: Desk, role: Role, sessionName: string): string =>
  sessionVerdict(organization, role, {
    sessionName,
    action: 's3:PutObject',
    resource: `arn:aws:s3:::site-${role.arn.split(':')[4] ?? ''}/index.html`,
    region: config.homeRegion,
  });

/** The document of the command that people are told. */
const documentIn = (text: string, member: 'policy-document' | 'content'): string =>
  new RegExp(`--${member} '([^']+)'`).exec(text)?.[1] ?? '';

describe("the instance's own role without room", () => {
  it.each([
    ['room for another managed policy', {}, 'aws iam put-role-policy'],
    ['room for another tag', {}, 'aws iam put-role-policy'],
    ['a free mark', {}, 'aws iam put-role-policy'],
    ['room for another inline policy', RECIPE, 'aws iam tag-role'],
  ])(
    'for want of %s: contained else, and a person is called with the command',
    async (lacks, options, command) => {
      const { desk } = await own(lacks, options);
      expect(called(desk)).toMatch(/deny-sessions refused: .* are NOT denied/);
      expect(called(desk)).toContain(command);
      expect(desk.kinds()).not.toContain('contained');
      expect(isIsolated(desk)).toBe(true);
      await desk.organization.close();
    },
  );

  it('is denied by the command that people are told, and a sibling is not', async () => {
    const { desk, role } = await own('room for another managed policy');
    const text = documentIn(called(desk), 'policy-document');
    write(desk.organization, role, ['reads', JSON.stringify(allow('s3:PutObject', { Resource: '*' }))]);
    expect(verdictOf(desk, role, desk.suspect.instanceId)).toBe('allow');
    write(desk.organization, role, ['told', text]);
    expect(verdictOf(desk, role, desk.suspect.instanceId)).toBe('deny');
    expect(verdictOf(desk, role, desk.suspect.siblings[0] ?? '')).toBe('allow');
    await desk.organization.close();
  });
});

describe('a role that the instance assumed, and that takes no deny', () => {
  it.each([
    ['room for another managed policy', {}, 'aws iam put-role-policy'],
    ['room for another inline policy', RECIPE, 'aws iam tag-role'],
  ])('for want of %s: a person is called with the command', async (lacks, options, command) => {
    const { desk, role } = await chained({ full: lacks }, options);
    expect(called(desk)).toMatch(
      /deny-chained-session:\w+ refused: sessions "nightly-report" .* are NOT denied/,
    );
    expect(called(desk)).toContain(`${command} --role-name 'publisher-2'`);
    expect(verdictOf(desk, role, SESSION)).toBe('allow');
    await desk.organization.close();
  });

  it('is denied by the command that people are told, under that name alone', async () => {
    const { desk, role } = await chained({ full: 'room for another managed policy' });
    write(desk.organization, role, ['told', documentIn(called(desk), 'policy-document')]);
    expect(verdictOf(desk, role, SESSION)).toBe('deny');
    expect(verdictOf(desk, role, 'another')).toBe('allow');
    await desk.organization.close();
  });

  it.each([
    [
      'of Identity Center',
      '/aws-reserved/sso.amazonaws.com/eu-west-1/',
      'AWSReservedSSO_Deploy_0123456789abcdef',
      'aws organizations create-policy --type SERVICE_CONTROL_POLICY',
      true,
    ],
    [
      'of a service',
      '/aws-service-role/autoscaling.amazonaws.com/',
      'AWSServiceRoleForX',
      "nothing denies a service-linked role's sessions",
      false,
    ],
  ])(
    '%s is not touched, and a person is called with what can be done',
    async (_whose, path, name, told, names) => {
      const { desk, role } = await chained({ path, name });
      expect(called(desk)).toMatch(/session "nightly-report" of \S+ is NOT denied: role \S+ is under/);
      expect(called(desk)).toContain(told);
      expect([...role.tags.keys(), ...role.inline.keys()]).toEqual(['publish']);
      expect(role.attached).toEqual([]);
      const text = documentIn(called(desk), 'content');
      expect(text.includes(`${role.roleId}:${SESSION}`)).toBe(names);
      await desk.organization.close();
    },
  );
});
