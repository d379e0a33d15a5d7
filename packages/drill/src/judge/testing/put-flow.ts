import { flowState, type Flow, type World } from '@cordon/local-aws';
import { INTERFACES, MEMBER, REGION, START, SUSPECT } from './places.ts';

/** Puts a tracked connection of the suspect's into the world, opened before the finding: through a NAT gateway unless said otherwise. */
export const putFlow = (
  world: World,
  of: {
    readonly remoteAddress: string;
    /** The suspect when absent. */
    readonly instanceId?: string;
    readonly by?: Flow['path']['kind'];
    /** Of a query: the name that it asks for. */
    readonly asks?: string;
    /** Milliseconds after the finding's arrival; it lives on when absent. */
    readonly cutAfterMs?: number;
  },
): void => {
  const flows = world.of(flowState, MEMBER, REGION);
  const flowId = `flow-${flows.size + 1}`;
  const [networkInterfaceId] = INTERFACES;
  flows.set(flowId, {
    flowId,
    account: MEMBER,
    region: REGION,
    networkInterfaceId,
    direction: 'outbound',
    protocol: 'tcp',
    remotePort: 443,
    remote: { address: of.remoteAddress },
    ...(of.asks === undefined ? {} : { asks: of.asks }),
    remoteAddress: of.remoteAddress,
    localAddress: '10.0.1.4',
    path: { kind: of.by ?? 'nat-gateway' },
    openedAt: START - 60_000,
    stream: true,
    ends: [
      {
        networkInterfaceId,
        account: MEMBER,
        vpcId: 'vpc-1',
        subnetId: 'subnet-1',
        instanceId: of.instanceId ?? SUSPECT,
        opener: true,
        tracked: true,
      },
    ],
    state:
      of.cutAfterMs === undefined
        ? { kind: 'established' }
        : { kind: 'cut', at: START + of.cutAfterMs, obstacle: 'network-acl', because: 'an entry denies it' },
  });
};
