import { TAGS } from '@cordon/incident';
import { loadBalancingState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { allowing } from './allowing.ts';
import { releaseStage, type ReleaseStage } from './release-stage.ts';

const suspectOf = ({ ec2, suspect }: ReleaseStage) => {
  const instance = ec2.instances.get(suspect.instanceId);
  const nic = ec2.networkInterfaces.get(suspect.networkInterfaceIds[0] ?? '');
  if (instance === undefined || nic === undefined) throw new Error('the suspect is gone');
  return { instance, nic };
};

const isOurs = ({ tags }: { readonly tags: ReadonlyMap<string, string> }): boolean =>
  tags.has(TAGS.isolation);

/** Gives the subnet of the suspect to another ACL or table of its VPC, as somebody would who takes the cut back. */
const giveBack = (
  subnetId: string,
  things: readonly {
    readonly tags: ReadonlyMap<string, string>;
    readonly associations: Map<string, string>;
    readonly vpcId: string;
  }[],
  vpcId: string,
): void => {
  const other = things.find((one) => one.vpcId === vpcId && !isOurs(one));
  for (const { associations } of things)
    for (const [id, subnet] of associations)
      if (subnet === subnetId) {
        associations.delete(id);
        other?.associations.set(id, subnet);
      }
};

/** Registers the suspect wherever a registration of it would be, by its id or its address. */
const registerAgain = (stage: ReleaseStage): void => {
  const { organization, suspect } = stage;
  const { instance, nic } = suspectOf(stage);
  const { targetGroups, classic } = organization.world.of(
    loadBalancingState,
    suspect.account,
    suspect.region,
  );
  for (const { targetType, port, registrations } of targetGroups.values()) {
    const id = targetType === 'ip' ? nic.privateIpAddress : instance.instanceId;
    if (!registrations.some((one) => one.id === id)) registrations.push({ id, port, health: 'healthy' });
  }
  for (const { registrations, listeners } of classic.values())
    registrations.push({
      id: instance.instanceId,
      port: listeners[0]?.instancePort ?? 80,
      health: 'healthy',
    });
};

/** What one look reports, by the kinds of its drifts. */
const kindsSeen = async (stage: ReleaseStage): Promise<readonly string[]> =>
  (await stage.watch()).drifted.flatMap(({ drifts }) =>
    drifts.map((id) => id.slice(0, id.includes(':') ? id.indexOf(':') : id.length)),
  );

describe('what the watch contains again', () => {
  it('is all that containment did: balancers, ACL, routes, metadata, protection, tag, in one plan and told once', async () => {
    const stage = await releaseStage({
      scenario: 'behind-balancers',
      config: allowing({ subnetAcl: 'automatic', routeTable: 'automatic', metadataOff: 'automatic' }),
    });
    const { ec2 } = stage;
    const { instance, nic } = suspectOf(stage);
    const { vpcId = '' } = ec2.subnets.get(nic.subnetId) ?? {};
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });

    giveBack(nic.subnetId, [...ec2.networkAcls.values()], vpcId);
    giveBack(nic.subnetId, [...ec2.routeTables.values()], vpcId);
    for (const acl of ec2.networkAcls.values())
      if (!isOurs(acl)) acl.entries = acl.entries.filter(({ ruleNumber }) => ruleNumber >= 100);
    instance.metadataOptions = { ...instance.metadataOptions, httpEndpoint: 'enabled' };
    instance.disableApiTermination = false;
    instance.tags.delete(TAGS.incident);
    nic.connectionTracking = { tcpEstablished: 432_000 };
    registerAgain(stage);
    const seen = await kindsSeen(stage);

    expect([...new Set(seen)].toSorted()).toEqual([
      'classic-balancer',
      'metadata',
      'remote-addresses',
      'subnet-acl',
      'subnet-routes',
      'tag',
      'target',
      'termination-protection',
      'timeout',
    ]);
    await stage.hours(1);
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    expect(
      [...ec2.networkAcls.values()].find((acl) => [...acl.associations.values()].includes(nic.subnetId)),
    ).toSatisfy(isOurs);
    expect(stage.kinds().filter((kind) => kind === 'containment-drifted')).toHaveLength(1);
    expect(stage.rows().has(`incident#${stage.incidentId} plan#1`)).toBe(true);
    expect(stage.rows().has(`incident#${stage.incidentId} plan#2`)).toBe(false);
    await stage.organization.close();
  });

  it('is a new ACL where somebody put an entry that allows into the closed one', async () => {
    const stage = await releaseStage({ config: allowing({ subnetAcl: 'automatic' }) });
    const { nic } = suspectOf(stage);
    const closed = [...stage.ec2.networkAcls.values()].find(isOurs);
    closed?.entries.push({
      ruleNumber: 1,
      egress: true,
      protocol: '-1',
      action: 'allow',
      source: { kind: 'ipv4', cidr: '0.0.0.0/0' },
    });
    expect(await kindsSeen(stage)).toContain('subnet-acl');
    await stage.hours(1);
    expect(await stage.watch()).toEqual({ looked: 1, drifted: [] });
    const now = [...stage.ec2.networkAcls.values()].find((acl) =>
      [...acl.associations.values()].includes(nic.subnetId),
    );
    expect(now?.networkAclId).not.toBe(closed?.networkAclId);
    await stage.organization.close();
  });

  it('is a held volume that was attached again, and the start; of one at another instance people are told alone', async () => {
    const stage = await releaseStage({
      scenario: 'crash-and-stop',
      config: allowing({ stop: 'automatic', crash: 'automatic', detachVolumes: 'automatic' }),
    });
    const { ec2, suspect } = stage;
    const { instance } = suspectOf(stage);
    const [first, second] = suspect.volumes.map(({ volumeId }) => ec2.volumes.get(volumeId));
    const attachedAt = stage.organization.timeline.now();
    first?.attachments.push({
      instanceId: instance.instanceId,
      deviceName: '/dev/xvda',
      state: 'attached',
      attachedAt,
    });
    instance.blockDevices.push({
      deviceName: '/dev/xvda',
      volumeId: first?.volumeId ?? '',
      attachedAt,
      deleteOnTermination: false,
    });
    second?.attachments.push({
      instanceId: 'i-0fedcba9876543210',
      deviceName: '/dev/sdf',
      state: 'attached',
      attachedAt,
    });
    expect((await kindsSeen(stage)).toSorted()).toEqual(['volume', 'volume']);
    await stage.hours(1);
    expect(first?.attachments).toEqual([]);
    expect(second?.attachments).toHaveLength(1);
    expect(stage.kinds().filter((kind) => kind === 'containment-drifted')).toHaveLength(1);
    expect(stage.rows().has(`incident#${stage.incidentId} plan#2`)).toBe(false);
    await stage.organization.close();
  });
});
