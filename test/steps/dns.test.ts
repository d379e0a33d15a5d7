import { ownEvent, standingOf } from '@cordon/drill';
import {
  addNetworkInterface,
  addSubnet,
  addVpc,
  answerTo,
  dnsFirewallState,
  ec2State,
  flowsOf,
  shareSubnet,
  type JournalCall,
} from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { allowing } from './allowing.ts';
import { play, type Play, type Played, type Stage } from './play.ts';
import { quietStage, releaseStage } from './release-stage.ts';

const SERVICE = 'route53resolver';

const tunnel = async (more: Play = {}): Promise<Played> => play({ scenario: 'dns-tunnel', ...more });

/** A stage of either kind. */
type Where = Pick<Stage, 'organization' | 'suspect' | 'ec2'>;

const firewallOf = ({ organization, suspect }: Where, account = suspect.account) =>
  organization.world.of(dnsFirewallState, account, suspect.region);
const vpcOf = ({ ec2, suspect }: Where): string =>
  ec2.networkInterfaces.get(suspect.networkInterfaceIds[0] ?? '')?.vpcId ?? '';
const queries = ({ organization, suspect }: Played) =>
  flowsOf(organization.world, suspect).filter(({ asks }) => asks !== undefined);
/** The suspect's VPC alone: another one may be its hidden interface's. */
const resolves = (played: Where, name: string): boolean =>
  answerTo(played.organization.world, vpcOf(played), name).kind === 'resolved';
const isWrite = ({ service, operation }: Pick<JournalCall, 'service' | 'operation'>): boolean =>
  service === SERVICE && !/^(List|Get)/.test(operation);

/** Puts a rule group of the owner's own at the VPC. */
const ownGroup = (stage: Stage, index: number, more: { readonly priority?: number } = {}): void => {
  const { ruleGroups, associations } = firewallOf(stage);
  const id = `rslvr-frg-own${index}`;
  const made = { creatorRequestId: id, createdAt: '', modifiedAt: '', tags: new Map<string, string>() };
  ruleGroups.set(id, { ...made, id, arn: id, name: `own ${index}`, rules: new Map() });
  associations.set(`rslvr-frgassoc-own${index}`, {
    ...made,
    id: `rslvr-frgassoc-own${index}`,
    arn: `rslvr-frgassoc-own${index}`,
    name: `own ${index}`,
    ruleGroupId: id,
    vpcId: vpcOf(stage),
    priority: more.priority ?? 101 + index,
    mutationProtection: 'DISABLED',
    status: 'COMPLETE',
  });
};

