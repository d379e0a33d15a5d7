import { describe, expect, it } from 'vitest';
import { instanceFacts } from './facts.ts';
import { plan } from './plan.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';
import { stepsOf } from './steps.ts';

const OWNER = '602011160099';
const ALLOW_ALL = [
  { ruleNumber: 100, egress: false, allow: true, cidr: '0.0.0.0/0' },
  { ruleNumber: 100, egress: true, allow: true, cidr: '0.0.0.0/0' },
];
const subnet = (id: string, more: object = {}) => ({
  subnetId: `subnet-${id}`,
  vpcId: 'vpc-1',
  ownerId: '602011160021',
  networkAclId: 'acl-1',
  routes: [{ destination: '0.0.0.0/0', target: 'nat-gateway', targetId: 'nat-1' }],
  ...more,
});
const facts = (more: object = {}) =>
  instanceFacts.parse({
    account: '602011160021',
    region: 'eu-central-1',
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    spot: false,
    networkInterfaces: [
      {
        networkInterfaceId: 'eni-1',
        vpcId: 'vpc-1',
        subnetId: 'subnet-a',
        groupIds: ['sg-web'],
        requesterManaged: false,
      },
    ],
    subnets: [subnet('a')],
    networkAcls: [{ networkAclId: 'acl-1', subnetIds: ['subnet-a', 'subnet-b'], entries: ALLOW_ALL }],
    volumes: [],
    isolationGroups: [],
    addresses: [],
    readAt: '2026-11-21T03:00:01.000Z',
    ...more,
  });
const planOf = (
  posture: Partial<Posture> = {},
  more: object = {},
  remoteAddresses: readonly string[] = ['198.51.100.7'],
) =>
  plan({
    incidentId: 'inc-0123456789',
    facts: facts({ remoteAddresses, ...more }),
    posture: { ...CONTAIN_ONLY, ...posture },
  });

describe('the ladder beyond the empty group', () => {
  it('denies the addresses of the findings in the ACL of the subnet, once, and names every subnet that it holds for', () => {
    const steps = stepsOf(planOf(), 'deny-remote-addresses');
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({
      gate: 'automatic',
      account: '602011160021',
      networkAclId: 'acl-1',
      entries: [
        { egress: true, cidr: '198.51.100.7/32' },
        { egress: false, cidr: '198.51.100.7/32' },
      ],
    });
    expect(steps[0]?.effectOnOthers).toContain('subnet-a, subnet-b');
    expect(steps[0]?.undo).toMatchObject({ kind: 'remove-acl-entries', networkAclId: 'acl-1' });
  });

  it('denies nothing where the findings name no public address, and says that connections live on', () => {
    const made = planOf({}, {}, ['10.0.0.9']);
    expect(stepsOf(made, 'deny-remote-addresses')).toEqual([]);
    expect(made.leftOpen.join('\n')).toContain('a NAT gateway');
  });

  it("acts in the owner's account where the subnet is shared, and says so as an effect on that account", () => {
    const [step] = stepsOf(
      planOf({}, { subnets: [subnet('a', { ownerId: OWNER })] }),
      'deny-remote-addresses',
    );
    expect(step?.account).toBe(OWNER);
    expect(step?.effectOnOthers).toContain(OWNER);
  });

  it.each(['cut-subnet', 'cut-routes', 'detach-internet-gateway'] as const)(
    'leaves %s out by default',
    (kind) => {
      expect(stepsOf(planOf(), kind)).toEqual([]);
    },
  );

  it('asks for an express yes before it cuts a subnet, its routes or the gateway of the VPC, and names who else is hit', () => {
    const made = planOf(
      { subnetAcl: 'ask', routeTable: 'ask', internetGateway: 'ask' },
      {
        subnets: [
          subnet('a', {
            routes: [{ destination: '0.0.0.0/0', target: 'internet-gateway', targetId: 'igw-1' }],
          }),
        ],
      },
    );
    const costly = stepsOf(made, 'cut-subnet', 'cut-routes', 'detach-internet-gateway');
    expect(costly.map(({ kind, gate }) => [kind, gate])).toEqual([
      ['cut-subnet', 'approve'],
      ['cut-routes', 'approve'],
      ['detach-internet-gateway', 'approve'],
    ]);
    expect(costly.every(({ effectOnOthers }) => /every host of/.test(effectOnOthers))).toBe(true);
    expect(costly.map(({ undo }) => undo.kind)).toEqual([
      'restore-subnet-acl',
      'restore-subnet-routes',
      'attach-internet-gateway',
    ]);
  });

  it('shortens the idle timeout of each interface, and remembers what it was', () => {
    const nic = { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: [], requesterManaged: false };
    const [unset] = stepsOf(planOf({}, { networkInterfaces: [nic] }), 'shorten-connection-timeout');
    expect(unset?.undo).toEqual({ kind: 'restore-connection-timeout', networkInterfaceId: 'eni-1' });
    const [set] = stepsOf(
      planOf({}, { networkInterfaces: [{ ...nic, tcpEstablishedSeconds: 3_600 }] }),
      'shorten-connection-timeout',
    );
    expect(set?.undo).toMatchObject({ tcpEstablishedSeconds: 3_600 });
    expect(
      stepsOf(
        planOf({}, { networkInterfaces: [{ ...nic, tcpEstablishedSeconds: 60 }] }),
        'shorten-connection-timeout',
      ),
    ).toEqual([]);
  });
});

describe('what the plan says that it leaves open', () => {
  it('is told also where a stop ends it, for the stop comes after the freeze', () => {
    expect(planOf({ stop: 'automatic' }).leftOpen.at(-1)).toContain('when the instance is stopped');
  });

  it('is told where the network could not be read', () => {
    expect(planOf({}, { subnets: [], networkAcls: [] }).leftOpen.join('\n')).toContain('could not be read');
  });

  it('names an address of the findings for which the ACL has no room', () => {
    const full = {
      networkAclId: 'acl-1',
      subnetIds: ['subnet-a'],
      entries: [{ ruleNumber: 1, egress: true, allow: true, cidr: '0.0.0.0/0' }],
    };
    expect(planOf({}, { networkAcls: [full] }).leftOpen.join('\n')).toContain('198.51.100.7');
  });

  it('holds no way out where every subnet is cut by itself', () => {
    expect(planOf({ subnetAcl: 'automatic' }).leftOpen.join('\n')).not.toContain('a NAT gateway');
  });
});
