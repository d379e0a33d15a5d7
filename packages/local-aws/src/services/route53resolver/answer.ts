import type { World } from '../../core/world.ts';
import { dnsFirewallState, type DnsFirewallState, type FirewallRule } from './state.ts';

/** What a VPC's resolver makes of a query. */
export type Answer =
  | { readonly kind: 'resolved' }
  | {
      readonly kind: 'blocked';
      /** What is answered in place of the record. */
      readonly response: 'NODATA' | 'NXDOMAIN' | 'SERVFAIL';
      /** The rule group, or why there is none. */
      readonly by: string;
    };

const RESOLVED: Answer = { kind: 'resolved' };

/**
 * Whether a specification matches a name: exactly, or, where it starts with an asterisk, by its end. `*.example.com` is taken to match
 * what is below `example.com` and not that name itself, which AWS's pages show by naming both.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-user-managed-domain-lists.html
 */
export const matchesName = (specification: string, name: string): boolean =>
  specification.startsWith('*') ? name.endsWith(specification.slice(1)) : name === specification;

const byPriority = (a: { readonly priority: number }, b: { readonly priority: number }): number =>
  a.priority - b.priority;

const matchingRule = (state: DnsFirewallState, ruleGroupId: string, name: string): FirewallRule | undefined =>
  [...(state.ruleGroups.get(ruleGroupId)?.rules.values() ?? [])]
    .toSorted(byPriority)
    .find(({ domainListId }) =>
      (state.domainLists.get(domainListId)?.specifications ?? []).some((one) => matchesName(one, name)),
    );

/**
 * What a VPC's resolver answers to a query now. Rule groups are looked at from the lowest priority on, and so are their rules; the first that
 * matches decides, and an alert lets the query through. While DNS Firewall does not answer, a VPC with a rule group is closed, unless it
 * was configured to fail open.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-actions.html
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-vpc-configuration.html
 */
export const answerTo = (world: World, vpcId: string, name: string): Answer => {
  const asked = name.toLowerCase().replace(/\.$/, '');
  for (const { state } of world.all(dnsFirewallState)) {
    const atWork = [...state.associations.values()]
      .filter((one) => one.vpcId === vpcId && one.status === 'COMPLETE')
      .toSorted(byPriority);
    if (atWork.length === 0) continue;
    if (state.impaired)
      return state.failOpen.has(vpcId)
        ? RESOLVED
        : { kind: 'blocked', response: 'SERVFAIL', by: 'DNS Firewall, which does not answer' };
    for (const { ruleGroupId } of atWork) {
      const rule = matchingRule(state, ruleGroupId, asked);
      if (rule === undefined) continue;
      return rule.action === 'BLOCK'
        ? { kind: 'blocked', response: rule.blockResponse ?? 'NODATA', by: ruleGroupId }
        : RESOLVED;
    }
  }
  return RESOLVED;
};
