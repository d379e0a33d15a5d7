import { parsePolicy, TAGS } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { releaseStage, type ReleaseStage } from './release-stage.ts';

const GIVE_UP = { giveUp: ['restore-profile'] };
/** All but the profile, which nobody of ours may give back. */
const butProfile = ({ profile: _profile, ...rest }: ReleaseStage['before']) => rest;

const ending = {
  ...config,
  policy: parsePolicy({
    schemaVersion: 2,
    rules: [
      {
        name: 'end-the-host',
        set: { mode: 'contain', stop: 'automatic', crash: 'automatic', detachVolumes: 'automatic' },
        because: 'a contained host is crashed, stopped and held',
      },
    ],
  }),
};

describe('a release of an ended host', () => {
  it('attaches its volumes where they were, starts it and protects it again, all in one release', async () => {
    const stage = await releaseStage({ scenario: 'crash-and-stop', config: ending });
    expect(stage.standing().devices).toEqual([]);
    expect(stage.before.attributes['disableApiStop']).toBe(true);
    await stage.hours(13);
    const plan = await stage.show();
    const done = await stage.perform(plan, GIVE_UP);

    expect(done).toMatchObject({ status: 'released' });
    await stage.settle();
    expect(butProfile(stage.standing())).toEqual(butProfile(stage.before));
    expect([...stage.ec2.volumes.values()].filter(({ tags }) => tags.has(TAGS.incident))).toEqual([]);
    await stage.organization.close();
  });

  it('says what is attached elsewhere by now, and leaves it there', async () => {
    const stage = await releaseStage({ scenario: 'crash-and-stop', config: ending });
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
    const stage = await releaseStage({ scenario: 'behind-balancers' });
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

  it('says that a step is lifted by nobody whose target group is gone', async () => {
    const stage = await releaseStage({ scenario: 'behind-balancers' });
    const journal = [...stage.rows().entries()].filter(([key]) => key.includes(' found#0#'));
    expect(journal).toHaveLength(3);
    await stage.hours(13);
    const plan = await stage.show();
    expect(plan.steps.map(({ id }) => id)).not.toContain('register-as-found');
    await stage.organization.close();
  });
});
