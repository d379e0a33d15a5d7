import {
  addFlowLog,
  addInspectorFinding,
  addInventory,
  guardDutyState,
  inspectorState,
  openFlow,
  ssmState,
  type FaultableCall,
} from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { config } from '../../cordon.config.ts';
import { play, type Played, type Stage } from './play.ts';
import { vaultText, vaultVersions } from '../vault-text.ts';

/** Objects of the vault and entries of the ledger, by the end of their keys. */
const vaultOf = ({ organization }: Played): ReadonlyMap<string, string> => {
  return new Map(
    [...vaultVersions(organization, config.accounts.evidence)].flatMap(([key, [newest]]) =>
      newest?.kind === 'object' ? [[key.split('/').slice(2).join('/'), vaultText(key, newest.body)]] : [],
    ),
  );
};

const objectIn = (vault: ReadonlyMap<string, string>, label: string): unknown =>
  JSON.parse(vault.get(`objects/${label}`) ?? 'null');

/** Why there is no such thing, as the ledger has it. */
const reasonIn = (vault: ReadonlyMap<string, string>, subject: string): string =>
  [...vault]
    .filter(([key, body]) => key.startsWith('custody/') && body.includes(`"subject":"${subject}"`))
    .map(([, body]) => body)
    .join('\n');

const trail = z.object({
  events: z.array(z.string()),
  asked: z.object({ from: z.string(), until: z.string() }),
});

/** Gives each of the suspect's interfaces a flow log of its own and a connection that goes on, and an agent that is online. */
const furnish = ({ organization, ec2, suspect }: Stage): void => {
  const { account, region, instanceId } = suspect;
  const { timeline, ids } = organization;
  for (const resourceId of suspect.networkInterfaceIds) {
    const roleArn = `arn:aws:iam::${account}:role/flow-logs`;
    const destination = { kind: 'cloud-watch-logs', logGroupName: '/vpc/flow-logs', roleArn } as const;
    addFlowLog(ec2, { resourceId, destination, createdAt: timeline.now() - 86_400_000 }, ids);
    openFlow(organization, {
      account,
      region,
      networkInterfaceId: resourceId,
      direction: 'outbound',
      protocol: 'tcp',
      localPort: 50_001,
      remotePort: 443,
      remote: { address: suspect.remotes[0]?.address ?? '198.51.100.7' },
    });
  }
  const { agents, guests } = organization.world.of(ssmState, account, region);
  const now = timeline.now();
  agents.set(instanceId, { registeredAt: now, lastPingAt: now, lastTriedAt: now });
  guests.set(instanceId, {
    platform: 'Linux',
    platformName: '$(reboot)<script>',
    platformVersion: '2023',
    architecture: 'x86_64',
    agentVersion: '3.3.4108.0',
    run: () => ({ exitCode: 0, stdout: '', stderr: '', seconds: 0 }),
  });
};

