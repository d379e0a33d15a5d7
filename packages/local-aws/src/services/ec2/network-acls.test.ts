import type {
  CreateNetworkAclCommandOutput,
  DescribeNetworkAclsCommandOutput,
  NetworkAcl,
  ReplaceNetworkAclAssociationCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT } from '../testing.ts';
import { aclOf, addNetworkAcl } from './build-network.ts';
import { addVpc } from './build.ts';
import { testNetwork, type TestNetwork } from './test-network.ts';

const shown = async (on: TestNetwork, input: object = {}): Promise<readonly NetworkAcl[]> =>
  (await on.perform<DescribeNetworkAclsCommandOutput>('DescribeNetworkAcls', input)).NetworkAcls ?? [];

/** The ACL of the subnet, and a deny entry that can be changed. */
const furnished = () => {
  const on = testNetwork();
  const acl = aclOf(on.state, on.subnet.subnetId);
  const NetworkAclId = acl.networkAclId;
  const deny = {
    NetworkAclId,
    RuleNumber: 50,
    Protocol: '-1',
    RuleAction: 'deny',
    Egress: true,
    CidrBlock: '203.0.113.7/32',
  };
  const create = (more: object = {}) => on.perform('CreateNetworkAclEntry', { ...deny, ...more });
  return { on, acl, NetworkAclId, deny, create };
};

const lines = (acl: NetworkAcl | undefined, egress: boolean) =>
  acl?.Entries?.filter((entry) => entry.Egress === egress).map(
    ({ RuleNumber, RuleAction, CidrBlock, Ipv6CidrBlock, Protocol }) =>
      `${RuleNumber} ${RuleAction} ${Protocol} ${CidrBlock ?? Ipv6CidrBlock}`,
  );

describe('the default network ACL', () => {
  // https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
  it('lets everything through in both directions, and has the entries that the page shows', async () => {
    const on = testNetwork();
    const [acl] = await shown(on);
    const page = [
      '100 allow -1 0.0.0.0/0',
      '101 allow -1 ::/0',
      '32767 deny -1 0.0.0.0/0',
      '32768 deny -1 ::/0',
    ];
    expect(lines(acl, false)).toEqual(page);
    expect(lines(acl, true)).toEqual(page);
    expect(acl).toMatchObject({ IsDefault: true, OwnerId: ACCOUNT, VpcId: on.vpc.vpcId });
    expect(acl?.Associations?.map(({ SubnetId }) => SubnetId)).toEqual([on.subnet.subnetId]);
  });

  it('has entries for IPv6 only where the VPC has a block of it', async () => {
    const on = testNetwork();
    const { vpcId } = addVpc(on.state, { cidr: '10.9.0.0/16', ownerId: ACCOUNT }, on.ids);
    const [acl] = await shown(on, { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });
    expect(lines(acl, false)).toEqual(['100 allow -1 0.0.0.0/0', '32767 deny -1 0.0.0.0/0']);
  });
});

describe('CreateNetworkAcl', () => {
  // https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html : a custom ACL denies until rules are added.
  it('makes one that denies everything and has its tags', async () => {
    const on = testNetwork();
    const { NetworkAcl } = await on.perform<CreateNetworkAclCommandOutput>('CreateNetworkAcl', {
      VpcId: on.vpc.vpcId,
      TagSpecifications: [{ ResourceType: 'network-acl', Tags: [{ Key: 'team', Value: 'shop' }] }],
    });
    expect(lines(NetworkAcl, false)).toEqual(['32767 deny -1 0.0.0.0/0', '32768 deny -1 ::/0']);
    expect(NetworkAcl).toMatchObject({ IsDefault: false, Tags: [{ Key: 'team', Value: 'shop' }] });
    expect(NetworkAcl?.Associations).toEqual([]);
  });
});

