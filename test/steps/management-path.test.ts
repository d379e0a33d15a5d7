import { scenarios } from '@cordon/drill';
import { openingGroupName } from '@cordon/incident';
import { flowsOf, mayOpen, openFlow, type FaultableCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { play, type Play, type Played, type Stage } from './play.ts';

const SCENARIO = 'management-path-kept';
const { policy = config.policy } = scenarios().find(({ name }) => name === SCENARIO) ?? {};

const primaryOf = ({ ec2, suspect }: Stage) => {
  const nic = ec2.networkInterfaces.get(suspect.networkInterfaceIds[0] ?? '');
  if (nic === undefined) throw new Error('the suspect has no interface');
  return nic;
};

const marks = (stage: Stage): readonly string[] =>
  primaryOf(stage).groups.map(
    (id) => stage.ec2.securityGroups.get(id)?.tags.get('cordon:isolation') ?? 'none',
  );

/** The group that keeps the path, while it is there. */
const groupOf = ({ ec2 }: Stage) =>
  [...ec2.securityGroups.values()].find(({ tags }) => tags.get('cordon:isolation') === 'management-path');

/** Plays the scenario, and acts once while the path is open, so many milliseconds after it was opened. */
const whileOpen = (
  act: (stage: Stage, call: FaultableCall) => void,
  more: Partial<Play> & { readonly afterMs?: number } = {},
): Promise<Played> => {
  let acted = false;
  let since = Number.POSITIVE_INFINITY;
  return play({
    scenario: SCENARIO,
    config: { ...config, policy },
    ...more,
    meanwhile: (call, stage) => {
      const now = stage.organization.timeline.now();
      if (marks(stage).length > 1) since = Math.min(since, now);
      if (acted || now < since + (more.afterMs ?? 1_000)) return;
      acted = true;
      act(stage, call);
    },
  });
};

/** Which of the suspect's interfaces may open TCP to an address, and port, now. */
const opens = ({ organization, suspect }: Stage, address: string, remotePort = 443): readonly boolean[] =>
  suspect.networkInterfaceIds.map(
    (networkInterfaceId) =>
      mayOpen(organization.world, {
        ...suspect,
        networkInterfaceId,
        direction: 'outbound',
        protocol: 'tcp',
        remotePort,
        remote: { address },
      }).allowed,
  );

describe('a management path', () => {
  it('leads from the primary interface to the endpoints alone, while everything else is cut', async () => {
    const seen: Record<string, readonly boolean[]> = {};
    const played = await whileOpen((stage) => {
      const { ec2, suspect } = stage;
      const endpoints = [...ec2.networkInterfaces.values()].filter(
        ({ interfaceType }) => interfaceType === 'vpc_endpoint',
      );
      const s3 = [...ec2.prefixLists.values()][0]?.cidrs[0]?.replace('0/24', '9') ?? '';
      const neighbour = ec2.networkInterfaces.get(
        ec2.instances.get(suspect.neighbours[0] ?? '')?.networkInterfaceIds[0] ?? '',
      );
      expect(endpoints).toHaveLength(3);
      for (const { privateIpAddress } of endpoints)
        seen[`endpoint ${privateIpAddress}`] = opens(stage, privateIpAddress);
      seen['s3'] = opens(stage, s3);
      seen['endpoint by another port'] = opens(stage, endpoints[0]?.privateIpAddress ?? '', 22);
      seen['neighbour'] = opens(stage, neighbour?.privateIpAddress ?? '');
      for (const { address } of [...suspect.remotes, { address: '192.0.2.66' }, { address: '192.0.2.10' }])
        seen[address] = opens(stage, address);
    });
    const entries = Object.entries(seen);
    const led = entries.filter(([name]) => /^(endpoint \d|s3$)/.test(name));
    expect(led).toHaveLength(4);
    for (const [name, allowed] of led) expect([name, allowed[0], allowed[1]]).toEqual([name, true, false]);
    const cut = entries.filter(([name]) => !/^(endpoint \d|s3$)/.test(name));
    expect(cut.length).toBeGreaterThan(4);
    for (const [name, allowed] of cut) expect([name, allowed]).toEqual([name, [false, false]]);
    // It is closed in the end, and the watch, which came meanwhile, saw no drift.
    expect(marks(played)).toEqual(['true']);
    expect(groupOf(played)).toBeUndefined();
    expect(played.kinds).toContain('path-closed');
    expect(played.kinds).not.toContain('containment-drifted');
    expect(played.reasonsOf('contained')).toContain('a management path is kept for 30 minutes');
  });

  it('is drift once its group holds another rule: the instance is isolated again', async () => {
    const played = await whileOpen((stage) => {
      groupOf(stage)?.permissions.push({
        ruleId: 'sgr-0123456789abcdef0',
        direction: 'egress',
        protocol: '-1',
        fromPort: undefined,
        toPort: undefined,
        target: { kind: 'ipv4', cidr: '0.0.0.0/0' },
      });
    });
    expect(played.reasonsOf('containment-drifted')).toMatch(/eni-\w+ is in .*no empty isolation group/);
    expect(marks(played)).toEqual(['true']);
  });

  it('is not opened where the groups of the endpoints let the isolated instance in no more', async () => {
    const played = await play({
      scenario: SCENARIO,
      config: { ...config, policy },
      furnish: ({ ec2 }) => {
        for (const group of ec2.securityGroups.values())
          if (group.name === 'endpoints')
            group.permissions = group.permissions.map((rule) => ({
              ...rule,
              target: { kind: 'ipv4', cidr: '10.255.0.0/16' },
            }));
      },
    });
    expect(played.kinds).not.toContain('path-opened');
    expect(played.outcomesOf('step#open-path:management-path#0')).toMatch(
      /the groups of the endpoints for ssm, ssmmessages do not let TCP 443 in from/,
    );
    expect(played.kinds).toContain('contained');
  });

  it('is not opened by a group of its name that somebody else made beforehand', async () => {
    let made = false;
    const played = await play({
      scenario: SCENARIO,
      config: { ...config, policy },
      meanwhile: (call, stage) => {
        const [, incidentId] = /\/(inc-\w+)$/.exec(call.caller) ?? [];
        if (made || incidentId === undefined) return;
        made = true;
        const nic = primaryOf(stage);
        const web = stage.ec2.securityGroups.get(nic.groups[0] ?? '');
        const name = openingGroupName('management-path', { incidentId, revision: 0 }, nic.networkInterfaceId);
        if (web === undefined) throw new Error('the suspect is in no group');
        stage.ec2.securityGroups.set('sg-0f0f0f0f0f0f0f0f0', {
          ...web,
          groupId: 'sg-0f0f0f0f0f0f0f0f0',
          name,
          tags: new Map(),
        });
      },
    });
    expect(made).toBe(true);
    expect(played.kinds).not.toContain('path-opened');
    expect(played.outcomesOf('step#open-path:management-path#0')).toContain('is not ours');
    expect(marks(played)).toEqual(['true']);
  });

  it('ends no connection that is active when it closes, which the plan says', async () => {
    const played = await whileOpen((stage) => {
      const { organization, suspect, ec2 } = stage;
      const endpoint = [...ec2.networkInterfaces.values()].find(
        ({ interfaceType }) => interfaceType === 'vpc_endpoint',
      );
      const opened = openFlow(organization, {
        ...suspect,
        networkInterfaceId: primaryOf(stage).networkInterfaceId,
        direction: 'outbound',
        protocol: 'tcp',
        localPort: 50_443,
        remotePort: 443,
        remote: { networkInterfaceId: endpoint?.networkInterfaceId ?? '' },
      });
      expect(opened.opened).toBe(true);
    });
    const left = flowsOf(played.organization.world, played.suspect).filter(
      ({ localPort }) => localPort === 50_443,
    );
    expect(left.map(({ state }) => state.kind)).toEqual(['established']);
    expect(played.reasonsOf('contained')).toContain('hosts of the same VPC live on while they are active');
  });
});