describe('a tunnel through the resolver of the VPC', () => {
  it('survives everything that the policy may do to the network, where it forbids to block names, and the statement says so', async () => {
    const set = { dnsFirewall: 'never', subnetAcl: 'automatic', routeTable: 'automatic' };
    const played = await tunnel({ config: allowing(set) });
    expect(queries(played).map(({ state }) => state.kind)).toEqual(['established', 'established']);
    expect(played.kinds).toContain('contained');
    expect(played.reasonsOf('contained')).toContain('the resolver of the VPC answers still');
    expect(played.reasonsOf('contained')).toContain(
      "zone(s) of the findings' names are not blocked: example[.]net",
    );
    expect(played.calls.filter(isWrite)).toEqual([]);
  });

  it('dies, with the names that it would ask for next, and every other name resolves', async () => {
    const played = await tunnel();
    expect(queries(played).map(({ state }) => state)).toMatchObject([
      { kind: 'cut', obstacle: 'dns-firewall' },
      { kind: 'cut', obstacle: 'dns-firewall' },
    ]);
    expect(played.kinds).toContain('contained');
    expect(resolves(played, 'anything.t.example.net')).toBe(false);
    expect(resolves(played, 'example.net')).toBe(false);
    expect(resolves(played, 'notexample.net')).toBe(true);
    expect(resolves(played, 's3.eu-central-1.amazonaws.com')).toBe(true);
  });

  it('dies with the host, where the policy stops it', async () => {
    const played = await tunnel({ config: allowing({ dnsFirewall: 'never', stop: 'automatic' }) });
    expect(queries(played).map(({ state }) => state)).toMatchObject([
      { kind: 'cut', obstacle: 'instance' },
      { kind: 'cut', obstacle: 'instance' },
    ]);
  });

  it('is not said to be cut before the block is complete', async () => {
    const played = await tunnel();
    const at = played.organization.journal.events.find(
      ({ event }) =>
        event['source'] === 'cordon' &&
        typeof event['detail'] === 'object' &&
        event['detail'] !== null &&
        'kind' in event['detail'] &&
        event['detail'].kind === 'contained',
    )?.at;
    const cut = queries(played).map(({ state }) => (state.kind === 'cut' ? state.at : Number.NaN));
    expect(cut.every((when) => when < (at ?? 0))).toBe(true);
  });

  it("leaves the organization's own names alone, whatever a finding says", async () => {
    const own = { ...config, containment: { ...config.containment, ownDomains: ['example.net'] } };
    const played = await tunnel({ config: own });
    expect(played.calls.filter(isWrite)).toEqual([]);
    expect(resolves(played, 'x.example.net')).toBe(true);
    expect(played.reasonsOf('contained')).toContain('name(s) of the findings are never blocked');
  });
});

