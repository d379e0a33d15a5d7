import { dnsLeftOpen } from './dns-steps.ts';
import type { InstanceFacts } from './facts.ts';
import { isUnasked } from './gate.ts';
import { deniableAddresses, isClosed } from './remote-entries.ts';
import type { PlanStep } from './steps.ts';

type RouteTarget = InstanceFacts['subnets'][number]['routes'][number]['target'];

/** Ways out by which AWS tracks a connection whatever the rules of its groups: aws-facts 2.2. */
const WAYS_OUT: Readonly<Record<RouteTarget, string>> = {
  'internet-gateway': 'an internet gateway',
  'egress-only-internet-gateway': 'an egress-only internet gateway',
  'nat-gateway': 'a NAT gateway',
  peering: 'a VPC peering connection',
  'transit-gateway': 'a transit gateway',
  'gateway-endpoint': 'a gateway endpoint',
  other: 'another gateway',
};

/**
 * What the automatic steps leave open, told before anything is done: connections that were tracked before the interfaces
 * changed their groups live on until they end, save for those that a network ACL or a stop cuts (aws-facts 2.2).
 */
export const leftOpen = (
  facts: InstanceFacts,
  steps: readonly PlanStep[],
  ownDomains: readonly string[] = [],
): string[] => {
  const automatic = steps.filter(({ gate }) => isUnasked(gate));
  const denied = new Set(
    automatic.flatMap((step) =>
      step.kind === 'deny-remote-addresses' ? step.entries.map(({ cidr }) => cidr) : [],
    ),
  );
  const closed = facts.networkAcls.length > 0 && facts.networkAcls.every(isClosed);
  const notDenied = deniableAddresses(facts.remoteAddresses).filter(
    (address) => !closed && !denied.has(`${address}/32`) && !denied.has(`${address}/128`),
  );
  const cutSubnets = new Set(
    automatic.flatMap((step) => (step.kind === 'cut-subnet' ? [step.subnetId] : [])),
  );
  const open = facts.subnets.filter(({ subnetId }) => !cutSubnets.has(subnetId));
  const ways = [...new Set(open.flatMap(({ routes }) => routes.map(({ target }) => WAYS_OUT[target])))];
  const sentences = [
    ...(facts.subnets.length === 0 && facts.networkInterfaces.length > 0
      ? ['how the subnets reach other networks could not be read: connections that exist may live on']
      : []),
    ...(ways.length === 0
      ? []
      : [
          `connections that exist through ${ways.join(', ')}, to addresses that no finding names, live on while they are active`,
        ]),
    ...(facts.subnets.length === 0
      ? []
      : [
          'connections that exist to hosts of the same VPC live on while they are active; no network ACL holds within a subnet',
        ]),
    ...(notDenied.length === 0
      ? []
      : [
          `${notDenied.length} remote address(es) of the findings are not denied in a network ACL: ${notDenied.join(', ')}`,
        ]),
    ...dnsLeftOpen(facts, steps, ownDomains),
  ];
  const kept = automatic.flatMap((step) =>
    step.kind === 'keep-management-path'
      ? [
          `a management path is kept for ${step.openSeconds / 60} minutes once this was said: TCP 443 to ${[...new Set(step.peers.map(({ service, endpointId }) => `${service} (${endpointId})`))].join(', ')}`,
        ]
      : [],
  );
  sentences.push(...kept);
  return sentences.length > 0 && automatic.some(({ kind }) => kind === 'stop-instance')
    ? [
        ...sentences,
        'all of these end when the instance is stopped, which the plan does once its disks are frozen',
      ]
    : sentences;
};
