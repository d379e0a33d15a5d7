import { defanged } from './dns-block-names.ts';
import { chooseZones } from './dns-zones.ts';
import type { InstanceFacts } from './facts.ts';
import { costlyGate, cuttingGate, isUnasked } from './gate.ts';
import type { Posture } from './posture.ts';
import type { PlanStep } from './steps.ts';

/** Names that a sentence holds; the plan's data has them all. */
const MOST_TOLD = 5;

/** Some names for a sentence, each so that nobody follows it. */
const toldNames = (names: readonly string[]): string =>
  [...names.slice(0, MOST_TOLD).map(defanged), ...(names.length > MOST_TOLD ? ['and others'] : [])].join(
    ', ',
  );

/** The instance's VPCs, each with the account that owns it: what filters a shared VPC's DNS is its owner's. */
const vpcsOf = ({ account, networkInterfaces, subnets }: InstanceFacts) =>
  [...new Set(networkInterfaces.map(({ vpcId }) => vpcId))].map((vpcId) => ({
    vpcId,
    account: subnets.find((subnet) => subnet.vpcId === vpcId)?.ownerId ?? account,
  }));

/**
 * Blocks the zones of the findings' names in the DNS Firewall of each VPC that the instance is in: neither groups nor network
 * ACLs filter what is asked of the VPC's resolver, so that a DNS tunnel survives everything else but a stop (aws-facts 2.2).
 * A later plan names what holds already again, as with sessions: acting finds it, or puts back what somebody took away.
 *
 * @param own the organization's own names, which are never blocked
 */
export const dnsSteps = (
  facts: InstanceFacts,
  { posture, own }: { readonly posture: Posture; readonly own: readonly string[] },
): PlanStep[] => {
  // It spares everything but the named zones, so it is part of the cut where the policy leaves it to us.
  const gate =
    posture.dnsFirewall === 'automatic' ? cuttingGate(posture) : costlyGate(posture.dnsFirewall, posture);
  const { zones } = chooseZones(facts.domains, own);
  if (gate === undefined || zones.length === 0) return [];
  return vpcsOf(facts).map(({ vpcId, account }) => ({
    kind: 'block-dns',
    gate,
    id: `block-dns:${vpcId}`,
    account,
    vpcId,
    zones: [...zones],
    because:
      "neither groups nor network ACLs filter what is asked of the VPC's resolver: its DNS Firewall cuts the channel that the findings name (aws-facts 2.2)",
    effectOnOthers: `no host of VPC ${vpcId} resolves ${toldNames(zones)}, nor any name below${account === facts.account ? '' : `; the VPC is shared, so this is done in its owner's account ${account}`}`,
    undo: { kind: 'unblock-dns', account, vpcId, zones: [...zones] },
  }));
};

/** What of DNS the automatic steps leave open, in plain sentences. */
export const dnsLeftOpen = (
  facts: InstanceFacts,
  steps: readonly PlanStep[],
  own: readonly string[],
): readonly string[] => {
  if (facts.networkInterfaces.length === 0) return [];
  const { zones, spared, tooMany } = chooseZones(facts.domains, own);
  const blocks = steps.some(({ kind, gate }) => kind === 'block-dns' && isUnasked(gate));
  const open = [...(blocks ? [] : zones), ...tooMany];
  return [
    blocks
      ? `the resolver of the VPC answers for names other than the ${zones.length} zone(s) that its DNS Firewall blocks; rule groups of the VPC's own that come first decide first`
      : 'the resolver of the VPC answers still: neither groups nor network ACLs filter it',
    ...(open.length === 0
      ? []
      : [`${open.length} zone(s) of the findings' names are not blocked: ${toldNames(open)}`]),
    ...(spared.length === 0
      ? []
      : [
          `${spared.length} name(s) of the findings are never blocked, for they are AWS's, your own, or nobody's: ${toldNames(spared)}`,
        ]),
  ];
};
