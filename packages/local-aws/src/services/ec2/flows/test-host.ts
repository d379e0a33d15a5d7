import { ACCOUNT, REGION } from '../../testing.ts';
import { addInternetGateway } from '../build-gateways.ts';
import { mainRouteTable } from '../build-network.ts';
import { addSecurityGroup, type NetworkInterfaceSpec } from '../build.ts';
import type { NewPermission } from '../permissions.ts';
import type { Instance, SecurityGroup } from '../state.ts';
import { testNetwork, type TestNetwork } from '../test-network.ts';
import type { NewFlow } from './flow.ts';
import { flowsOf, openFlow, type Activity } from './flows.ts';

/** Where every flow of these tests has its local end. */
export const place = { account: ACCOUNT, region: REGION };

const everything = (direction: 'ingress' | 'egress', cidr: string): NewPermission => ({
  direction,
  protocol: '-1',
  fromPort: undefined,
  toPort: undefined,
  target: cidr.includes(':') ? { kind: 'ipv6', cidr } : { kind: 'ipv4', cidr },
});

const groupsIn = (on: TestNetwork) => {
  const group = (name: string, permissions: readonly NewPermission[]): SecurityGroup =>
    addSecurityGroup(
      on.state,
      { name, description: name, vpcId: on.vpc.vpcId, ownerId: ACCOUNT, permissions },
      on.ids,
    );
  const near = ['198.51.100.0/24', '10.0.0.0/16', '10.9.0.0/16', '240.0.0.0/8', '2600::/16'];
  const all = ['0.0.0.0/0', '::/0'];
  return {
    /** Lets out to a few blocks, and in from the VPC: what it admits is tracked. */
    narrow: group('narrow', [
      ...near.map((cidr) => everything('egress', cidr)),
      everything('ingress', '10.0.0.0/8'),
    ]),
    /** What it admits is not tracked. */
    open: group(
      'open',
      all.flatMap((cidr) => [everything('ingress', cidr), everything('egress', cidr)]),
    ),
    isolated: group('isolated', []),
  };
};

/** The bench's VPC with an internet gateway and three groups, and an instance in the narrow one; flows are the instance's unless told. */
export const furnishedHost = () => {
  const on = testNetwork();
  const gateway = addInternetGateway(on.state, { vpcId: on.vpc.vpcId }, on.ids);
  const groups = groupsIn(on);
  const launch = (
    more: Partial<NetworkInterfaceSpec> = {},
  ): { readonly instance: Instance; readonly interfaceId: string } => {
    const spec = {
      subnetId: on.subnet.subnetId,
      groups: [groups.narrow.groupId],
      publicIp: 'assign',
      ...more,
    };
    const instance = on.instance({ networkInterfaces: [spec] });
    return { instance, interfaceId: instance.networkInterfaceIds[0] ?? '' };
  };
  const { instance: host, interfaceId: networkInterfaceId } = launch();
  const asked = (change: Partial<NewFlow & Activity> = {}): NewFlow & Activity => ({
    ...place,
    networkInterfaceId,
    direction: 'outbound',
    protocol: 'tcp',
    localPort: 40_000,
    remotePort: 443,
    remote: { address: '198.51.100.7' },
    ...change,
  });
  /** Opens a flow and gives its id. */
  const openOne = (change: Partial<NewFlow & Activity> = {}): string => {
    const result = openFlow(on, asked(change));
    if (!result.opened) throw new Error(result.because);
    return result.flow.flowId;
  };
  /** `established`, or what cut the flow. */
  const now = (flowId: string): string => {
    const found = flowsOf(on.world, place).find((flow) => flow.flowId === flowId);
    if (found === undefined) throw new Error(`no ${flowId}`);
    return found.state.kind === 'cut' ? found.state.obstacle : found.state.kind;
  };
  const setGroups = (...ids: readonly string[]): Promise<object> =>
    on.perform('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: networkInterfaceId, Groups: ids });
  const table = mainRouteTable(on.state, on.vpc.vpcId);
  return { on, ...groups, gateway, table, host, networkInterfaceId, launch, asked, openOne, now, setGroups };
};
