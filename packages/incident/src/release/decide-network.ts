import { isGone, threeWay, wentWithIt, type Decide } from './decided.ts';
import type { ReleaseFacts } from './release-facts.ts';

const sameMembers = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((member) => other.includes(member));

const list = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join(', '));

const isolationGroupOf = (facts: ReleaseFacts, groupIds: readonly string[]): string | undefined => {
  const [only, second] = groupIds;
  return second === undefined && facts.isolation.some(({ groupId }) => groupId === only) ? only : undefined;
};

/** The groups of an interface, in their order; AWS gives none to them when it describes, so that order alone is no drift. */
export const decideGroups: Decide<'restore-groups'> = ({ lift, facts }) => {
  const { networkInterfaceId, groupIds } = lift;
  const before = list(groupIds);
  const nic = facts.interfaces.find((one) => one.networkInterfaceId === networkInterfaceId);
  const ours = 'the isolation group alone';
  if (nic === undefined)
    return isGone(facts)
      ? wentWithIt(facts, before)
      : {
          decision: 'impossible',
          before,
          ours,
          now: 'no such interface',
          because: 'the interface does not exist any more: give the step up',
        };
  const isolated = isolationGroupOf(facts, nic.groupIds);
  const now = sameMembers(nic.groupIds, groupIds)
    ? before
    : isolated === undefined
      ? list(nic.groupIds)
      : ours;
  const gone = groupIds.filter((id) => !facts.groupIds.includes(id));
  if (gone.length > 0 && now !== before) {
    const left = groupIds.filter((id) => !gone.includes(id));
    return {
      decision: 'impossible',
      before,
      ours,
      now,
      because: `group ${gone.join(', ')} does not exist any more: the former groups cannot be given back as they were`,
      byHand: `aws ec2 modify-network-interface-attribute --region ${facts.instance.region} --network-interface-id ${networkInterfaceId} --groups ${left.length === 0 ? 'GROUP' : left.join(' ')}`,
    };
  }
  return threeWay({ before, ours, now });
};

/** An Elastic IP of the instance. */
export const decideAddress: Decide<'associate-address'> = ({ lift, facts }) => {
  const { allocationId, networkInterfaceId, privateIpAddress } = lift;
  const place = (nic: string, address: string | undefined): string =>
    `${allocationId} on ${nic}${address === undefined ? '' : ` at ${address}`}`;
  const states = {
    before: place(networkInterfaceId, privateIpAddress),
    ours: `${allocationId} on no interface`,
  };
  const address = facts.addresses.find((one) => one.allocationId === allocationId);
  const missing = !facts.interfaces.some((one) => one.networkInterfaceId === networkInterfaceId);
  if (address === undefined)
    return {
      decision: 'impossible',
      ...states,
      now: 'the account has no such address',
      because: 'the address was released: AWS may have given it to somebody else. Give the step up',
    };
  const held = address.associatedWith;
  const now =
    held === undefined
      ? states.ours
      : place(held.networkInterfaceId, privateIpAddress === undefined ? undefined : held.privateIpAddress);
  if (missing && now !== states.before)
    return isGone(facts)
      ? wentWithIt(facts, states.before)
      : {
          decision: 'impossible',
          ...states,
          now,
          because: 'its interface does not exist any more: give the step up',
        };
  return threeWay({ ...states, now });
};

/** An address that EC2 assigns by itself: which one cannot be chosen, so that any counts as the former state. */
export const decidePublicIp: Decide<'assign-public-ip'> = ({ lift, facts }) => {
  const before = 'a public address that EC2 assigns';
  const nic = facts.interfaces.find((one) => one.networkInterfaceId === lift.networkInterfaceId);
  const ours = 'no public address';
  if (nic === undefined)
    return isGone(facts)
      ? wentWithIt(facts, before)
      : {
          decision: 'impossible',
          before,
          ours,
          now: 'no such interface',
          because: 'the interface does not exist any more: give the step up',
        };
  const decided = threeWay({ before, ours, now: nic.publicIp === undefined ? ours : before });
  return decided.decision === 'restore'
    ? {
        ...decided,
        because:
          'EC2 assigns another address than the former one, and none to an instance that is stopped or has several interfaces',
      }
    : decided;
};

/** The VPC's isolation group: it goes with the last instance that needs it. */
export const decideIsolationGroup: Decide<'remove-isolation-group'> = ({ lift, facts }) => {
  const group = facts.isolation.find(({ vpcId }) => vpcId === lift.vpcId);
  const states = {
    before: `no isolation group in ${lift.vpcId}`,
    ours: `an isolation group in ${lift.vpcId}`,
  };
  if (group === undefined) return threeWay({ ...states, now: states.before });
  const own = new Set(facts.interfaces.map(({ networkInterfaceId }) => networkInterfaceId));
  const others = group.usedBy.filter((id) => !own.has(id));
  const now = `${states.ours}: ${group.groupId}`;
  if (others.length > 0 || facts.othersContained > 0)
    return {
      decision: 'kept',
      ...states,
      now,
      because:
        others.length > 0
          ? `${others.length} interface(s) of other instances are in it: the last release takes it away`
          : 'another incident of this account and Region may be about to use it: the last release takes it away',
    };
  return { ...threeWay({ ...states, now: states.ours }), now };
};
