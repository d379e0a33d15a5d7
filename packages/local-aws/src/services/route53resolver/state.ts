import { defineState } from '../../core/world.ts';

/** What each of them has from its making on. */
export interface Made {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly creatorRequestId: string;
  /** ISO 8601. */
  readonly createdAt: string;
  modifiedAt: string;
  readonly tags: Map<string, string>;
}

/** A list of domain specifications. What an update brings holds once it is complete. */
export interface DomainList extends Made {
  status: 'COMPLETE' | 'UPDATING';
  /** What queries are compared with. */
  specifications: readonly string[];
  /** What the update under way makes of it. */
  pending?: readonly string[];
}

/** What a rule makes of a query that its list matches. */
export interface FirewallRule {
  readonly domainListId: string;
  readonly name: string;
  readonly priority: number;
  readonly action: 'ALLOW' | 'ALERT' | 'BLOCK';
  readonly blockResponse?: 'NODATA' | 'NXDOMAIN';
  readonly creatorRequestId: string;
  readonly createdAt: string;
}

/** Rules, and when they were made. */
export interface RuleGroup extends Made {
  /** By the id of the domain list: a list has one rule in a group. */
  readonly rules: Map<string, FirewallRule>;
}

/** A rule group at work in a VPC, once its status is complete. */
export interface Association extends Made {
  readonly ruleGroupId: string;
  readonly vpcId: string;
  readonly priority: number;
  readonly mutationProtection: 'ENABLED' | 'DISABLED';
  status: 'UPDATING' | 'COMPLETE' | 'DELETING';
}

/** DNS Firewall of one account and Region: things by id. */
export interface DnsFirewallState {
  readonly domainLists: Map<string, DomainList>;
  readonly ruleGroups: Map<string, RuleGroup>;
  readonly associations: Map<string, Association>;
  /** VPCs whose queries pass when DNS Firewall does not answer. */
  readonly failOpen: Set<string>;
  /** Whether DNS Firewall answers nothing at present: nothing in the organization brings it about, a test may. */
  impaired: boolean;
  /** When requests of the last second were made (virtual epoch ms). */
  requests: readonly number[];
}

/** State of Route 53 Resolver DNS Firewall. */
export const dnsFirewallState = defineState<DnsFirewallState>('route53resolver', 'regional', () => ({
  domainLists: new Map(),
  ruleGroups: new Map(),
  associations: new Map(),
  failOpen: new Set(),
  impaired: false,
  requests: [],
}));
