import { isGone, threeWay, wentWithIt, type Decide, type Decided } from './decided.ts';
import type { ReleaseFacts } from './release-facts.ts';

/** EC2's own idle timeout of established TCP connections, but for the newest Nitro types: aws-facts 2.2. */
export const OWN_TCP_SECONDS = 432_000;

/** The idle timeout of an interface. One that was never set counts as EC2's own, for it cannot be unset again. */
export const decideConnectionTimeout: Decide<'restore-connection-timeout'> = ({ lift, facts }) => {
  const say = (seconds: number): string => `idle connections end after ${seconds} s`;
  const before = say(lift.tcpEstablishedSeconds ?? OWN_TCP_SECONDS);
  const ours = say(60);
  const nic = facts.interfaces.find((one) => one.networkInterfaceId === lift.networkInterfaceId);
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
  return threeWay({ before, ours, now: say(nic.tcpEstablishedSeconds ?? OWN_TCP_SECONDS) });
};

/** What cannot be restored because a thing of the network is gone. */
const goneFor = (states: Pick<Decided, 'before' | 'ours'>, what: string): Decided => ({
  decision: 'impossible',
  ...states,
  now: `${what} does not exist any more`,
  because: `${what} does not exist any more: give the step up`,
});

/** Our entries in a network ACL: each as we wrote it, gone, or another under its number. */
export const decideAclEntries: Decide<'remove-acl-entries'> = ({ lift, facts }) => {
  const { networkAclId, entries } = lift;
  const ours = `${entries.length} entries of ours in ${networkAclId}`;
  const states = { before: `no entry of ours in ${networkAclId}`, ours };
  const acl = facts.paths.acls.find((one) => one.networkAclId === networkAclId);
  if (acl === undefined) return threeWay({ ...states, now: states.before });
  const held = entries.map((entry) =>
    acl.entries.find((one) => one.ruleNumber === entry.ruleNumber && one.egress === entry.egress),
  );
  const foreign = held.filter(
    (one, index) => one !== undefined && (one.allow || one.cidr !== entries[index]?.cidr),
  );
  if (foreign.length > 0)
    return threeWay({ ...states, now: `${foreign.length} entries under our numbers that are not ours` });
  const left = held.filter((one) => one !== undefined).length;
  return threeWay({
    ...states,
    now: left === 0 ? states.before : left === entries.length ? ours : `${left} of ${ours}`,
  });
};

const subnetNow = ({ paths }: ReleaseFacts, subnetId: string) =>
  paths.subnets.find((one) => one.subnetId === subnetId);

/** The network ACL of a subnet. */
export const decideSubnetAcl: Decide<'restore-subnet-acl'> = ({ lift, facts }) => {
  const { subnetId, networkAclId } = lift;
  const states = {
    before: `${subnetId} has ${networkAclId}`,
    ours: `${subnetId} has a closed network ACL of ours`,
  };
  const subnet = subnetNow(facts, subnetId);
  if (subnet === undefined) return goneFor(states, subnetId);
  if (!facts.paths.acls.some((one) => one.networkAclId === networkAclId))
    return goneFor(states, networkAclId);
  const closed = facts.paths.ownThings.some(({ id }) => id === subnet.networkAclId);
  return threeWay({
    ...states,
    now: closed ? states.ours : `${subnetId} has ${subnet.networkAclId ?? 'no network ACL'}`,
  });
};

/** The route table of a subnet; the VPC's main one where the plan recorded none. */
export const decideSubnetRoutes: Decide<'restore-subnet-routes'> = ({ lift, facts }) => {
  const { subnetId, routeTableId } = lift;
  const has = (table: string | undefined): string =>
    `${subnetId} has ${table ?? "the VPC's main route table"}`;
  const states = { before: has(routeTableId), ours: `${subnetId} has an empty route table of ours` };
  const subnet = subnetNow(facts, subnetId);
  if (subnet === undefined) return goneFor(states, subnetId);
  if (routeTableId !== undefined && !facts.paths.routeTableIds.includes(routeTableId))
    return goneFor(states, routeTableId);
  const empty = facts.paths.ownThings.some(({ id }) => id === subnet.routeTableId);
  return threeWay({ ...states, now: empty ? states.ours : has(subnet.routeTableId) });
};

/** The internet gateway of a VPC. */
export const decideInternetGateway: Decide<'attach-internet-gateway'> = ({ lift, facts }) => {
  const { vpcId, internetGatewayId } = lift;
  const states = { before: `${vpcId} has ${internetGatewayId}`, ours: `${vpcId} has no internet gateway` };
  const gateway = facts.paths.gateways.find((one) => one.internetGatewayId === internetGatewayId);
  if (gateway === undefined) return goneFor(states, internetGatewayId);
  const held = facts.paths.gateways.find((one) => one.vpcId === vpcId);
  const now = held === undefined ? states.ours : `${vpcId} has ${held.internetGatewayId}`;
  return gateway.vpcId !== undefined && gateway.vpcId !== vpcId
    ? {
        ...threeWay({ ...states, now }),
        decision: 'drifted',
        now: `${internetGatewayId} is attached to ${gateway.vpcId}`,
      }
    : threeWay({ ...states, now });
};

/** A closed ACL or an empty table of ours in a VPC: it goes with the last subnet that has it. */
export const decideOwnThing: Decide<'remove-closed-acl'> & Decide<'remove-empty-table'> = ({
  lift,
  facts,
}) => {
  const what = lift.kind === 'remove-closed-acl' ? 'closed network ACL' : 'empty route table';
  const states = {
    before: `no ${what} of ours in ${lift.vpcId}`,
    ours: `a ${what} of ours in ${lift.vpcId}`,
  };
  const held = facts.paths.ownThings.find(({ kind, vpcId }) => kind === lift.kind && vpcId === lift.vpcId);
  if (held === undefined) return threeWay({ ...states, now: states.before });
  const now = `${states.ours}: ${held.id}`;
  const freed = new Set(
    facts.paths.subnets
      .filter(({ subnetId }) => held.usedBy.includes(subnetId))
      .map(({ subnetId }) => subnetId),
  );
  const others = held.usedBy.filter((subnetId) => !freed.has(subnetId));
  return others.length > 0
    ? {
        decision: 'kept',
        ...states,
        now,
        because: `subnet(s) ${others.join(', ')} of other incidents have it: the last release takes it away`,
      }
    : { ...threeWay({ ...states, now: states.ours }), now };
};