describe('the context of an incident', () => {
  it('is in the vault: groups, agent, slices of the event history and of flow logs', async () => {
    let groups: readonly string[] = [];
    const played = await play({
      furnish: (stage) => {
        furnish(stage);
        groups = stage.suspect.networkInterfaceIds.flatMap(
          (id) => stage.ec2.networkInterfaces.get(id)?.groups ?? [],
        );
      },
    });
    const vault = vaultOf(played);
    const kept = z
      .object({ securityGroups: z.array(z.object({ GroupId: z.string() })) })
      .parse(objectIn(vault, 'security-groups.json'));
    expect(new Set(kept.securityGroups.map(({ GroupId }) => GroupId))).toEqual(new Set(groups));
    expect(objectIn(vault, 'systems-manager.json')).toMatchObject({
      managedNodes: [
        {
          InstanceId: played.suspect.instanceId,
          PingStatus: 'Online',
          PlatformName: '$(reboot)<script>',
        },
      ],
    });
    const slice = trail.parse(objectIn(vault, `cloudtrail-instance-${played.suspect.region}-1.json`));
    expect(
      slice.events.map((text) => z.object({ eventName: z.string() }).parse(JSON.parse(text)).eventName),
    ).toContain('CreateSnapshots');
    expect(Date.parse(slice.asked.until) - Date.parse(slice.asked.from)).toBeGreaterThanOrEqual(3_900_000);
    const [nic = ''] = played.suspect.networkInterfaceIds;
    expect(objectIn(vault, `flow-log-${nic}.json`)).toMatchObject({
      asked: { networkInterfaceId: nic },
      records: expect.arrayContaining([expect.stringContaining(' ACCEPT OK')]),
    });
    expect(played.reasonsOf('needs-a-person')).not.toContain('collect-context');
    expect(objectIn(vault, 'flow-logs.json')).toMatchObject({ notRead: [] });
  });

  it('begins beside the isolation, and reads what others deliver later, two lookups a second', async () => {
    const played = await play({ furnish });
    const isolated = played.callsOf('ModifyNetworkInterfaceAttribute').at(-1)?.repliedAt ?? 0;
    const asked = played
      .callsOf('LookupEvents')
      .filter(({ input }) => JSON.stringify(input).includes('"EndTime"'));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(Math.min(...asked.map(({ sentAt }) => sentAt)) - isolated).toBeGreaterThan(15 * 60_000);
    expect(asked.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(played.callsOf('DescribeInstanceInformation', 'cordon-inspect').length).toBe(1);
  });
});

describe('context that is not to be had', () => {
  it('is said, and is no missing evidence of an instance without flow logs or agent', async () => {
    const played = await play({});
    const vault = vaultOf(played);
    expect(objectIn(vault, 'systems-manager.json')).toMatchObject({ managedNodes: [] });
    expect(objectIn(vault, 'flow-logs.json')).toMatchObject({
      notRead: expect.arrayContaining([expect.stringContaining('has no flow log')]),
    });
    expect(reasonIn(vault, 'flow-logs.json')).toBe('');
    expect(played.reasonsOf('needs-a-person')).not.toContain('collect-context');
  });

  it('keeps nothing from containment, nor other context from the vault, when reads fail', async () => {
    const failing = /^(DescribeInstanceInformation|FilterLogEvents)$/;
    const isOurs = ({ caller }: FaultableCall): boolean => caller.includes('cordon');
    const played = await play({
      furnish,
      faults: (call) =>
        (failing.test(call.operation) || (call.operation === 'LookupEvents' && 'EndTime' in call.input)) &&
        isOurs(call)
          ? { kind: 'server-error' }
          : undefined,
    });
    const vault = vaultOf(played);
    expect(played.kinds).toContain('contained');
    expect(vault.has('objects/security-groups.json')).toBe(true);
    const { region } = played.suspect;
    for (const subject of ['systems-manager.json', `cloudtrail-session-${region}-1.json`])
      expect(reasonIn(vault, subject)).toContain('InternalFailure');
    const [nic = ''] = played.suspect.networkInterfaceIds;
    expect(reasonIn(vault, `flow-log-${nic}.json`)).toContain('InternalFailure');
  });
});

const HOSTILE = '$(reboot)<script>';

/** The finding archived and marked in the member, an inventory of `count` packages, and three weaknesses. */
const surround = (stage: Stage, count: number): void => {
  furnish(stage);
  const { organization, suspect } = stage;
  const { account, region, instanceId } = suspect;
  addInventory(
    organization.world,
    { account, region, instanceId },
    {
      typeName: 'AWS:Application',
      schemaVersion: '1.1',
      captureTime: HOSTILE,
      entries: Array.from({ length: count }, (_, index) => ({ Name: `${HOSTILE} ${index}` })),
    },
  );
  for (const [severity, exploitAvailable] of [
    ['CRITICAL', true],
    ['HIGH', false],
    ['LOW', false],
  ] as const)
    addInspectorFinding(organization, {
      administrator: config.accounts.security,
      account,
      region,
      instanceId,
      severity,
      vulnerabilityId: `CVE-2026-${severity}`,
      title: HOSTILE,
      exploitAvailable,
    });
};

/** Has the member's own copy of each finding archived and marked, once it is there. */
const putAwayInMember = ({ organization, suspect }: Stage): void => {
  const { detector } = organization.world.of(guardDutyState, suspect.account, suspect.region);
  for (const [id, finding] of detector?.findings ?? [])
    detector?.findings.set(id, {
      ...finding,
      Service: { ...finding.Service, Archived: true, UserFeedback: 'NOT_USEFUL' },
    });
};

describe('what others say of the instance', () => {
  it('is in the vault whole, and in the report by a line each', async () => {
    const played = await play({
      furnish: (stage) => surround(stage, 120),
      meanwhile: ({ operation }, stage) => {
        if (operation === 'ListInventoryEntries') putAwayInMember(stage);
      },
    });
    const vault = vaultOf(played);
    expect(objectIn(vault, 'inventory.json')).toMatchObject({
      types: expect.arrayContaining([
        expect.objectContaining({
          typeName: 'AWS:Application',
          entries: expect.arrayContaining([{ Name: `${HOSTILE} 0` }, { Name: `${HOSTILE} 119` }]),
        }),
        expect.objectContaining({ typeName: 'AWS:Network', because: expect.stringContaining('no entries') }),
      ]),
    });
    expect(objectIn(vault, 'finding-in-member.json')).toMatchObject({
      differences: [
        'the finding is archived in the member account, and not by the administrator',
        "people of the member account said of the finding: 'NOT_USEFUL'",
      ],
    });
    expect(objectIn(vault, 'inspector-findings-1.json')).toMatchObject({
      findings: expect.arrayContaining([expect.stringContaining('CVE-2026-CRITICAL')]),
    });
    const page = vault.get('objects/report.html') ?? '';
    expect(page).toContain('archived in the member account, and not by the administrator');
    expect(page).toContain(
      '3 open finding(s) of the instance: 1 critical, 1 high; an exploit is known for 1',
    );
    expect(page).toContain('AWS:Application 120 as of');
    expect(page).not.toContain('<script>');
  });

  it('is said where there is none: no agent, no detector, no finding', async () => {
    const played = await play({
      furnish: ({ organization, suspect }) => {
        delete organization.world.of(guardDutyState, suspect.account, suspect.region).detector;
      },
    });
    const vault = vaultOf(played);
    expect(objectIn(vault, 'inventory.json')).toMatchObject({
      types: [],
      because: 'Systems Manager does not know the instance',
    });
    expect(objectIn(vault, 'finding-in-member.json')).toMatchObject({
      differences: [expect.stringContaining('GuardDuty is not enabled in the member account')],
    });
    expect(objectIn(vault, 'inspector.json')).toMatchObject({ count: 0 });
    expect(played.reasonsOf('needs-a-person')).not.toContain('collect-context');
  });

  it('is missing evidence where it cannot be read, and costs none of the rest', async () => {
    const played = await play({
      furnish: (stage) => {
        surround(stage, 1);
        delete stage.organization.world.of(inspectorState, config.accounts.security, stage.suspect.region)
          .inspector;
      },
      faults: ({ operation, caller }) =>
        operation === 'ListInventoryEntries' ||
        (operation === 'GetFindings' && caller.includes(':assumed-role/cordon-inspect'))
          ? { kind: 'throttled' }
          : undefined,
    });
    const vault = vaultOf(played);
    expect(reasonIn(vault, 'inventory.json')).toContain('Throttling');
    expect(reasonIn(vault, 'finding-in-member.json')).toContain('Throttling');
    expect(reasonIn(vault, 'inspector.json')).toContain('AccessDenied');
    expect(vault.has('objects/security-groups.json')).toBe(true);
    expect(played.kinds).toContain('contained');
  });
});
