import { addAddress, addInternetGateway, dnsFirewallState, ec2State, seededIds } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { goodRun } from '../testing/good-run.ts';
import { ASKED, INTERFACES, MEMBER, REGION, REMOTE, RESOLVER, WEB_GROUP } from '../testing/places.ts';
import { putFlow } from '../testing/put-flow.ts';
import { brokenIn, found, member, type Tampering } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'a connection to a far end of the finding lives on',
    tamper: ({ world }) => putFlow(world, { remoteAddress: REMOTE }),
    says: /still has tcp to 198\.51\.100\.23 by nat-gateway, which a finding names/,
  },
  {
    when: 'it was cut only after containment was said',
    tamper: ({ world }) => putFlow(world, { remoteAddress: REMOTE, cutAfterMs: 1_900 }),
    says: /which a finding names/,
  },
  {
    when: 'a connection of a kind that the statement does not name lives on',
    tamper: ({ world }) => putFlow(world, { remoteAddress: '192.0.2.66', by: 'peering' }),
    says: /by peering, which the statement does not name/,
  },
  {
    when: 'a name that the finding tells is answered still',
    tamper: ({ world }) => putFlow(world, { remoteAddress: RESOLVER, by: 'resolver', asks: `x.${ASKED}` }),
    says: /is still answered when it asks for x\.payload\.t\.example\.net, which a finding names/,
  },
  {
    when: 'the name would be answered if it were asked for now',
    tamper: ({ world }) => world.of(dnsFirewallState, MEMBER, REGION).associations.clear(),
    says: /would be answered if it asked for payload\.t\.example\.net/,
  },
  {
    when: 'an interface could open a new connection',
    tamper: (run) => {
      const state = run.world.of(ec2State, MEMBER, REGION);
      const [id] = INTERFACES;
      const nic = found(member(run).networkInterfaces.get(id));
      const ids = seededIds('tampered');
      nic.groups = [WEB_GROUP];
      found(state.securityGroups.get(WEB_GROUP)).permissions.push({
        ruleId: 'sgr-1',
        direction: 'egress',
        protocol: '-1',
        fromPort: undefined,
        toPort: undefined,
        target: { kind: 'ipv4', cidr: '0.0.0.0/0' },
      });
      addInternetGateway(state, { vpcId: nic.vpcId }, ids);
      addAddress(state, { publicIp: '203.0.113.77', networkInterfaceId: id }, ids);
    },
    says: /could open a new connection to 198\.51\.100\.23/,
    also: ['never-less-contained', 'contained-only-after-read-back'],
  },
];

describe('flows-cut-or-named', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(['flows-cut-or-named', ...also].toSorted());
    expect(broken.find(({ id }) => id === 'flows-cut-or-named')?.detail).toMatch(says);
  });
});
