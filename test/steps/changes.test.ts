import { callGroupsBack } from '@cordon/drill';
import { CHANGES_BUS_NAME, functionName } from '@cordon/incident';
import { addTargetGroup, sqsState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { releaseStage, type ReleaseStage } from './release-stage.ts';

const SECOND = 1_000;
const BUS = `arn:aws:events:${config.homeRegion}:${config.accounts.security}:event-bus/${CHANGES_BUS_NAME}`;

/** A change as a member's rule puts it on the bus of changes. */
const change = (
  { organization, suspect }: ReleaseStage,
  requestParameters: object,
  more: object = {},
): void => {
  organization.host.deliverEvent(BUS, {
    account: suspect.account,
    region: suspect.region,
    source: 'aws.ec2',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventName: 'AuthorizeSecurityGroupIngress', requestParameters },
    ...more,
  });
};

/** When the watch began to look at an instance, in virtual epoch milliseconds. */
const looks = ({ calls }: ReleaseStage, since: number): readonly number[] =>
  calls()
    .filter(
      ({ operation, caller, sentAt }) =>
        operation === 'AssumeRole' && caller.includes(functionName('watch')) && sentAt >= since,
    )
    .map(({ sentAt }) => sentAt);

const seconds = (stage: ReleaseStage, count: number): Promise<void> => stage.hours(count / 3_600);

const waiting = ({ organization }: ReleaseStage): number =>
  organization.world.of(sqsState, config.accounts.security, config.homeRegion).queues.get('cordon-changes')
    ?.messages.length ?? -1;

const drifts = (stage: ReleaseStage): number =>
  stage.kinds().filter((kind) => kind === 'containment-drifted').length;