describe('DeleteNetworkAcl', () => {
  it('takes away one that filters no subnet, and neither the default one nor one in use', async () => {
    const { on, acl } = furnished();
    const spare = addNetworkAcl(on.state, { vpcId: on.vpc.vpcId }, on.ids);
    await on.perform('DeleteNetworkAcl', { NetworkAclId: spare.networkAclId });
    expect(on.state.networkAcls.has(spare.networkAclId)).toBe(false);
    const used = addNetworkAcl(on.state, { vpcId: on.vpc.vpcId, subnetIds: [on.subnet.subnetId] }, on.ids);
    await expect(on.perform('DeleteNetworkAcl', { NetworkAclId: used.networkAclId })).rejects.toMatchObject({
      code: 'DependencyViolation',
    });
    await expect(on.perform('DeleteNetworkAcl', { NetworkAclId: acl.networkAclId })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
});

describe('CreateNetworkAclEntry', () => {
  it('adds an entry with its block in canonical form, in one direction alone', async () => {
    const { on, create } = furnished();
    await create({ CidrBlock: '203.0.113.7/24' });
    const [acl] = await shown(on);
    expect(lines(acl, true)?.[0]).toBe('50 deny -1 203.0.113.0/24');
    expect(lines(acl, false)?.[0]).toBe('100 allow -1 0.0.0.0/0');
  });

  it('keeps ports of TCP and UDP, and types of ICMP, and drops what counts for no other protocol', async () => {
    const { acl, create } = furnished();
    const PortRange = { From: 443, To: 443 };
    const IcmpTypeCode = { Type: -1, Code: -1 };
    await create({ Protocol: '6', PortRange });
    await create({ Protocol: '1', IcmpTypeCode, RuleNumber: 51 });
    await create({ Protocol: '-1', PortRange, RuleNumber: 52 });
    const entry = (number: number) => acl.entries.find(({ ruleNumber }) => ruleNumber === number);
    expect(entry(50)).toMatchObject({ portRange: { from: 443, to: 443 } });
    expect(entry(51)).toMatchObject({ icmp: { type: -1, code: -1 } });
    expect(entry(52)).not.toHaveProperty('portRange');
  });

  it.each([
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    ['a number that is taken in the direction', { RuleNumber: 100 }, 'NetworkAclEntryAlreadyExists'],
    ['a number of AWS alone', { RuleNumber: 32_767 }, 'InvalidParameterValue'],
    ['the number 0', { RuleNumber: 0 }, 'InvalidParameterValue'],
    ['an ACL that is not there', { NetworkAclId: 'acl-0123456789abcdef0' }, 'InvalidNetworkAclID.NotFound'],
    ['an id of another shape', { NetworkAclId: 'acl-x' }, 'InvalidNetworkAclId.Malformed'],
    ['TCP without ports', { Protocol: '6' }, 'MissingParameter'],
    ['ICMP without its type', { Protocol: '1' }, 'MissingParameter'],
    [
      'ICMPv6 to an IPv6 block without its type',
      { Protocol: '58', CidrBlock: undefined, Ipv6CidrBlock: '::/0' },
      'MissingParameter',
    ],
    ['ports in the wrong order', { Protocol: '6', PortRange: { From: 2, To: 1 } }, 'InvalidParameterValue'],
    ['two blocks', { Ipv6CidrBlock: '::/0' }, 'InvalidParameterCombination'],
    ['no block', { CidrBlock: undefined }, 'MissingParameter'],
    ['an IPv6 block for IPv4', { CidrBlock: '::/0' }, 'InvalidParameterValue'],
    ['a protocol of no number', { Protocol: '256' }, 'InvalidParameterValue'],
    ['neither allow nor deny', { RuleAction: 'drop' }, 'InvalidParameterValue'],
    ['a dry run', { DryRun: true }, 'DryRunOperation'],
  ])('refuses %s and adds nothing', async (_what, more, code) => {
    const { acl, create } = furnished();
    const before = [...acl.entries];
    await expect(create(more)).rejects.toMatchObject({ code });
    expect(acl.entries).toEqual(before);
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html : 20 one way, IPv4 and IPv6 apart, with the last.
  it('takes 20 entries of a family in a direction, the last one counted', async () => {
    const { acl, create } = furnished();
    const room = 20 - acl.entries.filter(({ egress, source }) => egress && source.kind === 'ipv4').length;
    for (let number = 1; number <= room; number += 1) await create({ RuleNumber: number });
    await expect(create({ RuleNumber: 99 })).rejects.toMatchObject({ code: 'NetworkAclEntryLimitExceeded' });
    await create({ RuleNumber: 99, Egress: false });
    await create({ RuleNumber: 98, CidrBlock: undefined, Ipv6CidrBlock: '2001:db8:9::/64' });
  });
});

describe('ReplaceNetworkAclEntry and DeleteNetworkAclEntry', () => {
  it('change the entry of that number and direction', async () => {
    const { on, acl, NetworkAclId, deny } = furnished();
    await on.perform('ReplaceNetworkAclEntry', { ...deny, RuleNumber: 100 });
    const at = (number: number, out: boolean) =>
      acl.entries.find(({ ruleNumber, egress }) => ruleNumber === number && egress === out)?.action;
    expect([at(100, true), at(100, false)]).toEqual(['deny', 'allow']);
    await on.perform('DeleteNetworkAclEntry', { NetworkAclId, RuleNumber: 100, Egress: true });
    expect([at(100, true), at(100, false)]).toEqual([undefined, 'allow']);
  });

  it.each(['ReplaceNetworkAclEntry', 'DeleteNetworkAclEntry'])(
    '%s refuses one that is not there',
    async (name) => {
      const { on, NetworkAclId, deny } = furnished();
      const input = name === 'ReplaceNetworkAclEntry' ? deny : { NetworkAclId, RuleNumber: 50, Egress: true };
      await expect(on.perform(name, input)).rejects.toMatchObject({
        code: 'InvalidNetworkAclEntry.NotFound',
      });
    },
  );

  // https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html : the rule with an asterisk stays.
  it('leave the last entry alone', async () => {
    const { on, NetworkAclId } = furnished();
    const last = { NetworkAclId, RuleNumber: 32_767, Egress: true };
    await expect(on.perform('DeleteNetworkAclEntry', last)).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
});

describe('ReplaceNetworkAclAssociation', () => {
  it('moves the subnet, which is in one ACL and no more', async () => {
    const { on, acl } = furnished();
    const [AssociationId = ''] = acl.associations.keys();
    const shut = addNetworkAcl(on.state, { vpcId: on.vpc.vpcId }, on.ids);
    const { NewAssociationId } = await on.perform<ReplaceNetworkAclAssociationCommandOutput>(
      'ReplaceNetworkAclAssociation',
      { AssociationId, NetworkAclId: shut.networkAclId },
    );
    expect(NewAssociationId).not.toBe(AssociationId);
    expect([...shut.associations]).toEqual([[NewAssociationId, on.subnet.subnetId]]);
    expect(acl.associations.size).toBe(0);
    await expect(
      on.perform('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId: acl.networkAclId }),
    ).rejects.toMatchObject({ code: 'InvalidAssociationID.NotFound' });
  });

  it('refuses an ACL of another VPC', async () => {
    const { on, acl } = furnished();
    const [AssociationId = ''] = acl.associations.keys();
    const { vpcId } = addVpc(on.state, { cidr: '10.9.0.0/16', ownerId: ACCOUNT }, on.ids);
    const foreign = addNetworkAcl(on.state, { vpcId }, on.ids);
    await expect(
      on.perform('ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId: foreign.networkAclId }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    expect(acl.associations.has(AssociationId)).toBe(true);
  });

  it('asks for the new ACL and the subnet, and on its own account for the ACL that the subnet leaves', () => {
    const { on, acl } = furnished();
    const [AssociationId = ''] = acl.associations.keys();
    const shut = addNetworkAcl(on.state, { vpcId: on.vpc.vpcId }, on.ids);
    const checks = on.checksOf('ReplaceNetworkAclAssociation', {
      AssociationId,
      NetworkAclId: shut.networkAclId,
    });
    expect(checks.map(({ resource, assumed }) => [resource.split(':').at(-1), assumed])).toEqual([
      [`network-acl/${shut.networkAclId}`, undefined],
      [`subnet/${on.subnet.subnetId}`, undefined],
      [`network-acl/${acl.networkAclId}`, true],
    ]);
  });
});

it('DescribeNetworkAcls finds the ACL of a subnet, and of an entry', async () => {
  const { on, acl, create } = furnished();
  addNetworkAcl(on.state, { vpcId: on.vpc.vpcId }, on.ids);
  await create();
  const ids = async (Name: string, value: string) =>
    (await shown(on, { Filters: [{ Name, Values: [value] }] })).map(({ NetworkAclId }) => NetworkAclId);
  expect(await ids('association.subnet-id', on.subnet.subnetId)).toEqual([acl.networkAclId]);
  expect(await ids('entry.cidr', '203.0.113.7/32')).toEqual([acl.networkAclId]);
  expect(await ids('default', 'false')).toHaveLength(1);
});
