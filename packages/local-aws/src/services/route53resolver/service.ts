import type { Service } from '../../core/operation.ts';
import { associationOperations } from './associations.ts';
import { domainListOperations } from './domain-lists.ts';
import { throttled } from './quotas.ts';
import { ruleGroupOperations } from './rule-groups.ts';
import { tagOperations } from './tags.ts';

/**
 * Route 53 Resolver, as far as DNS Firewall goes: domain lists, rule groups and their rules, associations with VPCs, the failure mode, tags.
 * Not there: sharing, AWS's managed lists, imports from S3, query types, overrides, DNS Firewall Advanced, and all else of the resolver.
 * Other accounts' rule groups (RAM, Firewall Manager) are not there either.
 */
export const route53resolverService: Service = {
  name: 'route53resolver',
  operations: throttled({
    ...associationOperations,
    ...domainListOperations,
    ...ruleGroupOperations,
    ...tagOperations,
  }),
};
