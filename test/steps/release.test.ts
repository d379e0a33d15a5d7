import { ISOLATION_GROUP_NAME } from '@cordon/incident';
import { ec2State, iamState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { quietStage, type ReleaseStage } from './release-stage.ts';

const GIVE_UP = { giveUp: ['restore-profile'] };

/** All but the profile, which nobody of ours may give back. */
const butProfile = ({ profile: _profile, ...rest }: ReleaseStage['before']) => rest;

const [nicOf, groupOf] = [
  (stage: ReleaseStage) => {
    const nic = stage.ec2.networkInterfaces.get(stage.suspect.networkInterfaceIds[0] ?? '');
    if (nic === undefined) throw new Error('the suspect has no interface');
    return nic;
  },
  (stage: ReleaseStage, vpcId: string, except: readonly string[]) =>
    [...stage.ec2.securityGroups.values()].find(
      (group) =>
        group.vpcId === vpcId && group.name !== ISOLATION_GROUP_NAME && !except.includes(group.groupId),
    )?.groupId ?? '',
];

describe('a release of the whole', () => {
  it('leaves the instance byte for byte as it was, and nothing of ours', async () => {
    const stage = await quietStage();
    await stage.hours(13);
    const plan = await stage.show();
    const done = await stage.perform(plan, GIVE_UP);

    expect(done.status).toBe('released');
    expect(butProfile(stage.standing())).toEqual(butProfile(stage.before));
    await stage.settle();
    expect(stage.standing().profile).toBe('');
    expect(stage.kinds().at(-1)).toBe('released');
    const { account, region, instanceId } = stage.suspect;
    expect([...stage.rows().keys()].filter((key) => key.includes(`#${instanceId} open`))).toEqual([]);
    expect(stage.rows().has(`held ${account}#${region}#${instanceId}`)).toBe(false);
    await stage.organization.close();
  });

  it('is closed without giving the profile up once its owner has associated it again', async () => {
    const stage = await quietStage();
    await stage.hours(13);
    const partly = await stage.perform(await stage.show());
    expect(partly.status).toBe('partly-released');
    expect(stage.kinds().at(-1)).toBe('release-unfinished');
    const profile = [
      ...stage.organization.world.of(iamState, stage.suspect.account, '').instanceProfiles.values(),
    ].find(({ arn }) => arn === stage.before.profile);
    stage.ec2.profileAssociations.set('iip-assoc-0c0ffee0000000001', {
      associationId: 'iip-assoc-0c0ffee0000000001',
      instanceId: stage.suspect.instanceId,
      profileArn: stage.before.profile,
      profileId: profile?.profileId ?? '',
      state: 'associated',
    });
    const done = await stage.perform(await stage.show());

    expect(done).toMatchObject({ status: 'released' });
    expect(stage.standing()).toEqual(stage.before);
    await stage.organization.close();
  });

  it('leaves the deny of old sessions until they have expired, and lifts it then without another word', async () => {
    const stage = await quietStage();
    const plan = await stage.show();
    const deny = plan.steps.find(({ kind }) => kind === 'lift-session-deny');
    expect(deny).toMatchObject({ decision: 'later' });
    const done = await stage.perform(plan, GIVE_UP);
    expect(done.status).toBe('released');
    expect(stage.standing().role).not.toEqual(stage.before.role);
    expect(stage.standing().interfaces).toEqual(stage.before.interfaces);

    await stage.hours(13);
    expect(stage.standing().role).toEqual(stage.before.role);
    expect(stage.kinds().filter((kind) => kind === 'released')).toHaveLength(2);
    expect([...stage.rows().keys()].filter((key) => key.startsWith('to-lift'))).toEqual([]);
    await stage.organization.close();
  });
});

describe('a release of some steps', () => {
  it('lifts what was named and nothing else, keeps the tag, and the watch leaves it alone', async () => {
    const stage = await quietStage();
    await stage.hours(13);
    const id = `restore-groups:${nicOf(stage).networkInterfaceId}`;
    const done = await stage.perform(await stage.show(), { steps: [id] });

    expect(done).toMatchObject({ status: 'partly-released', outcomes: [{ id, status: 'done' }] });
    const open = stage.standing().interfaces.filter(({ groups }, index) => {
      expect(groups).toHaveLength(1);
      return stage.before.interfaces[index]?.groups[0] === groups[0];
    });
    expect(open.map(({ networkInterfaceId }) => networkInterfaceId)).toEqual([
      nicOf(stage).networkInterfaceId,
    ]);
    expect(stage.standing().tags.join(' ')).toContain('cordon:incident');
    expect(await stage.watch()).toMatchObject({ looked: 1, drifted: [] });
    await stage.organization.close();
  });
});

describe('what somebody changed since', () => {
  it('is shown, not touched by default, and lifted when it is named', async () => {
    const stage = await quietStage();
    await stage.hours(13);
    const nic = nicOf(stage);
    const id = `restore-groups:${nic.networkInterfaceId}`;
    const own = stage.before.interfaces.find(
      ({ networkInterfaceId }) => networkInterfaceId === nic.networkInterfaceId,
    )?.groups;
    const other = groupOf(stage, nic.vpcId, own ?? []);
    nic.groups = [other];
    const shown = await stage.show();
    expect(shown.steps.find((step) => step.id === id)).toMatchObject({ decision: 'drifted', now: other });

    const partly = await stage.perform(shown, GIVE_UP);
    expect(partly.status).toBe('partly-released');
    expect(nicOf(stage).groups).toEqual([other]);
    expect(stage.standing().tags.join(' ')).toContain('cordon:incident');

    const again = await stage.show();
    const rest = again.steps.filter(({ decision }) => decision === 'restore' || decision === 'drifted');
    const done = await stage.perform(again, { ...GIVE_UP, steps: rest.map((step) => step.id) });
    expect(done.status).toBe('released');
    expect(butProfile(stage.standing())).toEqual(butProfile(stage.before));
    await stage.organization.close();
  });

  it('refuses a plan that is no longer what is there, and a step that changes while it is performed', async () => {
    const stage = await quietStage();
    await stage.hours(13);
    const plan = await stage.show();
    const nic = nicOf(stage);
    const held = nic.groups;
    nic.groups = [groupOf(stage, nic.vpcId, [])];
    expect(await stage.perform(plan)).toMatchObject({ status: 'refused', code: 'hash-differs' });
    expect(
      stage
        .calls()
        .filter(({ caller }) => caller.includes('cordon-release/inc'))
        .map(({ operation }) => operation),
    ).not.toContain('ModifyNetworkInterfaceAttribute');
    nic.groups = held;
    await stage.organization.close();
  });

  it('refuses what it does not know, what cannot be lifted, and what was released already', async () => {
    const stage = await quietStage();
    const plan = await stage.show();
    expect(await stage.ask({ kind: 'show', incidentId: 'inc-0000000000' })).toMatchObject({
      code: 'no-such-incident',
    });
    expect(await stage.perform(plan, { steps: ['restore-groups:eni-0'] })).toMatchObject({
      code: 'no-such-step',
    });
    expect(await stage.perform(plan, { steps: ['restore-profile'] })).toMatchObject({
      code: 'step-not-liftable',
    });
    expect(
      stage
        .calls()
        .filter(
          ({ caller, operation }) =>
            caller.includes('cordon-release') && !/^(Describe|Get|List|Query|AssumeRole)/.test(operation),
        ),
    ).toEqual([]);
    const done = await stage.perform(plan, GIVE_UP);
    expect(done.status).toBe('released');
    expect(await stage.ask({ kind: 'show' })).toMatchObject({ code: 'released-already' });
    expect(await stage.perform({ ...plan, hash: 'f'.repeat(64) })).toMatchObject({
      code: 'released-already',
    });
    const changing = () =>
      stage.calls().filter(({ service, operation }) => service === 'ec2' && !operation.startsWith('Describe'))
        .length;
    const before = changing();
    expect(await stage.perform(plan, GIVE_UP)).toMatchObject({ status: 'released' });
    expect(changing()).toBe(before);
    await stage.organization.close();
  });
});

describe('a release whose process dies, whose calls fail, whose replies are lost', () => {
  it.each(Array.from({ length: 12 }, (_, index) => index * 7 + 1))(
    'is resumed by the same request after a death before call %i, and ends exact',
    async (at) => {
      let left = Number.POSITIVE_INFINITY;
      const stage = await quietStage({
        weather: { dies: (name) => name === 'cordon-release' && (left -= 1) === 0 },
      });
      // Every other one also has the deny of old sessions to lift, whose time has come by then.
      if (at % 2 === 0) await stage.hours(13);
      const plan = await stage.show();
      left = at;
      await stage.perform(plan, GIVE_UP).catch(() => undefined);
      left = Number.POSITIVE_INFINITY;
      const done = await stage.perform(plan, GIVE_UP);

      expect(done).toMatchObject({ status: 'released' });
      if (at % 2 === 1) await stage.hours(13);
      expect(butProfile(stage.standing())).toEqual(butProfile(stage.before));
      await stage.organization.close();
    },
  );

  it('ends exact though it dies again and again, one call later each time', async () => {
    let left = Number.POSITIVE_INFINITY;
    const stage = await quietStage({
      weather: { dies: (name) => name === 'cordon-release' && (left -= 1) === 0 },
    });
    await stage.hours(13);
    const plan = await stage.show();
    let deaths = 0;
    let done: Awaited<ReturnType<typeof stage.perform>> | undefined;
    while (done === undefined && deaths < 200) {
      left = deaths + 1;
      done = await stage.perform(plan, GIVE_UP).catch(() => undefined);
      if (done === undefined) deaths += 1;
    }

    expect(done).toMatchObject({ status: 'released' });
    // Reads alone are more than these: it died before each of the calls that change something, at the first or a later try.
    expect(deaths).toBeGreaterThan(30);
    expect(butProfile(stage.standing())).toEqual(butProfile(stage.before));
    // One that dies when it has told, and before it could say so, tells again.
    expect(stage.kinds()).toContain('released');
    await stage.organization.close();
  });

  it('ends exact though every fourth call of it fails or loses its reply', async () => {
    let on = false;
    let calls = 0;
    const stage = await quietStage({
      weather: {
        faults: ({ caller }) => {
          if (!on || !caller.includes('cordon-release')) return undefined;
          calls += 1;
          return calls % 4 === 0 ? { kind: calls % 8 === 0 ? 'lost-reply' : 'throttled' } : undefined;
        },
      },
    });
    await stage.hours(13);
    const plan = await stage.show();
    on = true;
    let done = await stage.perform(plan, GIVE_UP);
    on = false;
    if (done.status === 'partly-released') done = await stage.perform(await stage.show(), GIVE_UP);

    expect(done).toMatchObject({ status: 'released' });
    expect(butProfile(stage.standing())).toEqual(butProfile(stage.before));
    await stage.organization.close();
  });
});

describe('the other instances', () => {
  it('keep the isolation group while an interface of theirs is in it', async () => {
    const stage = await quietStage();
    await stage.hours(13);
    const [group] = nicOf(stage).groups;
    const sibling = stage.ec2.instances.get(stage.suspect.siblings[0] ?? '');
    const other = [...stage.ec2.networkInterfaces.values()].find(
      (nic) => nic.vpcId === nicOf(stage).vpcId && nic.attachment?.instanceId !== stage.suspect.instanceId,
    );
    if (other === undefined || group === undefined || sibling === undefined)
      throw new Error('there is no interface of another instance in the VPC');
    other.groups = [group];
    const plan = await stage.show();
    expect(plan.steps.find(({ id }) => id === `remove-isolation-group:${nicOf(stage).vpcId}`)).toMatchObject({
      decision: 'kept',
    });
    expect(await stage.perform(plan, GIVE_UP)).toMatchObject({ status: 'released' });
    expect(
      stage.organization.world
        .of(ec2State, stage.suspect.account, stage.suspect.region)
        .securityGroups.has(group),
    ).toBe(true);
    await stage.organization.close();
  });
});
