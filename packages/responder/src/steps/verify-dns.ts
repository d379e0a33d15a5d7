import { GetFirewallDomainListCommand, Route53ResolverClient } from '@aws-sdk/client-route53resolver';
import {
  dnsBlockName,
  specificationsOf,
  stepsToDo,
  type IncidentRef,
  type StepOf,
  type VerifyInput,
} from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { DNS_VERIFY_READS } from '../needs/dns-firewall.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { associationsOf, blocksAlone, domainsOf, rulesOf } from './dns-things.ts';

/** What of the DNS blocks does not hold, and whether that may still come by itself: Route 53 takes its time. */
export interface DnsLook {
  readonly open: readonly string[];
  readonly settles: boolean;
}

/**
 * Reads back, with the inspect duty in the account that owns each VPC, whether the plan's zones are blocked: the association is complete,
 * its group has the one rule that blocks, for every type of query, and the list has every zone. An account that cannot be read gives its
 * reason: what cannot be verified is not said to hold.
 */
export const openDns = async (input: VerifyInput, services: Services): Promise<DnsLook> => {
  const steps = stepsToDo(input, 'block-dns');
  const looked = await Promise.all(
    steps.map(async (step) => {
      try {
        return await readDnsBlock(step, input.incident, services);
      } catch (error) {
        return shut(`${step.id} cannot be read back: ${faultLine(error)}`);
      }
    }),
  );
  return merge(looked);
};

/** What a DNS block is known by. */
type Block = Pick<StepOf<'block-dns'>, 'account' | 'vpcId' | 'zones'>;

/** Reads one block back, in the account that owns the VPC. Rejects where that account cannot be read. */
export const readDnsBlock = async (
  block: Block,
  incident: IncidentRef,
  services: Services,
): Promise<DnsLook> => {
  const connection = await services.reach({
    ...ofIncident(services, { ...incident, account: block.account }),
    duty: 'inspect',
    policy: sessionPolicy({ reads: DNS_VERIFY_READS }),
  });
  return lookAt(clientFor(Route53ResolverClient, connection), block, incident.incidentId);
};

const merge = (looks: readonly DnsLook[]): DnsLook => ({
  open: looks.flatMap(({ open }) => open),
  // Worth waiting for only where all that is open may settle.
  settles:
    looks.some(({ settles }) => settles) && looks.every(({ open, settles }) => open.length === 0 || settles),
});

const shut = (because: string): DnsLook => ({ open: [because], settles: false });
const settling = (because: string): DnsLook => ({ open: [because], settles: true });

const lookAt = async (
  resolver: Route53ResolverClient,
  { vpcId, zones }: Block,
  incidentId: string,
): Promise<DnsLook> => {
  const name = dnsBlockName(incidentId, vpcId);
  const ours = (await associationsOf(resolver, vpcId)).find(
    ({ Name, Status }) => Name === name && Status !== 'DELETING',
  );
  if (ours?.FirewallRuleGroupId === undefined) return shut(`${vpcId} has no DNS block of this incident`);
  const rules = await rulesOf(resolver, ours.FirewallRuleGroupId);
  const listId = rules[0]?.FirewallDomainListId;
  if (!blocksAlone(rules) || listId === undefined)
    return shut(`the rule group ${ours.FirewallRuleGroupId} of ${vpcId} does not block as planned`);
  const [holds, { FirewallDomainList: list }] = await Promise.all([
    domainsOf(resolver, listId),
    resolver.send(new GetFirewallDomainListCommand({ FirewallDomainListId: listId })),
  ]);
  const missing = specificationsOf(zones).filter((one) => !holds.includes(one));
  if (missing.length > 0)
    return shut(`the domain list ${listId} of ${vpcId} lacks ${missing.length} of its specifications`);
  return ours.Status === 'COMPLETE' && list?.Status === 'COMPLETE'
    ? { open: [], settles: false }
    : settling(`the DNS block of ${vpcId} is being put in place still`);
};
