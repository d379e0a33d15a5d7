import { LEAVES, type CordonConfig, type Leave, type LeaveName } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import type { Opened, Scene } from './scene.ts';

/** The techniques that may be climbed to, by the call that performs each. */
export const RUNG_CALLS: Readonly<Record<string, LeaveName>> = {
  CreateNetworkAclEntry: 'remoteAddresses',
  ReplaceNetworkAclAssociation: 'subnetAcl',
  AssociateRouteTable: 'routeTable',
  ReplaceRouteTableAssociation: 'routeTable',
  DetachInternetGateway: 'internetGateway',
  StopInstances: 'stop',
};

const strongest: readonly Leave[] = ['never', 'ask', 'if-open', 'automatic'];

/** How far the deployed policy lets a technique go at most, whichever rule decides. */
export const leaveOf = (policy: CordonConfig['policy'], name: LeaveName): Leave => {
  const unset: Leave = name === 'remoteAddresses' ? 'automatic' : 'never';
  const said = policy.rules.map(({ set }) => set[name] ?? unset);
  return [...said].sort((a, b) => strongest.indexOf(a) - strongest.indexOf(b)).at(-1) ?? unset;
};

/** Whether the policy leaves anything to be climbed to. */
export const mayClimb = (policy: CordonConfig['policy']): boolean =>
  LEAVES.some((name) => leaveOf(policy, name) === 'if-open');

/** Whether an instance is cut off by being stopped, as the policy wants where its groups do not hold. */
export const isHeldByStop = ({ remains, calls }: Scene, opened: Opened): boolean => {
  const { world } = remains.organization;
  const instance = world.of(ec2State, opened.account, opened.region).instances.get(opened.instanceId);
  return (
    instance?.state === 'stopped' &&
    leaveOf(remains.policy, 'stop') === 'if-open' &&
    calls.some(
      ({ session, ok, call }) => ok && session === opened.incidentId && call.operation === 'StopInstances',
    )
  );
};
