import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { compile } from '@cordon/iam';
import { sessionDenyPolicyName } from '@cordon/incident';
import { iamState, instanceCredentials } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { bounding, writing, writingTemplates } from '../simulation/write-role-policy.ts';
import { quietStage, type ReleaseStage } from './release-stage.ts';

const GIVE_UP = { giveUp: ['restore-profile'] };
const READS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }],
});
type Keys = ReturnType<typeof instanceCredentials>;

const roleOf = ({ organization, suspect }: Pick<ReleaseStage, 'organization' | 'suspect'>) => {
  const name = suspect.roleArn?.split('/').at(-1) ?? '';
  const role = organization.world.of(iamState, suspect.account, '').roles.get(name);
  if (role === undefined) throw new Error('the suspect has no role');
  return role;
};

/** Writes an inline policy into the suspect's role, as somebody else with that right would. */
const write = (stage: Pick<ReleaseStage, 'organization' | 'suspect'>, name: string, text: string): void => {
  const policy = compile(JSON.parse(text), name);
  stage.organization.world.of(iamState, stage.suspect.account, '').texts.set(policy, text);
  roleOf(stage).inline.set(name, policy);
};

/** A contained instance whose role may read EC2, and what was taken from it and from a sibling before. */
const robbed = async (of: { config?: typeof writing; fails?: () => boolean; dies?: () => boolean } = {}) => {
  const taken: { stolen?: Keys; siblings?: Keys } = {};
  const { config, fails, dies } = of;
  const stage = await quietStage({
    ...(config === undefined ? {} : { config, templates: writingTemplates(config) }),
    weather: {
      dies: (name) => name === 'cordon-release' && dies?.() === true,
      faults: ({ operation, caller }) =>
        operation === 'PutRolePolicy' && caller.includes('cordon-release') && fails?.() === true
          ? { kind: 'lost-reply' }
          : undefined,
    },
    furnish: (organization, suspect) => {
      write({ organization, suspect }, 'reads', READS);
      const { account, region } = suspect;
      taken.stolen = instanceCredentials(organization, suspect, 'elsewhere');
      const instanceId = suspect.siblings[0] ?? '';
      taken.siblings = instanceCredentials(organization, { account, region, instanceId });
    },
  });
  const { stolen, siblings } = taken;
  if (stolen === undefined || siblings === undefined) throw new Error('nothing was taken');
  return { stage, stolen, siblings };
};

