import {
  addTargetGroup,
  addSubnet,
  addVpc,
  addNetworkInterface,
  loadBalancingState,
} from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { play, type Stage } from './play.ts';

const on = ({ organization, suspect }: Stage) => ({
  world: organization.world,
  timeline: organization.timeline,
  ids: organization.ids,
  account: suspect.account,
  region: suspect.region,
});
const balancing = ({ organization, suspect }: Stage) =>
  organization.world.of(loadBalancingState, suspect.account, suspect.region);
const primary = ({ ec2, suspect }: Stage) => {
  const nic = ec2.networkInterfaces.get(suspect.networkInterfaceIds[0] ?? '');
  if (nic === undefined) throw new Error('the suspect has no interface');
  return nic;
};

describe('leaving load balancers', () => {
  it('is written down with its undo before anything is deregistered', async () => {
    const seen: string[] = [];
    const played = await play({
      scenario: 'behind-balancers',
      meanwhile: ({ operation }, stage) => {
        if (!operation.startsWith('Deregister')) return;
        const items = stage.organization.journal.calls.filter(
          (call) => call.operation === 'PutItem' && JSON.stringify(call.input).includes('found#0#'),
        );
        seen.push(`${operation} after ${items.length}`);
      },
    });
    expect(seen.toSorted()).toEqual([
      'DeregisterInstancesFromLoadBalancer after 3',
      'DeregisterTargets after 3',
      'DeregisterTargets after 3',
    ]);
    expect(played.outcomesOf('step#protect#0')).toMatch(/3 registration\(s\) with load balancers were found/);
  });

  it('asks a few of hundreds of target groups at once, and misses none', async () => {
    const played = await play({
      furnish: (stage) => {
        const { vpcId } = primary(stage);
        for (let index = 0; index < 120; index += 1)
          addTargetGroup(
            {
              name: `group-${index}`,
              vpcId,
              port: 443,
              ...(index % 60 === 59 ? { targets: [{ id: stage.suspect.instanceId }] } : {}),
            },
            on(stage),
          );
      },
    });
    // The watch looks too, later, and at those that the instance left alone.
    const asked = played
      .callsOf('DescribeTargetHealth')
      .filter(({ caller }) => caller.includes('cordon-contain'));
    expect(asked).toHaveLength(120);
    expect(played.callsOf('DeregisterTargets')).toHaveLength(2);
    expect(played.kinds).toContain('contained');
  });

  it('leaves an address alone in a group of another VPC, where it may be another host, and says so', async () => {
    const played = await play({
      furnish: (stage) => {
        const { privateIpAddress } = primary(stage);
        const { account } = stage.suspect;
        const [a, b, c] = privateIpAddress.split('.');
        const { ids } = stage.organization;
        const { vpcId } = addVpc(stage.ec2, { cidr: `${a}.${b}.0.0/16`, ownerId: account }, ids);
        const { subnetId } = addSubnet(
          stage.ec2,
          { vpcId, cidr: `${a}.${b}.${c}.0/24`, availabilityZone: `${stage.suspect.region}a` },
          ids,
        );
        addNetworkInterface(stage.ec2, { subnetId, groups: [], privateIpAddress }, ids);
        addTargetGroup(
          { name: 'elsewhere', vpcId, port: 443, targetType: 'ip', targets: [{ id: privateIpAddress }] },
          on(stage),
        );
      },
    });
    expect(played.callsOf('DeregisterTargets')).toEqual([]);
    expect(played.outcomesOf('step#protect#0')).toMatch(/may mean another host.*targetgroup\/elsewhere/);
  });

  it('leaves the healthy target serving in each group', async () => {
    const played = await play({ scenario: 'behind-balancers' });
    const serving = [...balancing(played).targetGroups.values()].flatMap(({ registrations }) =>
      registrations.filter(({ drainsUntil }) => drainsUntil === undefined),
    );
    expect(serving).toHaveLength(2);
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });
});
