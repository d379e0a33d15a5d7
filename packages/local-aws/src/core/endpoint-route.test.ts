import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { MEMBER, organizationWith, REGION, SECURITY } from '../organization-testing.ts';
import { addRouteTable, mainRouteTable } from '../services/ec2/build-network.ts';
import { addImage, addSubnet, addVpc } from '../services/ec2/build.ts';
import { addInstance } from '../services/ec2/build-instance.ts';
import { shareSubnet } from '../services/ec2/sharing.ts';
import { ec2State } from '../services/ec2/state.ts';
import { addRole } from '../services/iam/build.ts';
import { instanceSession } from '../services/sts/instance-session.ts';
import { endpointRoute } from './endpoint-route.ts';

const allow = (more: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const anyone = document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' });

/** Only roles of the endpoint's own account are reached through it. */
const ownAccountOnly = document(
  allow({ Principal: '*', Condition: { StringEquals: { 'aws:ResourceAccount': MEMBER } } }),
);

/** An instance with a role that may do everything, in a VPC of the member's, and a role that trusts everyone in each account. */
const setUp = async () => {
  const organization = await organizationWith({});
  const { world, ids, timeline, host } = organization;
  const state = world.of(ec2State, MEMBER, REGION);
  const { vpcId } = addVpc(state, { cidr: '10.0.0.0/16', ownerId: MEMBER }, ids);
  const zone = `${REGION}a`;
  const { subnetId } = addSubnet(state, { vpcId, cidr: '10.0.1.0/24', availabilityZone: zone }, ids);
  const { imageId } = addImage(state, { ownerId: MEMBER, name: 'linux' }, ids);
  const { instanceId } = addInstance(
    state,
    {
      type: 'm7i.large',
      imageId,
      volumes: [],
      launchedAt: timeline.now(),
      networkInterfaces: [{ subnetId, groups: [], privateIpAddress: '10.0.1.9' }],
    },
    ids,
  );
  const making = { ids, now: timeline.now() };
  const inline = { everything: document(allow({})) };
  const roleName = addRole(world, { account: MEMBER, name: 'Web', trust: anyone, inline }, making).name;
  for (const account of [MEMBER, SECURITY])
    addRole(world, { account, name: 'Target', trust: anyone }, making);
  const session = instanceSession(
    world,
    { account: MEMBER, region: REGION, instanceId, roleName },
    making.now,
  );
  return {
    organization,
    state,
    vpcId,
    subnetId,
    session,
    table: () => {
      const table = addRouteTable(state, { vpcId }, ids);
      table.associations.set('rtbassoc-1', subnetId);
      return table.routeTableId;
    },
    endpoint: (service: string, properties: Readonly<Record<string, unknown>>) =>
      organization.deploy(
        {
          Resources: {
            Endpoint: {
              Type: 'AWS::EC2::VPCEndpoint',
              Properties: { VpcId: vpcId, ServiceName: `com.amazonaws.${REGION}.${service}`, ...properties },
            },
          },
        },
        { account: MEMBER, region: REGION, stackName: `endpoint-${service}-${state.vpcEndpoints.size}` },
      ),
    assume: (account: string, caller = session) =>
      organization.during(() =>
        new STSClient({
          region: REGION,
          credentials: host.issueCredentials(caller, 3600),
          requestHandler: organization.requestHandler,
        }).send(
          new AssumeRoleCommand({
            RoleArn: `arn:aws:iam::${account}:role/Target`,
            RoleSessionName: 'stolen',
          }),
        ),
      ),
  };
};

const named = { VpcEndpointType: 'Interface', PrivateDnsEnabled: true };

/** https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
describe('a call from an instance whose VPC has an endpoint for the service', () => {
  it('is bound by the endpoint’s policy, however much the role and the resource allow', async () => {
    const on = await setUp();
    on.endpoint('sts', { ...named, PolicyDocument: ownAccountOnly });
    await expect(on.assume(MEMBER)).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
    await expect(on.assume(SECURITY)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('because no VPC endpoint policy allows the sts:AssumeRole action'),
    });
  });

  it('is not bound when the credentials are used from elsewhere', async () => {
    const on = await setUp();
    on.endpoint('sts', { ...named, PolicyDocument: ownAccountOnly });
    const { within: _left, ...thief } = on.session;
    await expect(on.assume(SECURITY, thief)).resolves.toBeDefined();
  });

  it('passes an endpoint without a policy of its own', async () => {
    const on = await setUp();
    on.endpoint('sts', named);
    await expect(on.assume(SECURITY)).resolves.toBeDefined();
  });

  it('is decided alike for one who only asks', async () => {
    const on = await setUp();
    on.endpoint('s3', { ...named, PolicyDocument: ownAccountOnly });
    const ask = (action: string, account: string) =>
      on.organization.host.decideFor(on.session, REGION, { action, resource: '*', account });
    expect(ask('s3:ListAllMyBuckets', MEMBER).verdict).toBe('allow');
    expect(ask('s3:ListAllMyBuckets', SECURITY)).toMatchObject({ verdict: 'deny', layer: 'endpoint' });
    expect(ask('sqs:ListQueues', SECURITY).layer).not.toBe('endpoint');
  });
});

describe('the way of a call', () => {
  const called = { service: 's3', region: REGION };

  it('is the interface endpoint that answers to the service’s name in the VPC', async () => {
    const on = await setUp();
    const { world } = on.organization;
    expect(endpointRoute(world, on.session, called)).toBeUndefined();
    on.endpoint('s3', { ...named, PrivateDnsEnabled: false });
    expect(endpointRoute(world, on.session, called)).toBeUndefined();
    on.endpoint('s3', named);
    const [, vpcEndpointId] = on.state.vpcEndpoints.keys();
    expect(endpointRoute(world, on.session, called)).toMatchObject({
      vpcEndpointId,
      vpcId: on.vpcId,
      sourceIp: '10.0.1.9',
    });
  });

  it('is the gateway endpoint that the subnet’s route table sends to, before any other', async () => {
    const on = await setUp();
    const { world } = on.organization;
    on.endpoint('s3', { RouteTableIds: [] });
    expect(endpointRoute(world, on.session, called)).toBeUndefined();
    on.endpoint('s3', named);
    on.endpoint('s3', { RouteTableIds: [on.table()] });
    const [, , vpcEndpointId] = on.state.vpcEndpoints.keys();
    expect(endpointRoute(world, on.session, called)).toMatchObject({ vpcEndpointId });
  });

  it('is the gateway endpoint of the main route table, which a subnet without its own follows', async () => {
    const on = await setUp();
    const { world } = on.organization;
    on.endpoint('s3', { RouteTableIds: [mainRouteTable(on.state, on.vpcId).routeTableId] });
    const [vpcEndpointId] = on.state.vpcEndpoints.keys();
    expect(endpointRoute(world, on.session, called)).toMatchObject({ vpcEndpointId });
    on.table();
    expect(endpointRoute(world, on.session, called)).toBeUndefined();
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html : endpoints are the owner's.
  it('is the owner’s endpoint in a subnet that is shared with the caller’s account', async () => {
    const on = await setUp();
    const { world } = on.organization;
    on.endpoint('s3', named);
    shareSubnet(world, { owner: MEMBER, region: REGION, subnetId: on.subnetId, participants: [SECURITY] });
    const participant = { ...on.session, account: SECURITY };
    const [vpcEndpointId] = on.state.vpcEndpoints.keys();
    expect(endpointRoute(world, participant, called)).toMatchObject({ vpcEndpointId });
  });

  it.each([
    ['another service', { service: 'kms', region: REGION }],
    ['another Region', { service: 's3', region: 'us-east-1' }],
  ])('is the internet to %s', async (_what, elsewhere) => {
    const on = await setUp();
    on.endpoint('s3', named);
    expect(endpointRoute(on.organization.world, on.session, elsewhere)).toBeUndefined();
  });

  it('is the internet from another VPC', async () => {
    const on = await setUp();
    on.endpoint('s3', named);
    const within = {
      region: REGION,
      vpcId: 'vpc-other',
      subnetId: 'subnet-other',
      privateIpAddress: '10.1.0.1',
    };
    expect(endpointRoute(on.organization.world, { ...on.session, within }, called)).toBeUndefined();
  });
});
