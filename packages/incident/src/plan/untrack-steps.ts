import type { InstanceFacts, SubnetFacts } from './facts.ts';
import type { Posture } from './posture.ts';
import { cidrOf, deniableAddresses, isDenied } from './remote-entries.ts';
import type { PlanStep } from './steps.ts';
import { nothingToUndo } from './undo.ts';

/**
 * How long an interface stays open: a little longer than the idle timeout that containment gives it. A connection that carries traffic
 * meanwhile becomes untracked; one that carries none is forgotten by then. That traffic is needed is not AWS's word: UNCONFIRMED.
 */
const UNTRACK_OPEN_SECONDS = 65;

/** What is planned, and what is not, with the reason. */
interface Untracking {
  readonly steps: PlanStep[];
  /** Plain sentences. */
  readonly reasons: string[];
}

type Interface = InstanceFacts['networkInterfaces'][number];
type Route = SubnetFacts['routes'][number];

/**
 * Ways out by which AWS tracks every connection whatever the rules, and ways of which nobody here knows: such as a firewall's endpoint.
 * A prefix list leads to a gateway endpoint of S3 or DynamoDB.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#automatic-tracking
 */
const tracksAnyway = ({ target, destination }: Route): boolean => {
  switch (target) {
    case 'internet-gateway':
    case 'peering':
    case 'transit-gateway':
      return false;
    case 'gateway-endpoint':
      return !destination.startsWith('pl-');
    case 'nat-gateway':
    case 'egress-only-internet-gateway':
    case 'other':
      return true;
  }
};

/** Whether the plan, or what is there already, closes the subnet's way to everything that the findings name. */
const isClosedFirst = (facts: InstanceFacts, subnet: SubnetFacts, steps: readonly PlanStep[]): boolean => {
  const cut = steps.some(
    (step) => (step.kind === 'cut-subnet' || step.kind === 'cut-routes') && step.subnetId === subnet.subnetId,
  );
  if (cut) return true;
  const acl = facts.networkAcls.find(({ networkAclId }) => networkAclId === subnet.networkAclId);
  const planned = steps.flatMap((step) =>
    step.kind === 'deny-remote-addresses' && step.networkAclId === subnet.networkAclId ? step.entries : [],
  );
  const denied = (cidr: string, egress: boolean): boolean =>
    planned.some((entry) => entry.cidr === cidr && entry.egress === egress) ||
    (acl !== undefined && isDenied(acl, egress, cidr));
  const all = [...new Set(facts.remoteAddresses)];
  return (
    all.length > 0 &&
    deniableAddresses(all).length === all.length &&
    all.every((address) => denied(cidrOf(address), true) && denied(cidrOf(address), false))
  );
};

/** Why an interface is not opened; undefined where opening it may cut something, and the findings' path is closed first. */
const whyNot = (facts: InstanceFacts, nic: Interface, steps: readonly PlanStep[]): string | undefined => {
  const subnet = facts.subnets.find(({ subnetId }) => subnetId === nic.subnetId);
  if (subnet === undefined) return 'how its subnet reaches other networks could not be read';
  if (nic.requesterManaged || nic.branch === true) return 'it is not an interface of the instance alone';
  if (subnet.ownerId !== facts.account)
    return 'its subnet is shared, and what closes the path belongs to another account';
  if (subnet.routes.length === 0) return 'its subnet has no way out of the VPC';
  const tracking = subnet.routes.filter(tracksAnyway).map(({ targetId }) => targetId);
  if (tracking.length > 0)
    return `through ${tracking.join(', ')} connections are tracked whatever the rules say, or may be: opening cuts none, and new ones would live on`;
  if (!isClosedFirst(facts, subnet, steps))
    return 'nothing closes the path to every remote address of the findings first';
  return undefined;
};

const openStep = (facts: InstanceFacts, nic: Interface): PlanStep => ({
  kind: 'untrack-connections',
  // Whatever the policy says: the one step that opens is never taken without a person.
  gate: 'approve',
  id: `untrack-connections:${nic.networkInterfaceId}`,
  networkInterfaceId: nic.networkInterfaceId,
  vpcId: nic.vpcId,
  subnetId: nic.subnetId ?? '',
  closedTo: [...new Set(facts.remoteAddresses)].map(cidrOf),
  openSeconds: UNTRACK_OPEN_SECONDS,
  because:
    'a connection that the rules track lives on after the empty group; where rules let everybody in and out it becomes untracked, and ends when they go (aws-facts 2.2)',
  effectOnOthers: `for ${UNTRACK_OPEN_SECONDS} seconds (3 minutes if everything of ours fails meanwhile) any host that routes lead to may reach this interface by TCP and UDP, and it any host, save what the network ACL denies; it has no public IPv4 address then. A connection opened meanwhile through a load balancer or an endpoint in the VPC is tracked and may live on`,
  undo: nothingToUndo('it is closed again by itself; what it cut stays cut'),
});

/**
 * What makes tracked connections untracked, so that closing again cuts them: one step for each interface of which that may help,
 * and only where the way to what the findings name is closed before. Always behind an express yes. Pure.
 *
 * @param steps what else the plan does to the network and the host
 */
export const untracking = (
  facts: InstanceFacts,
  posture: Posture,
  steps: readonly PlanStep[],
): Untracking => {
  // A host that does not run has no connections.
  if (posture.untracking === 'never' || facts.state !== 'running') return { steps: [], reasons: [] };
  if (steps.some(({ kind, gate }) => kind === 'stop-instance' && gate === 'automatic'))
    return {
      steps: [],
      reasons: ['nothing is untracked: the plan stops the host, which ends every connection'],
    };
  const judged = facts.networkInterfaces.map((nic) => ({ nic, because: whyNot(facts, nic, steps) }));
  return {
    steps: judged.filter(({ because }) => because === undefined).map(({ nic }) => openStep(facts, nic)),
    reasons: judged.flatMap(({ nic, because }) =>
      because === undefined ? [] : [`${nic.networkInterfaceId} is not untracked: ${because}`],
    ),
  };
};

/** An entry of a network ACL, as far as it decides. */
interface Entry {
  readonly ruleNumber: number;
  readonly egress: boolean;
  readonly allow: boolean;
  /** Whether it is about all protocols. */
  readonly all: boolean;
  readonly cidr: string;
}

/**
 * Whether what is there now closes the path, as a step demands before it opens: the ACL allows nothing, or no route leads out,
 * or the ACL denies everything of each address in both directions before it allows anything.
 */
export const isPathClosed = (
  now: { readonly entries: readonly Entry[] | undefined; readonly leadsOut: boolean },
  closedTo: readonly string[],
): boolean => {
  if (!now.leadsOut) return true;
  const { entries } = now;
  if (entries === undefined) return false;
  if (entries.every(({ allow }) => !allow)) return true;
  return (
    closedTo.length > 0 &&
    closedTo.every((cidr) =>
      [true, false].every((egress) => {
        const mine = entries.filter((entry) => entry.egress === egress);
        return mine.some(
          (deny) =>
            !deny.allow &&
            deny.all &&
            deny.cidr === cidr &&
            !mine.some(({ allow, ruleNumber }) => allow && ruleNumber < deny.ruleNumber),
        );
      }),
    )
  );
};
