import { functionName } from '@cordon/incident';
import {
  addNetworkInterface,
  addSubnet,
  addTrunkAssociation,
  addVpc,
  ec2State,
  flowsOf,
  openFlow,
  addInternetGateway,
  addAddress,
  shareSubnet,
  type NetworkInterface,
} from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { attachInterface } from './attach-interface.ts';
import { play, type Stage } from './play.ts';

const remoteOf = ({ suspect }: Pick<Stage, 'suspect'>) => suspect.remotes[0]?.address ?? '';

/** Another member of the organization. */
const ownerOf = ({ organization, suspect }: Stage): string => {
  const own = new Set(['602011150001', '602011150002', '602011150003', '602011150004', suspect.account]);
  const other = [...organization.world.accounts.keys()].find((id) => !own.has(id));
  if (other === undefined) throw new Error('the organization has no other member');
  return other;
};

/** Gives the suspect an interface in a subnet that another account owns and shares, with a channel to the finding's far end. */
const intoSharedSubnet = (stage: Stage): { readonly owner: string; readonly nic: NetworkInterface } => {
  const { organization, suspect, ec2 } = stage;
  const owner = ownerOf(stage);
  const theirs = organization.world.of(ec2State, owner, suspect.region);
  const { vpcId } = addVpc(theirs, { cidr: '10.88.0.0/16', ownerId: owner }, organization.ids);
  addInternetGateway(theirs, { vpcId }, organization.ids);
  const spec = { vpcId, cidr: '10.88.1.0/24', availabilityZone: `${suspect.region}b` };
  const { subnetId } = addSubnet(theirs, spec, organization.ids);
  shareSubnet(organization.world, {
    owner,
    region: suspect.region,
    subnetId,
    participants: [suspect.account],
  });
  const group = [...ec2.securityGroups.values()].find(({ description }) => description === 'workload');
  if (group === undefined) throw new Error('the suspect has no group of the workload');
  const open = { ...group, groupId: 'sg-0123456789abcdef0', vpcId, permissions: [...group.permissions] };
  ec2.securityGroups.set(open.groupId, open);
  const nic = addNetworkInterface(ec2, { subnetId, groups: [open.groupId] }, organization.ids);
  nic.attachment = {
    attachmentId: 'eni-attach-shared',
    instanceId: suspect.instanceId,
    deviceIndex: 7,
    networkCardIndex: 0,
    attachedAt: organization.timeline.now(),
  };
  ec2.instances.get(suspect.instanceId)?.networkInterfaceIds.push(nic.networkInterfaceId);
  addAddress(ec2, { networkInterfaceId: nic.networkInterfaceId }, organization.ids);
  const opened = openFlow(organization, {
    account: suspect.account,
    region: suspect.region,
    networkInterfaceId: nic.networkInterfaceId,
    direction: 'outbound',
    protocol: 'tcp',
    localPort: 51_000,
    remotePort: 443,
    remote: { address: remoteOf(stage) },
  });
  if (!opened.opened) throw new Error(`the attacker cannot connect: ${opened.because}`);
  return { owner, nic };
};

describe('an interface in a subnet that is shared', () => {
  it("is isolated by a group of its own account, and its channel is cut in the owner's network ACL, by the owner's contain duty", async () => {
    const shared: { owner?: string; nic?: NetworkInterface } = {};
    const played = await play({ furnish: (stage) => Object.assign(shared, intoSharedSubnet(stage)) });

    expect(played.kinds).toContain('contained');
    const roles = played
      .callsOf('AssumeRole', functionName('isolate-network'))
      .map(({ input }) => ('RoleArn' in input ? String(input.RoleArn) : ''));
    expect(roles).toContain(`arn:aws:iam::${shared.owner}:role/cordon/cordon-contain`);
    const entries = played
      .callsOf('CreateNetworkAclEntry')
      .filter(({ caller }) => caller.includes(`:${shared.owner}:`));
    expect(entries.length).toBe(2);
    const channel = flowsOf(played.organization.world, played.suspect).find(
      ({ networkInterfaceId }) => networkInterfaceId === shared.nic?.networkInterfaceId,
    );
    expect(channel?.state).toMatchObject({ kind: 'cut', obstacle: 'network-acl' });
    const [groupId = ''] = shared.nic?.groups ?? [];
    expect(played.ec2.securityGroups.get(groupId)).toMatchObject({
      ownerId: played.suspect.account,
      vpcId: shared.nic?.vpcId,
      permissions: [],
    });
  });
});

describe("a pod's interface that hangs off a trunk", () => {
  it('is isolated with the others, though no list of the instance has it', async () => {
    const branch: { nic?: NetworkInterface } = {};
    const played = await play({
      furnish: (stage) => {
        const { ec2, organization } = stage;
        const trunk = ec2.networkInterfaces.get(attachInterface(stage));
        if (trunk === undefined) throw new Error('the suspect has no interface');
        ec2.networkInterfaces.set(trunk.networkInterfaceId, Object.assign(trunk, { interfaceType: 'trunk' }));
        branch.nic = addNetworkInterface(
          ec2,
          { subnetId: trunk.subnetId, groups: [...trunk.groups], interfaceType: 'branch' },
          organization.ids,
        );
        addTrunkAssociation(
          ec2,
          {
            trunkInterfaceId: trunk.networkInterfaceId,
            branchInterfaceId: branch.nic.networkInterfaceId,
            vlanId: 1,
          },
          organization.ids,
        );
      },
    });
    expect(played.reasonsOf('needs-a-person')).toBe('');
    expect(played.kinds).toContain('contained');
    const [groupId = ''] = branch.nic?.groups ?? [];
    expect(branch.nic?.groups).toHaveLength(1);
    expect(played.ec2.securityGroups.get(groupId)?.permissions).toEqual([]);
  });
});