/** What AWS says to a call with these credentials. */
const said = async ({ organization, suspect }: ReleaseStage, credentials: Keys): Promise<string> => {
  const { requestHandler } = organization;
  const { region } = suspect;
  const ec2 = new EC2Client({ region, credentials, requestHandler, maxAttempts: 1 });
  return organization
    .during(() => ec2.send(new DescribeInstancesCommand({})))
    .then(
      () => 'allowed',
      (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
    );
};

/** The owner gives the host its former profile back; what its metadata service gives then. */
const givenBack = (stage: ReleaseStage): Keys => {
  const { organization, suspect, before, ec2 } = stage;
  const associationId = 'iip-assoc-0c0ffee0000000001';
  const profiles = organization.world.of(iamState, suspect.account, '').instanceProfiles.values();
  ec2.profileAssociations.clear();
  ec2.profileAssociations.set(associationId, {
    associationId,
    instanceId: suspect.instanceId,
    profileArn: before.profile,
    profileId: [...profiles].find(({ arn }) => arn === before.profile)?.profileId ?? '',
    state: 'associated',
  });
  return instanceCredentials(organization, suspect);
};

const DENIED = 'UnauthorizedOperation';
const MINUTE = 1 / 60;
const boundOf = (plan: Awaited<ReturnType<ReleaseStage['show']>>) =>
  plan.steps.find(({ kind }) => kind === 'bound-session-deny');

describe('a release where denies are written into the role', () => {
  it('gives the host a role that works, while what was stolen stays denied and a sibling never notices', async () => {
    const { stage, stolen, siblings } = await robbed({ config: writing });
    expect([await said(stage, stolen), await said(stage, siblings)]).toEqual([DENIED, 'allowed']);

    const done = await stage.perform(await stage.show(), GIVE_UP);
    expect(done.status).toBe('released');
    await stage.hours(MINUTE);
    expect(await said(stage, givenBack(stage))).toBe('allowed');
    expect([await said(stage, stolen), await said(stage, siblings)]).toEqual([DENIED, 'allowed']);

    await stage.hours(13);
    expect(stage.standing().role).toEqual(stage.before.role);
    await stage.organization.close();
  });

  it('bounds nothing, and lifts the whole, when the old credentials have expired by then', async () => {
    const { stage } = await robbed({ config: writing });
    await stage.hours(13);
    const plan = await stage.show();
    expect(boundOf(plan)).toMatchObject({ decision: 'already' });
    expect(await stage.perform(plan, GIVE_UP)).toMatchObject({ status: 'released' });
    expect(stage.standing().role).toEqual(stage.before.role);
    await stage.organization.close();
  });

  it('leaves a text that somebody else put under the name, and says so', async () => {
    const { stage } = await robbed({ config: writing });
    write(stage, sessionDenyPolicyName(stage.suspect.instanceId), READS);
    const plan = await stage.show();
    expect(plan.steps.find(({ kind }) => kind === 'lift-session-deny')).toMatchObject({
      decision: 'drifted',
      now: 'a policy of our name with another text',
    });
    expect(await stage.perform(plan, GIVE_UP)).toMatchObject({ status: 'partly-released' });
    expect([...roleOf(stage).inline.keys()]).toContain(sessionDenyPolicyName(stage.suspect.instanceId));
    await stage.organization.close();
  });
});

describe('a release where denies go by the fixed policy, and it may bound them', () => {
  it('writes the bound beside the whole deny, and takes that away when IAM knows the bound everywhere', async () => {
    const { stage, stolen, siblings } = await robbed({ config: bounding });
    const done = await stage.perform(await stage.show(), GIVE_UP);
    expect(done.status).toBe('released');
    await stage.hours(MINUTE);
    // Both stand: neither what was stolen nor the host has a moment without one.
    const [early, name] = [givenBack(stage), sessionDenyPolicyName(stage.suspect.instanceId)];
    expect([await said(stage, stolen), await said(stage, early)]).toEqual([DENIED, DENIED]);
    expect([...roleOf(stage).inline.keys()]).toContain(name);
    expect([...roleOf(stage).tags.values()]).toContain(stage.suspect.instanceId);

    await stage.hours(30 * MINUTE);
    expect([...roleOf(stage).tags.values()]).not.toContain(stage.suspect.instanceId);
    expect([await said(stage, early), await said(stage, givenBack(stage))]).toEqual(['allowed', 'allowed']);
    expect([await said(stage, stolen), await said(stage, siblings)]).toEqual([DENIED, 'allowed']);

    await stage.hours(11);
    expect([...roleOf(stage).inline.keys()]).toContain(name);
    await stage.hours(2);
    expect(stage.standing().role).toEqual(stage.before.role);
    expect([...stage.rows().keys()].filter((key) => key.startsWith('to-lift'))).toEqual([]);
    await stage.organization.close();
  });

  it('writes one bound though the reply is lost, and keeps it when the release is asked for twice', async () => {
    let lost = 1;
    const { stage, stolen } = await robbed({ config: bounding, fails: () => (lost -= 1) === 0 });
    const plan = await stage.show();
    const [first, second] = [await stage.perform(plan, GIVE_UP), await stage.perform(plan, GIVE_UP)];
    expect([first.status, second.status]).toEqual(['released', 'released']);
    expect([...roleOf(stage).inline.keys()].filter((name) => name.startsWith('cordon-'))).toHaveLength(1);
    expect(lost).toBeLessThan(1);
    expect(await said(stage, stolen)).toBe(DENIED);
    await stage.organization.close();
  });

  it.each([9, 13, 17, 21, 25, 29, 33])(
    'denies what was stolen whenever it dies (here before call %i), and is resumed',
    async (at) => {
      let left = Number.POSITIVE_INFINITY;
      const { stage, stolen } = await robbed({ config: bounding, dies: () => (left -= 1) === 0 });
      const plan = await stage.show();
      left = at;
      await stage.perform(plan, GIVE_UP).catch(() => undefined);
      left = Number.POSITIVE_INFINITY;
      expect(await said(stage, stolen)).toBe(DENIED);
      expect(await stage.perform(plan, GIVE_UP)).toMatchObject({ status: 'released' });
      expect(await said(stage, stolen)).toBe(DENIED);
      await stage.hours(MINUTE * 30);
      expect(await said(stage, givenBack(stage))).toBe('allowed');
      expect(await said(stage, stolen)).toBe(DENIED);
      await stage.hours(13);
      expect(stage.standing().role).toEqual(stage.before.role);
      await stage.organization.close();
    },
  );

  it('leaves the whole deny and says so when the role has no room for the bound', async () => {
    const { stage } = await robbed({ config: bounding });
    const text = READS.replace('"*"', `"arn:aws:s3:::${'x'.repeat(10_000)}"`);
    write(stage, 'long', text);
    const done = await stage.perform(await stage.show(), GIVE_UP);
    expect(done.status).toBe('partly-released');
    expect(JSON.stringify(done)).toContain('has no room for another inline policy: the whole deny stays');
    expect([...roleOf(stage).tags.values()]).toContain(stage.suspect.instanceId);
    await stage.organization.close();
  });
});

describe('a release that may not bound', () => {
  it('says that the former role does not work until then, and what works at once', async () => {
    const { stage, stolen } = await robbed();
    const plan = await stage.show();
    expect(boundOf(plan)).toBeUndefined();
    const deny = plan.steps.find(({ kind }) => kind === 'lift-session-deny');
    expect(deny).toMatchObject({ decision: 'later' });
    expect(deny?.because).toContain('containment.boundAtRelease');
    expect(deny?.byHand).toContain('--iam-instance-profile Name=PROFILE-OF-ANOTHER-ROLE');
    await stage.perform(plan, GIVE_UP);
    expect([await said(stage, stolen), await said(stage, givenBack(stage))]).toEqual([DENIED, DENIED]);
    await stage.organization.close();
  });
});
