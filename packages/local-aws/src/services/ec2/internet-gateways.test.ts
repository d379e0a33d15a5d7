import type {
  DescribeEgressOnlyInternetGatewaysCommandOutput,
  DescribeInternetGatewaysCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, START } from '../testing.ts';
import { addEgressOnlyGateway, addInternetGateway, addNatGateway } from './build-gateways.ts';
import { addVpc } from './build.ts';
import { routeFor } from './routing.ts';
import { testNetwork } from './test-network.ts';

const furnished = () => {
  const on = testNetwork();
  const { vpcId: VpcId } = on.vpc;
  const gateway = addInternetGateway(on.state, { vpcId: VpcId, tags: { team: 'net' } }, on.ids);
  const pair = { InternetGatewayId: gateway.internetGatewayId, VpcId };
  return {
    on,
    gateway,
    pair,
    attach: (more = {}) => on.perform('AttachInternetGateway', { ...pair, ...more }),
    detach: (more = {}) => on.perform('DetachInternetGateway', { ...pair, ...more }),
  };
};

describe('DetachInternetGateway', () => {
  it('takes the gateway off the VPC and leaves its routes, which lead nowhere', async () => {
    const { on, gateway, detach } = furnished();
    await detach();
    expect(gateway).not.toHaveProperty('vpcId');
    expect(routeFor(on.state, on.subnet, '203.0.113.7')?.status).toBe('blackhole');
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
  it.each<[string, (on: ReturnType<typeof testNetwork>) => unknown]>([
    ['an instance with an auto-assigned public address', (on) => on.instance()],
    [
      'a NAT gateway with its Elastic IP',
      (on) => addNatGateway(on.state, { subnetId: on.subnet.subnetId, createdAt: START }, on.ids),
    ],
  ])('refuses while the VPC has %s', async (_what, add) => {
    const { on, gateway, detach } = furnished();
    add(on);
    await expect(detach()).rejects.toMatchObject({ code: 'DependencyViolation' });
    expect(gateway.vpcId).toBe(on.vpc.vpcId);
  });

  it('goes on when a private NAT gateway is all that is there', async () => {
    const { on, gateway, detach } = furnished();
    const nat = { subnetId: on.subnet.subnetId, connectivity: 'private' as const, createdAt: START };
    addNatGateway(on.state, nat, on.ids);
    await detach();
    expect(gateway).not.toHaveProperty('vpcId');
  });

  it.each([
    [
      'a gateway that is not there',
      { InternetGatewayId: 'igw-0123456789abcdef0' },
      'InvalidInternetGatewayID.NotFound',
    ],
    ['a VPC that is not there', { VpcId: 'vpc-0123456789abcdef0' }, 'InvalidVpcID.NotFound'],
    ['a dry run', { DryRun: true }, 'DryRunOperation'],
  ])('refuses %s', async (_what, more, code) => {
    const { gateway, detach } = furnished();
    await expect(detach(more)).rejects.toMatchObject({ code });
    expect(gateway).toHaveProperty('vpcId');
  });

  it('refuses a VPC that the gateway is not attached to, also the second time', async () => {
    const { detach } = furnished();
    await detach();
    await expect(detach()).rejects.toMatchObject({ code: 'Gateway.NotAttached' });
  });
});

describe('AttachInternetGateway', () => {
  it('puts the gateway on the VPC again, and its routes lead out', async () => {
    const { on, attach, detach } = furnished();
    await detach();
    await attach();
    expect(routeFor(on.state, on.subnet, '203.0.113.7')?.status).toBe('active');
  });

  // One gateway for a VPC and one VPC for a gateway. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
  it('refuses a gateway that is attached, and a VPC that has one', async () => {
    const { on, attach } = furnished();
    const { vpcId: VpcId } = addVpc(on.state, { cidr: '10.9.0.0/16', ownerId: ACCOUNT }, on.ids);
    await expect(attach({ VpcId })).rejects.toMatchObject({ code: 'Resource.AlreadyAssociated' });
    const other = addInternetGateway(on.state, { vpcId: VpcId }, on.ids);
    delete other.vpcId;
    await expect(attach({ InternetGatewayId: other.internetGatewayId })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
});

it('DescribeInternetGateways shows attachments as available, and none of a detached gateway', async () => {
  const { on, pair, detach } = furnished();
  const shown = async () =>
    (
      await on.perform<DescribeInternetGatewaysCommandOutput>('DescribeInternetGateways', {
        Filters: [{ Name: 'internet-gateway-id', Values: [pair.InternetGatewayId] }],
      })
    ).InternetGateways?.[0];
  expect(await shown()).toMatchObject({
    OwnerId: ACCOUNT,
    Attachments: [{ VpcId: pair.VpcId, State: 'available' }],
    Tags: [{ Key: 'team', Value: 'net' }],
  });
  await detach();
  expect((await shown())?.Attachments).toEqual([]);
});

it('DescribeEgressOnlyInternetGateways finds gateways by tag', async () => {
  const { on } = furnished();
  const { vpcId } = on.vpc;
  const made = addEgressOnlyGateway(on.state, { vpcId, tags: { team: 'net' } }, on.ids);
  addEgressOnlyGateway(on.state, { vpcId }, on.ids);
  const output = await on.perform<DescribeEgressOnlyInternetGatewaysCommandOutput>(
    'DescribeEgressOnlyInternetGateways',
    { Filters: [{ Name: 'tag:team', Values: ['net'] }] },
  );
  expect(output.EgressOnlyInternetGateways).toEqual([
    {
      EgressOnlyInternetGatewayId: made.egressOnlyInternetGatewayId,
      Attachments: [{ VpcId: vpcId, State: 'attached' }],
      Tags: [{ Key: 'team', Value: 'net' }],
    },
  ]);
});
