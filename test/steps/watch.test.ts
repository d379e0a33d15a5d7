import { functionName } from '@cordon/incident';
import { iamState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { attachInterface } from './attach-interface.ts';
import { releaseStage, type ReleaseStage } from './release-stage.ts';

const nicOf = (stage: ReleaseStage) => {
  const nic = stage.ec2.networkInterfaces.get(stage.suspect.networkInterfaceIds[0] ?? '');
  if (nic === undefined) throw new Error('the suspect has no interface');
  return nic;
};

const formerGroups = (stage: ReleaseStage): string[] => [
  ...(stage.before.interfaces.find(
    ({ networkInterfaceId }) => networkInterfaceId === nicOf(stage).networkInterfaceId,
  )?.groups ?? []),
];

const drifts = (stage: ReleaseStage): number =>
  stage.kinds().filter((kind) => kind === 'containment-drifted').length;

const FIVE_MINUTES = 5 / 60;

describe('the watch', () => {
  it('finds nothing while nothing drifts, and starts nothing', async () => {
    const stage = await releaseStage();
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    await stage.hours(1);
    expect(drifts(stage)).toBe(0);
    await stage.organization.close();
  });

  it('contains an interface again that somebody put back into its group, within its interval, and pages once', async () => {
    const stage = await releaseStage();
    nicOf(stage).groups = formerGroups(stage);
    await stage.hours(2 * FIVE_MINUTES);
    expect(nicOf(stage).groups).not.toEqual(formerGroups(stage));
    expect(drifts(stage)).toBe(1);
    expect(stage.kinds().filter((kind) => kind === 'contained')).toHaveLength(2);
    expect(stage.rows().has(`incident#${stage.incidentId} plan#1`)).toBe(true);
    await stage.hours(1);
    expect(drifts(stage)).toBe(1);
    await stage.organization.close();
  });

  it('contains an interface that was attached since', async () => {
    const stage = await releaseStage();
    const { ec2, organization, suspect } = stage;
    attachInterface({ ec2, organization, suspect });
    await stage.hours(2 * FIVE_MINUTES);
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    expect(drifts(stage)).toBe(1);
    await stage.organization.close();
  });

  it('puts the deny of old sessions back when somebody took it off the role', async () => {
    const stage = await releaseStage();
    const role = stage.organization.world
      .of(iamState, stage.suspect.account, '')
      .roles.get(stage.suspect.roleArn?.split('/').at(-1) ?? '');
    role?.tags.clear();
    if (role !== undefined) role.attached.length = 0;
    expect(await stage.watch()).toMatchObject({ drifted: [{ revision: 1 }] });
    await stage.hours(2 * FIVE_MINUTES);
    expect(role?.attached.join(' ')).toContain('cordon-deny-contained-sessions');
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    await stage.organization.close();
  });

  it('tells a drift that cannot be mended at growing intervals, not every five minutes', async () => {
    const holding: { stage?: ReleaseStage } = {};
    const stage = await releaseStage({
      weather: {
        faults: ({ operation }) => {
          // Whoever puts it back is faster than every look.
          const at = holding.stage;
          if (at !== undefined && operation === 'DescribeNetworkInterfaces')
            nicOf(at).groups = formerGroups(at);
          return undefined;
        },
      },
    });
    holding.stage = stage;
    await stage.hours(9);
    expect(drifts(stage)).toBeGreaterThanOrEqual(4);
    expect(drifts(stage)).toBeLessThanOrEqual(6);
    await stage.organization.close();
  });

  it('fails, so that its alarm rings, when an account cannot be read', async () => {
    const stage = await releaseStage();
    stage.organization.world.of(iamState, stage.suspect.account, '').roles.delete('cordon-inspect');
    const { error, payload } = await stage.invoke('watch', {});
    expect(error).toBeDefined();
    expect(payload).toContain('could not be read');
    expect(stage.calls().some(({ caller }) => caller.includes(functionName('watch')))).toBe(true);
    await stage.organization.close();
  });

  it('looks no more at what was released', async () => {
    const stage = await releaseStage();
    await stage.perform(await stage.show(), { giveUp: ['restore-profile'] });
    expect(await stage.watch()).toEqual({ looked: 0, drifted: [] });
    await stage.organization.close();
  });

  it('leaves lifted what people lifted when it contains the rest again, and says so; an earlier plan of the release is refused', async () => {
    const stage = await releaseStage();
    const plan = await stage.show();
    await stage.perform(plan, { steps: [`restore-groups:${nicOf(stage).networkInterfaceId}`] });
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    const { ec2, organization, suspect } = stage;
    const attached = attachInterface({ ec2, organization, suspect });
    expect(await stage.watch()).toMatchObject({
      drifted: [{ drifts: [`interface:${attached}`], revision: 1 }],
    });
    await stage.hours(1);
    expect(nicOf(stage).groups).toEqual(formerGroups(stage));
    expect(ec2.networkInterfaces.get(attached)?.groups).not.toEqual(formerGroups(stage));
    expect(drifts(stage)).toBe(1);
    expect(stage.kinds().filter((kind) => kind === 'containment-open')).toEqual([]);
    const contained = stage.organization.journal.events.filter(
      ({ event }) => Object(event['detail']).kind === 'contained',
    );
    expect(JSON.stringify(contained.at(-1))).toContain(
      `what people had lifted stays lifted: restore-groups:${nicOf(stage).networkInterfaceId}`,
    );
    expect(await stage.perform(plan)).toMatchObject({ status: 'refused', code: 'hash-differs' });
    await stage.organization.close();
  });
});