describe('what blocks names', () => {
  it('carries the incident from birth, and nothing else of the account is touched', async () => {
    const played = await tunnel({ furnish: (stage) => ownGroup(stage, 1) });
    const { domainLists, ruleGroups, associations } = firewallOf(played);
    const ours = [...domainLists.values(), ...ruleGroups.values(), ...associations.values()].filter(
      ({ name }) => name.startsWith('cordon-dns-'),
    );
    expect(ours.length).toBeGreaterThanOrEqual(3);
    for (const { tags } of ours) expect([...tags.keys()]).toEqual(['cordon:incident']);
    expect(ruleGroups.get('rslvr-frg-own1')?.rules.size).toBe(0);
  });

  it.each(['throttled', 'lost-reply'] as const)(
    'is made once, whichever call is first met by: %s',
    async (kind) => {
      const met = new Set<string>();
      const played = await tunnel({
        faults: (call) => {
          if (call.service !== SERVICE || met.has(call.operation)) return undefined;
          met.add(call.operation);
          return { kind };
        },
      });
      expect(met.size).toBeGreaterThan(8);
      expect(played.kinds).toContain('contained');
      const { domainLists, ruleGroups, associations } = firewallOf(played);
      const vpcs = new Set([...associations.values()].map(({ vpcId }) => vpcId));
      expect([domainLists.size, ruleGroups.size, associations.size]).toEqual([
        vpcs.size,
        vpcs.size,
        vpcs.size,
      ]);
      expect(resolves(played, 'x.example.net')).toBe(false);
    },
  );

  it('comes before every other group where there is room, and takes another priority when somebody was faster', async () => {
    let raced = false;
    const played = await tunnel({
      meanwhile: ({ operation, input }, stage) => {
        if (operation !== 'AssociateFirewallRuleGroup' || raced) return;
        const { VpcId } = input as { readonly VpcId?: string };
        if (VpcId !== vpcOf(stage)) return;
        raced = true;
        ownGroup(stage, 0);
      },
    });
    expect(raced).toBe(true);
    const here = [...firewallOf(played).associations.values()].filter(({ vpcId }) => vpcId === vpcOf(played));
    expect(here.map(({ priority }) => priority).toSorted((a, b) => a - b)).toEqual([101, 102]);
    expect(played.outcomesOf('step#isolate-network#0')).toContain(
      "1 rule group(s) of the VPC's own come first",
    );
    expect(resolves(played, 'x.example.net')).toBe(false);
  });

  it('is refused by Route 53 where the VPC has five groups: nothing is said to be contained, and people are told why', async () => {
    const played = await tunnel({
      furnish: (stage) => {
        for (const index of [1, 2, 3, 4, 5]) ownGroup(stage, index);
      },
    });
    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain('has no DNS block of this incident');
    expect(played.reasonsOf('containment-open')).toContain('LimitExceededException');
    // Everything else is done.
    const nic = played.ec2.networkInterfaces.get(played.suspect.networkInterfaceIds[0] ?? '');
    expect(nic?.groups.map((id) => played.ec2.securityGroups.get(id)?.permissions)).toEqual([[]]);
  });

  it('is read back: what somebody takes away meanwhile is not said to hold', async () => {
    const played = await tunnel({
      meanwhile: ({ caller, operation }, stage) => {
        if (operation !== 'DescribeNetworkInterfaces' || !caller.includes('cordon-inspect')) return;
        firewallOf(stage).associations.clear();
      },
    });
    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain('has no DNS block of this incident');
  });

  it('is made in the account that owns the VPC, where that is shared', async () => {
    const shared = { owner: '', vpcId: '' };
    const played = await tunnel({
      furnish: (stage) => {
        const { organization, suspect, ec2 } = stage;
        const { world, ids, timeline } = organization;
        const own = new Set([
          '602011150001',
          '602011150002',
          '602011150003',
          '602011150004',
          suspect.account,
        ]);
        shared.owner = [...world.accounts.keys()].find((id) => !own.has(id)) ?? '';
        const theirs = world.of(ec2State, shared.owner, suspect.region);
        shared.vpcId = addVpc(theirs, { cidr: '10.88.0.0/16', ownerId: shared.owner }, ids).vpcId;
        const spec = { vpcId: shared.vpcId, cidr: '10.88.1.0/24', availabilityZone: `${suspect.region}b` };
        const { subnetId } = addSubnet(theirs, spec, ids);
        shareSubnet(world, {
          owner: shared.owner,
          region: suspect.region,
          subnetId,
          participants: [suspect.account],
        });
        const [group] = ec2.securityGroups.values();
        if (group === undefined) throw new Error('the suspect has no group');
        const open = { ...group, groupId: 'sg-0123456789abcdef0', vpcId: shared.vpcId, permissions: [] };
        ec2.securityGroups.set(open.groupId, open);
        const nic = addNetworkInterface(ec2, { subnetId, groups: [open.groupId] }, ids);
        nic.attachment = {
          attachmentId: 'eni-attach-shared',
          instanceId: suspect.instanceId,
          deviceIndex: 7,
          networkCardIndex: 0,
          attachedAt: timeline.now(),
        };
        ec2.instances.get(suspect.instanceId)?.networkInterfaceIds.push(nic.networkInterfaceId);
      },
    });
    expect(played.kinds).toContain('contained');
    expect([...firewallOf(played, shared.owner).associations.values()]).toMatchObject([
      { vpcId: shared.vpcId, status: 'COMPLETE' },
    ]);
    expect(answerTo(played.organization.world, shared.vpcId, 'x.example.net').kind).toBe('blocked');
  });
});

describe('a later finding', () => {
  it("adds its zone to the incident's own list, and makes no second group", async () => {
    const seed = 'steps';
    const { detail: first, ...envelope } = ownEvent({ seed, profile: true, tunnel: true, worse: true });
    const detail = structuredClone(first) as {
      service: { action: { dnsRequestAction: { domain: string } } };
    };
    detail.service.action.dnsRequestAction.domain = 'q.other.example.org';
    const played = await tunnel({
      seed,
      also: [{ document: { ...envelope, detail } as ReturnType<typeof ownEvent>, afterMs: 1_800_000 }],
    });
    expect(resolves(played, 'x.example.net')).toBe(false);
    expect(resolves(played, 'x.example.org')).toBe(false);
    const here = [...firewallOf(played).associations.values()].filter(({ vpcId }) => vpcId === vpcOf(played));
    expect(here).toHaveLength(1);
  });
});

