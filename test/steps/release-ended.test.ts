import { TAGS } from '@cordon/incident';
import { loadBalancingState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { ending } from './allowing.ts';
import { quietStage, type ReleaseStage } from './release-stage.ts';

const GIVE_UP = { giveUp: ['restore-profile'] };
/** All but the profile, which nobody of ours may give back. */
const butProfile = ({ profile: _profile, ...rest }: ReleaseStage['before']) => rest;

describe('a release of an ended host', () => {
  it('attaches its volumes where they were, starts it and protects it again, and has it join its group once it runs', async () => {
    const stage = await quietStage({ scenario: 'crash-and-stop', config: ending });
    expect(stage.standing().devices).toEqual([]);
    expect(stage.before.attributes['disableApiStop']).toBe(true);
    await stage.hours(13);
    const plan = await stage.show();
    const first = await stage.perform(plan, GIVE_UP);
    // Auto Scaling takes nothing in that is only starting.
    expect('outcomes' in first ? first.outcomes.filter(({ status }) => status === 'failed') : first).toEqual([
      expect.objectContaining({
        id: 'attach-to-auto-scaling',
        detail: expect.stringContaining('not in running state'),
      }),
    ]);
    expect(stage.standing().devices).toEqual(stage.before.devices.map((one) => expect.stringContaining(one)));
    await stage.settle();
    const done = await stage.perform(await stage.show(), GIVE_UP);

    expect(done).toMatchObject({ status: 'released' });
    await stage.settle();
    expect(butProfile(stage.standing())).toEqual(butProfile(stage.before));
    expect([...stage.ec2.volumes.values()].filter(({ tags }) => tags.has(TAGS.incident))).toEqual([]);
    await stage.organization.close();
  });

  it('says how to attach the others where one volume is gone, and stays open', async () => {
    const stage = await quietStage({ scenario: 'crash-and-stop', config: ending });
    const volume = stage.ec2.volumes.get(stage.suspect.volumes[0]?.volumeId ?? '');
    if (volume === undefined) throw new Error('the suspect has no volume');
    stage.ec2.volumes.delete(volume.volumeId);
    const plan = await stage.show();
    const step = plan.steps.find(({ id }) => id === 'attach-volumes');

    expect(step).toMatchObject({ decision: 'impossible', byHand: expect.stringContaining('attach-volume') });
    expect((await stage.perform(plan, GIVE_UP)).status).toBe('partly-released');
    await stage.organization.close();
  });
});

describe('a release of an instance that left load balancers', () => {
  it('registers it again with each, by the same port', async () => {
    const stage = await quietStage({ scenario: 'behind-balancers' });
    expect(stage.before.balancers).toHaveLength(3);
    expect(stage.standing().balancers).toEqual([]);
    await stage.hours(13);
    const plan = await stage.show();
    expect(
      plan.steps.filter(({ kind }) => kind.startsWith('register-')).map(({ decision }) => decision),
    ).toEqual(['restore', 'restore', 'restore']);
    const done = await stage.perform(plan, GIVE_UP);

    expect(done).toMatchObject({ status: 'released' });
    expect(butProfile(stage.standing())).toEqual(butProfile(stage.before));
    await stage.organization.close();
  });

  it('says of a target group that is gone that nothing can be registered with it', async () => {
    const stage = await quietStage({ scenario: 'behind-balancers' });
    const { targetGroups } = stage.organization.world.of(
      loadBalancingState,
      stage.suspect.account,
      stage.suspect.region,
    );
    const [arn = ''] = targetGroups.keys();
    targetGroups.delete(arn);
    await stage.hours(13);
    const plan = await stage.show();
    expect(
      plan.steps
        .filter(({ kind }) => kind.startsWith('register-'))
        .map(({ decision }) => decision)
        .toSorted(),
    ).toEqual(['impossible', 'restore', 'restore']);
    expect(
      stage
        .calls()
        .filter(
          ({ caller, outcome }) =>
            caller.includes('cordon-release') &&
            typeof outcome === 'object' &&
            /Denied|Unauthorized/.test(outcome.code),
        ),
    ).toEqual([]);
    await stage.organization.close();
  });
});