describe('changes in members', () => {
  it('have an instance contained again within seconds of the call that opened it, where a trail records calls', async () => {
    const stage = await releaseStage({ scenario: 'drift-by-event' });
    const { organization, suspect, ec2, before } = stage;
    const { timeline, journal } = organization;
    const [first] = before.interfaces;
    const networkInterfaceId = first?.networkInterfaceId ?? '';
    await seconds(stage, 300 - ((timeline.now() / SECOND) % 300) + 30);
    const from = timeline.now();
    timeline.at(from + SECOND, () => {
      callGroupsBack(organization, suspect, { networkInterfaceId, groups: first?.groups ?? [] }).catch(
        (error: unknown) => timeline.fail(error),
      );
    });
    await seconds(stage, 10);
    expect(ec2.networkInterfaces.get(networkInterfaceId)?.groups).toEqual(first?.groups);
    await seconds(stage, 50);
    expect(ec2.networkInterfaces.get(networkInterfaceId)?.groups).not.toEqual(first?.groups);
    const told = journal.events
      .filter(({ event }) => Object(event['detail']).kind === 'containment-drifted')
      .map(({ at }) => at - from);
    // The fifteen seconds of the model for CloudTrail, and what the watch needs; the clock would have come after 270.
    expect(told).toHaveLength(1);
    expect(told[0]).toBeLessThan(25 * SECOND);
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    await organization.close();
  });

  it('cause a bounded number of looks, however many they are, and delay no look by the clock', async () => {
    const stage = await releaseStage({ scenario: 'drift-by-event' });
    const { timeline } = stage.organization;
    // A minute before a look by the clock, so that it falls into the storm.
    await seconds(stage, 300 - ((timeline.now() / SECOND) % 300) + 240);
    const from = timeline.now();
    for (let at = 0; at < 90; at += 1)
      for (let one = 0; one < 3; one += 1)
        timeline.at(from + at * SECOND, () => change(stage, { groupId: `sg-${at}-${one}` }));
    await seconds(stage, 120);
    const seen = looks(stage, from);
    const byClock = from + 60 * SECOND;
    const called = stage.organization.journal.deliveries.filter(
      ({ at, ruleArn }) => at >= from && ruleArn.endsWith('rule/cordon-watch'),
    );
    expect(called).toMatchObject([{ outcome: 'delivered' }]);
    expect(seen.some((at) => at >= byClock && at < byClock + 2 * SECOND)).toBe(true);
    // One in ten seconds at most, each with a session for the instance and one for the networks' account.
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.length).toBeLessThanOrEqual(2 * (120 / 10 + 2));
    await seconds(stage, 60);
    expect(waiting(stage)).toBe(0);
    expect(drifts(stage)).toBe(0);
    await stage.organization.close();
  });

  it('that name what nobody holds, or that nobody can read, cause no look at all', async () => {
    const stage = await releaseStage({ scenario: 'drift-by-event' });
    const { timeline } = stage.organization;
    await seconds(stage, 300 - ((timeline.now() / SECOND) % 300) + 30);
    const from = timeline.now();
    change(stage, { instanceId: 'i-0fedcba9876543210' });
    change(stage, {}, { account: config.accounts.forensics });
    change(stage, {}, { region: 'eu-west-1' });
    change(stage, {}, { account: '<script>' });
    change(stage, {}, { source: 'evil' });
    await seconds(stage, 60);
    expect(looks(stage, from)).toEqual([]);
    expect(waiting(stage)).toBe(0);
    await stage.organization.close();
  });

  it('are no facts: one that tells of an opening causes a look, which finds none, and nothing is done or told', async () => {
    const stage = await releaseStage({ scenario: 'drift-by-event' });
    const { timeline } = stage.organization;
    await seconds(stage, 300 - ((timeline.now() / SECOND) % 300) + 30);
    const from = timeline.now();
    change(stage, { networkInterfaceId: stage.suspect.networkInterfaceIds[0], groupSet: { items: [] } });
    await seconds(stage, 60);
    expect(looks(stage, from).length).toBeGreaterThan(0);
    expect(drifts(stage)).toBe(0);
    expect(stage.rows().has(`incident#${stage.incidentId} plan#1`)).toBe(false);
    await stage.organization.close();
  });

  it('that name a target group have it looked at, though the instance never was in it', async () => {
    const stage = await releaseStage({ scenario: 'drift-by-event' });
    const { organization, suspect, ec2 } = stage;
    const { account, region } = suspect;
    const nic = ec2.networkInterfaces.get(suspect.networkInterfaceIds[0] ?? '');
    const vpcId = ec2.subnets.get(nic?.subnetId ?? '')?.vpcId ?? '';
    const { world, ids, timeline } = organization;
    const group = addTargetGroup({ name: 'later', vpcId }, { world, ids, timeline, account, region });
    group.registrations.push({ id: suspect.instanceId, port: 80, health: 'healthy' });
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    change(stage, { targetGroupArn: group.arn, targets: [{ id: suspect.instanceId }] });
    await seconds(stage, 60);
    expect(drifts(stage)).toBe(1);
    expect(group.registrations.filter(({ drainsUntil }) => drainsUntil === undefined)).toEqual([]);
    await stage.organization.close();
  });

  it('leave what people lift alone, however close a look is to their release', async () => {
    const stage = await releaseStage({ scenario: 'drift-by-event' });
    const { organization, suspect } = stage;
    const { timeline, host } = organization;
    const networkInterfaceId = suspect.networkInterfaceIds[0] ?? '';
    const plan = await stage.show();
    const arn = `arn:aws:lambda:${config.homeRegion}:${config.accounts.security}:function:${functionName('watch')}`;
    for (let at = 1; at <= 60; at += 1)
      timeline.at(timeline.now() + at * 150, () => {
        host.invokeFunction(arn, '{}').catch((error: unknown) => timeline.fail(error));
      });
    await stage.perform(plan, { steps: [`restore-groups:${networkInterfaceId}`] });
    await seconds(stage, 30);
    expect(drifts(stage)).toBe(0);
    expect(stage.ec2.networkInterfaces.get(networkInterfaceId)?.groups).toEqual(
      stage.before.interfaces.find((one) => one.networkInterfaceId === networkInterfaceId)?.groups,
    );
    await organization.close();
  });

  it('that a release makes are no drift, while it is under way and afterwards', async () => {
    const stage = await releaseStage({ scenario: 'drift-by-event' });
    const done = await stage.perform(await stage.show(), { giveUp: ['restore-profile'] });
    expect(done).toMatchObject({ status: 'released' });
    await seconds(stage, 120);
    expect(drifts(stage)).toBe(0);
    expect(stage.standing().interfaces).toEqual(stage.before.interfaces);
    await stage.organization.close();
  });
});
