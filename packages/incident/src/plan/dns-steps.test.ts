import { describe, expect, it } from 'vitest';
import { instanceFacts } from './facts.ts';
import { plan } from './plan.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';
import { stepsOf } from './steps.ts';

const ACCOUNT = '602011160021';
const OWNER = '602011160099';
const nic = (id: string, vpcId: string) => ({
  networkInterfaceId: `eni-${id}`,
  vpcId,
  subnetId: `subnet-${vpcId}`,
  groupIds: ['sg-web'],
  requesterManaged: false,
});
const subnet = (vpcId: string, ownerId: string) => ({
  subnetId: `subnet-${vpcId}`,
  vpcId,
  ownerId,
  routes: [],
});
const facts = (more: object) =>
  instanceFacts.parse({
    account: ACCOUNT,
    region: 'eu-central-1',
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    spot: false,
    networkInterfaces: [nic('1', 'vpc-1'), nic('2', 'vpc-1')],
    subnets: [subnet('vpc-1', ACCOUNT)],
    volumes: [],
    isolationGroups: [],
    addresses: [],
    domains: ['a.tunnel.example.net', 'b.tunnel.example.net'],
    readAt: '2026-11-21T03:00:01.000Z',
    ...more,
  });
const planOf = (posture: Partial<Posture> = {}, more: object = {}, ownDomains: readonly string[] = []) =>
  plan({
    incidentId: 'inc-0123456789',
    facts: facts(more),
    posture: { ...CONTAIN_ONLY, ...posture },
    ownDomains,
  });
const blocksOf = (made: ReturnType<typeof planOf>) => stepsOf(made, 'block-dns');
const openOf = (made: ReturnType<typeof planOf>) => made.leftOpen.join('\n');

describe('the names that findings tell', () => {
  it('are blocked by zone, once for a VPC, and the undo names the same', () => {
    const made = planOf();
    expect(blocksOf(made)).toMatchObject([
      {
        id: 'block-dns:vpc-1',
        gate: 'automatic',
        account: ACCOUNT,
        vpcId: 'vpc-1',
        zones: ['example.net'],
        undo: { kind: 'unblock-dns', account: ACCOUNT, vpcId: 'vpc-1', zones: ['example.net'] },
      },
    ]);
    expect(blocksOf(made)[0]?.effectOnOthers).toContain('no host of VPC vpc-1 resolves example[.]net');
    expect(openOf(made)).toContain('other than the 1 zone(s) that its DNS Firewall blocks');
    expect(openOf(made)).not.toContain('are not blocked');
  });

  it("are blocked in each of the instance's VPCs, in the account that owns it", () => {
    const made = planOf(
      {},
      {
        networkInterfaces: [nic('1', 'vpc-1'), nic('2', 'vpc-2')],
        subnets: [subnet('vpc-1', ACCOUNT), subnet('vpc-2', OWNER)],
      },
    );
    expect(blocksOf(made).map(({ vpcId, account }) => [vpcId, account])).toEqual([
      ['vpc-1', ACCOUNT],
      ['vpc-2', OWNER],
    ]);
    expect(blocksOf(made)[1]?.effectOnOthers).toContain(`in its owner's account ${OWNER}`);
  });

  it.each([
    ['never', 'contain', undefined],
    ['ask', 'contain', 'approve'],
    ['automatic', 'contain', 'automatic'],
    ['automatic', 'ask', 'ask'],
    ['automatic', 'tripped', 'ask'],
    ['ask', 'ask', 'approve'],
  ] as const)('under %s, where the cut is %s, wait for: %s', (dnsFirewall, containment, gate) => {
    const made = planOf({ dnsFirewall, containment });
    expect(blocksOf(made)[0]?.gate).toBe(gate);
    const held = openOf(made).includes("1 zone(s) of the findings' names are not blocked: example[.]net");
    expect(held).toBe(gate !== 'automatic');
    expect(openOf(made).includes('the resolver of the VPC answers still')).toBe(gate !== 'automatic');
  });

  it('are told where they are never blocked: of AWS, of the organization, of nobody', () => {
    const domains = ['s3.amazonaws.com', 'db.corp.internal', 'shop.example.org', 'x.example.net'];
    const made = planOf({}, { domains }, ['example.org']);
    expect(blocksOf(made)[0]?.zones).toEqual(['example.net']);
    expect(openOf(made)).toContain(
      "3 name(s) of the findings are never blocked, for they are AWS's, your own, or nobody's: s3[.]amazonaws[.]com, db[.]corp[.]internal, shop[.]example[.]org",
    );
  });

  it('make no step where there are none, and the resolver is told to be open all the same', () => {
    const made = planOf({}, { domains: [] });
    expect(blocksOf(made)).toEqual([]);
    expect(openOf(made)).toContain('the resolver of the VPC answers still');
  });

  it('are planned again in a later plan: acting finds what holds, or puts it back', () => {
    const later = plan({
      incidentId: 'inc-0123456789',
      facts: facts({}),
      posture: CONTAIN_ONLY,
      again: true,
    });
    expect(blocksOf(later)).toHaveLength(1);
  });
});
