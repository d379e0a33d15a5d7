import type { InstanceFacts, SubnetFacts } from './facts.ts';
import { costlyGate, cuttingGate } from './gate.ts';
import type { Posture } from './posture.ts';
import { deniableAddresses, denyEntries, isClosed } from './remote-entries.ts';
import type { PlanStep } from './steps.ts';

/** The least that EC2 takes: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html */
const SHORTEST_TCP_SECONDS = 60;

/** What the steps follow from, beside the facts. */
interface PathInput {
  readonly incidentId: string;
  readonly posture: Posture;
  /** True for a later plan of the incident. */
  readonly again: boolean;
}

/**
 * What ends connections that an empty group leaves alone, because they were tracked before (aws-facts 2.2): idle ones by a
 * short timeout, those of the findings by entries in the subnets' network ACLs. What cuts a whole subnet or VPC as well is
 * there only as far as the policy allows it.
 */
export const pathSteps = (facts: InstanceFacts, input: PathInput): PlanStep[] => [
  ...timeoutSteps(facts, input.posture),
  ...denySteps(facts, input),
  ...facts.subnets.flatMap((subnet) => subnetSteps(facts, subnet, input)),
  ...gatewaySteps(facts, input.posture),
];

const timeoutSteps = (facts: InstanceFacts, posture: Posture): PlanStep[] =>
  facts.networkInterfaces
    .filter((nic) => nic.tcpEstablishedSeconds !== SHORTEST_TCP_SECONDS)
    .map(({ networkInterfaceId, tcpEstablishedSeconds }) => ({
      kind: 'shorten-connection-timeout',
      gate: cuttingGate(posture),
      id: `shorten-connection-timeout:${networkInterfaceId}`,
      networkInterfaceId,
      tcpEstablishedSeconds: SHORTEST_TCP_SECONDS,
      because: 'a tracked connection that falls idle lives on for five days by default (aws-facts 2.2)',
      effectOnOthers: "none: the timeout is this interface's own",
      undo: {
        kind: 'restore-connection-timeout',
        networkInterfaceId,
        ...(tcpEstablishedSeconds === undefined ? {} : { tcpEstablishedSeconds }),
      },
    }));

const ownerOf = (facts: InstanceFacts, networkAclId: string): SubnetFacts['ownerId'] =>
  facts.subnets.find((subnet) => subnet.networkAclId === networkAclId)?.ownerId ?? facts.account;

const inOtherAccount = (facts: InstanceFacts, owner: string): string =>
  owner === facts.account ? '' : `; the subnet is shared, so this is done in its owner's account ${owner}`;

const denySteps = (facts: InstanceFacts, { incidentId, posture, again }: PathInput): PlanStep[] => {
  // It spares everything but the named addresses, so it is part of the cut where the policy leaves it to us.
  const gate =
    posture.remoteAddresses === 'automatic'
      ? cuttingGate(posture)
      : costlyGate(posture.remoteAddresses, posture);
  const addresses = deniableAddresses(facts.remoteAddresses);
  if (gate === undefined || addresses.length === 0) return [];
  return facts.networkAcls.flatMap((acl): PlanStep[] => {
    // One that allows nothing, as ours of an earlier plan, denies these too; and the duty may add no entry to it.
    if (isClosed(acl)) return [];
    const { entries } = denyEntries(acl, addresses, { incidentId, again });
    if (entries.length === 0) return [];
    const account = ownerOf(facts, acl.networkAclId);
    const undone = { account, networkAclId: acl.networkAclId, entries: [...entries] };
    return [
      {
        kind: 'deny-remote-addresses',
        gate,
        id: `deny-remote-addresses:${acl.networkAclId}`,
        ...undone,
        because:
          'a network ACL breaks connections that exist, which a change of groups does not: this cuts the channel that the findings name (aws-facts 2.2)',
        effectOnOthers: `no host of subnet(s) ${acl.subnetIds.join(', ')} reaches these addresses${inOtherAccount(facts, account)}`,
        undo: { kind: 'remove-acl-entries', ...undone },
      },
    ];
  });
};

/** Closed already, by an earlier plan: the undo of that one holds. */
const wasClosed = ({ networkAcls }: InstanceFacts, networkAclId: string): boolean =>
  networkAcls.some((acl) => acl.networkAclId === networkAclId && isClosed(acl));

const subnetSteps = (
  facts: InstanceFacts,
  subnet: SubnetFacts,
  { posture, again }: PathInput,
): PlanStep[] => {
  const { subnetId, vpcId, ownerId: account, networkAclId, routeTableId } = subnet;
  const everyHost = (what: string): string =>
    `every host of subnet ${subnetId} ${what}${inOtherAccount(facts, account)}`;
  const steps: PlanStep[] = [];
  const byAcl = costlyGate(posture.subnetAcl, posture);
  if (byAcl !== undefined && networkAclId !== undefined && !(again && wasClosed(facts, networkAclId))) {
    steps.push({
      kind: 'cut-subnet',
      gate: byAcl,
      id: `cut-subnet:${subnetId}`,
      account,
      subnetId,
      vpcId,
      networkAclId,
      because:
        'a network ACL that allows nothing ends every connection that crosses the border of the subnet',
      effectOnOthers: everyHost('is cut from everything outside it'),
      undo: { kind: 'restore-subnet-acl', account, subnetId, networkAclId },
    });
  }
  const byRoutes = costlyGate(posture.routeTable, posture);
  if (byRoutes !== undefined && subnet.routes.length > 0) {
    const table = routeTableId === undefined ? {} : { routeTableId };
    steps.push({
      kind: 'cut-routes',
      gate: byRoutes,
      id: `cut-routes:${subnetId}`,
      account,
      subnetId,
      vpcId,
      ...table,
      because: 'without a route out of the VPC no connection through a gateway lives on',
      effectOnOthers: everyHost('loses its ways out of the VPC'),
      undo: { kind: 'restore-subnet-routes', account, subnetId, ...table },
    });
  }
  return steps;
};

const gatewaySteps = (facts: InstanceFacts, posture: Posture): PlanStep[] => {
  const gate = costlyGate(posture.internetGateway, posture);
  if (gate === undefined) return [];
  const gateways = facts.subnets.flatMap(({ ownerId, vpcId, routes }) =>
    routes
      .filter(({ target }) => target === 'internet-gateway')
      .map(({ targetId }) => ({ account: ownerId, vpcId, internetGatewayId: targetId })),
  );
  const distinct = [
    ...new Map(gateways.map((one) => [`${one.vpcId}/${one.internetGatewayId}`, one])).values(),
  ];
  return distinct.map((one) => ({
    kind: 'detach-internet-gateway',
    gate,
    id: `detach-internet-gateway:${one.internetGatewayId}`,
    ...one,
    because: 'without its internet gateway nothing in the VPC has a public path',
    effectOnOthers: `every host of VPC ${one.vpcId} loses the internet${inOtherAccount(facts, one.account)}; EC2 refuses it while the VPC has public addresses`,
    undo: { kind: 'attach-internet-gateway', ...one },
  }));
};