describe('the release of what blocks names', () => {
  it('lets them resolve at once, and leaves nothing of ours some time later', async () => {
    const stage = await quietStage({ scenario: 'dns-tunnel' });
    await stage.hours(13);
    const plan = await stage.show();
    expect(
      plan.steps
        .filter(({ kind }) => kind.endsWith('dns') || kind.endsWith('dns-block'))
        .map(({ decision }) => decision),
    ).toEqual(expect.arrayContaining(['restore', 'later']));
    const done = await stage.perform(plan, { giveUp: ['restore-profile'] });
    expect(done.status).toBe('released');
    expect(resolves(stage, 'x.example.net')).toBe(true);
    expect(firewallOf(stage).ruleGroups.size).toBeGreaterThan(0);
    await stage.hours(1);
    expect(standingOf(stage.organization.world, stage.suspect).dnsFirewall).toEqual(stage.before.dnsFirewall);
    expect(stage.kinds().filter((kind) => kind === 'released')).toHaveLength(2);
    expect([...stage.rows().keys()].filter((key) => key.startsWith('to-lift'))).toEqual([]);
    await stage.organization.close();
  });

  it('shows a list that somebody filled with more, and ends it only when it is named', async () => {
    const stage = await quietStage({ scenario: 'dns-tunnel' });
    await stage.hours(13);
    for (const list of firewallOf(stage).domainLists.values())
      list.specifications = [...list.specifications, 'shop.example.com'];
    const plan = await stage.show();
    const drifted = plan.steps.filter(({ kind }) => kind === 'unblock-dns');
    expect(drifted.map(({ decision }) => decision)).toEqual(drifted.map(() => 'drifted'));
    const partly = await stage.perform(plan, { giveUp: ['restore-profile'] });
    expect(partly.status).toBe('partly-released');
    const again = await stage.show();
    const named = again.steps.filter(({ kind }) => kind === 'unblock-dns').map(({ id }) => id);
    const ended = await stage.perform(again, { steps: named });
    expect(ended).toMatchObject({ outcomes: named.map((id) => ({ id, status: 'done' })) });
    expect(resolves(stage, 'x.example.net')).toBe(true);
    await stage.organization.close();
  });
});

describe('the watch over what blocks names', () => {
  it.each<[string, (stage: Where) => void]>([
    [
      'the association',
      (stage) => {
        const { associations } = firewallOf(stage);
        for (const [id, { vpcId }] of associations) if (vpcId === vpcOf(stage)) associations.delete(id);
      },
    ],
    [
      'a name of the list',
      (stage) => {
        for (const list of firewallOf(stage).domainLists.values()) list.specifications = [];
      },
    ],
  ])('puts it back when somebody took %s away, and tells it once', async (_what, takeAway) => {
    const stage = await releaseStage({ scenario: 'dns-tunnel' });
    takeAway(stage);
    expect(resolves(stage, 'x.example.net')).toBe(true);
    const seen = await stage.watch();
    expect(seen.drifted[0]?.drifts).toContain(`dns-block:${vpcOf(stage)}`);
    await stage.hours(0.5);
    expect(resolves(stage, 'x.example.net')).toBe(false);
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    expect(stage.kinds().filter((kind) => kind === 'containment-drifted')).toHaveLength(1);
    await stage.organization.close();
  });

  it('leaves the names resolving that people let resolve again by a release of that step', async () => {
    const stage = await releaseStage({ scenario: 'dns-tunnel' });
    const plan = await stage.show();
    const steps = plan.steps.filter(({ kind }) => kind === 'unblock-dns').map(({ id }) => id);
    expect(await stage.perform(plan, { steps })).toMatchObject({ status: 'partly-released' });
    await stage.hours(0.5);
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    expect(resolves(stage, 'x.example.net')).toBe(true);
    await stage.organization.close();
  });
});
