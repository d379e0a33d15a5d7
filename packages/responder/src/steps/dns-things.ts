import {
  ListFirewallDomainListsCommand,
  ListFirewallDomainsCommand,
  ListFirewallRuleGroupAssociationsCommand,
  ListFirewallRuleGroupsCommand,
  ListFirewallRulesCommand,
  type FirewallRule,
  type FirewallRuleGroupAssociation,
  type Route53ResolverClient,
} from '@aws-sdk/client-route53resolver';

/** Pages that a list is followed over: of 100 each, beyond every default quota. */
const MOST_PAGES = 20;

/** Follows a list to its end, page by page. */
const allOf = async <Item>(
  page: (token: { readonly NextToken?: string }) => Promise<{
    readonly items: readonly Item[] | undefined;
    readonly next: string | undefined;
  }>,
): Promise<readonly Item[]> => {
  const found: Item[] = [];
  let next: string | undefined;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const got = await page(next === undefined ? {} : { NextToken: next });
    found.push(...(got.items ?? []));
    next = got.next;
    if (next === undefined) break;
  }
  return found;
};

/** The domain list of this name, if there is one. Names are not unique: what another made under ours carries no tag of ours. */
export const domainListNamed = async (
  resolver: Route53ResolverClient,
  name: string,
): Promise<string | undefined> => {
  const lists = await allOf(async (token) => {
    const answer = await resolver.send(new ListFirewallDomainListsCommand({ MaxResults: 100, ...token }));
    return { items: answer.FirewallDomainLists, next: answer.NextToken };
  });
  return lists.find(({ Name, CreatorRequestId }) => Name === name && CreatorRequestId === name)?.Id;
};

/** The rule group of this name, if there is one. */
export const ruleGroupNamed = async (
  resolver: Route53ResolverClient,
  name: string,
): Promise<string | undefined> => {
  const groups = await allOf(async (token) => {
    const answer = await resolver.send(new ListFirewallRuleGroupsCommand({ MaxResults: 100, ...token }));
    return { items: answer.FirewallRuleGroups, next: answer.NextToken };
  });
  return groups.find(({ Name, CreatorRequestId }) => Name === name && CreatorRequestId === name)?.Id;
};

/** What of rule groups is at a VPC. */
export const associationsOf = async (
  resolver: Route53ResolverClient,
  VpcId: string,
): Promise<readonly FirewallRuleGroupAssociation[]> =>
  allOf(async (token) => {
    const answer = await resolver.send(
      new ListFirewallRuleGroupAssociationsCommand({ VpcId, MaxResults: 100, ...token }),
    );
    return { items: answer.FirewallRuleGroupAssociations, next: answer.NextToken };
  });

/** The rules of a group. */
export const rulesOf = async (
  resolver: Route53ResolverClient,
  FirewallRuleGroupId: string,
): Promise<readonly FirewallRule[]> =>
  allOf(async (token) => {
    const answer = await resolver.send(
      new ListFirewallRulesCommand({ FirewallRuleGroupId, MaxResults: 100, ...token }),
    );
    return { items: answer.FirewallRules, next: answer.NextToken };
  });

/** What a list holds. */
export const domainsOf = async (
  resolver: Route53ResolverClient,
  FirewallDomainListId: string,
): Promise<readonly string[]> =>
  allOf(async (token) => {
    const answer = await resolver.send(
      new ListFirewallDomainsCommand({ FirewallDomainListId, MaxResults: 1_000, ...token }),
    );
    return { items: answer.Domains, next: answer.NextToken };
  });

/** Whether the one rule of a group blocks, for every type of query, what a list holds. */
export const blocksAlone = (rules: readonly FirewallRule[]): boolean =>
  rules.length === 1 &&
  rules.every(
    ({ Action, Qtype, FirewallDomainListId }) =>
      Action === 'BLOCK' && Qtype === undefined && FirewallDomainListId !== undefined,
  );
