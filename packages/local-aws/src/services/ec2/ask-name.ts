import { hearQuery, type HearingStage } from '../guardduty/hear-query.ts';
import { openFlow } from './flows/flows.ts';
import { flowState } from './flows/flow-store.ts';
import { ec2State } from './state.ts';

/** Where every VPC's resolver answers. https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
const RESOLVER = '169.254.169.253';

/** What became of a query. */
export type Asked = { readonly answered: true } | { readonly answered: false; readonly because: string };

/**
 * Has a program on an instance ask its VPC's resolver for a name, and goes on asking as one flow until something cuts it. Who hears of queries that
 * were answered hears of it. Nothing here runs what a guest would run: whoever furnishes a world says what it asks.
 *
 * That GuardDuty does not tell a query which DNS Firewall blocked is assumed: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DnsRequestAction.html
 * has `blocked` and does not say of what.
 */
export const askName = async (
  stage: HearingStage,
  asking: {
    readonly account: string;
    readonly region: string;
    readonly instanceId: string;
    readonly name: string;
  },
): Promise<Asked> => {
  // So that a finding that is due later takes no time to be made.
  await import('@aws-sdk/client-guardduty');
  const { account, region, instanceId, name } = asking;
  const instance = stage.world.of(ec2State, account, region).instances.get(instanceId);
  if (instance?.state !== 'running')
    return { answered: false, because: `${instanceId} is ${instance?.state ?? 'not there'}` };
  const networkInterfaceId = instance.networkInterfaceIds[0] ?? '';
  const goesOn = [...stage.world.of(flowState, account, region).values()].some(
    (flow) =>
      flow.asks === name &&
      flow.networkInterfaceId === networkInterfaceId &&
      flow.state.kind === 'established',
  );
  if (!goesOn) {
    const opening = openFlow(stage, {
      account,
      region,
      networkInterfaceId,
      direction: 'outbound',
      protocol: 'udp',
      localPort: 50_053,
      remotePort: 53,
      remote: { address: RESOLVER },
      asks: name,
    });
    if (!opening.opened) return { answered: false, because: opening.because };
  }
  hearQuery(stage, asking);
  return { answered: true };
};
