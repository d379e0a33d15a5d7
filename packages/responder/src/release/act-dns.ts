import {
  DeleteFirewallDomainListCommand,
  DeleteFirewallRuleCommand,
  DeleteFirewallRuleGroupCommand,
  DisassociateFirewallRuleGroupCommand,
} from '@aws-sdk/client-route53resolver';
import type { DnsBlockNow } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import type { Act, Ground } from './act.ts';

const blockOf = ({ facts }: Pick<Ground, 'facts'>, vpcId: string): DnsBlockNow | undefined =>
  facts.dns?.find((one) => one.vpcId === vpcId);

/** What is gone already is as it should be. */
const unlessGone = async (ask: Promise<unknown>): Promise<void> => {
  try {
    await ask;
  } catch (error) {
    if (faultCode(error) !== 'ResourceNotFoundException') throw error;
  }
};

/** Takes the incident's rule group from the VPC: from then on its names resolve again. */
export const actDnsBlock: Act<'unblock-dns'> = {
  on: ({ vpcId }, ground) => {
    const id = blockOf(ground, vpcId)?.association?.id;
    return [
      {
        actions: ['route53resolver:DisassociateFirewallRuleGroup'],
        resources: id === undefined ? [] : [ground.resolverArn(`firewall-rule-group-association/${id}`)],
      },
    ];
  },
  act: async ({ vpcId }, acting) => {
    const association = blockOf(acting, vpcId)?.association;
    if (association === undefined) return `${vpcId} has no DNS block of ours`;
    await unlessGone(
      acting.resolver.send(
        new DisassociateFirewallRuleGroupCommand({ FirewallRuleGroupAssociationId: association.id }),
      ),
    );
    return `${association.id} is being taken from ${vpcId}`;
  },
};

/** Deletes rule, rule group and domain list of the incident, each where it is there still. */
export const actDnsObjects: Act<'remove-dns-block'> = {
  on: ({ vpcId }, ground) => {
    const { ruleGroupId, domainListId } = blockOf(ground, vpcId) ?? {};
    const group = ruleGroupId === undefined ? [] : [ground.resolverArn(`firewall-rule-group/${ruleGroupId}`)];
    const list =
      domainListId === undefined ? [] : [ground.resolverArn(`firewall-domain-list/${domainListId}`)];
    return [
      { actions: ['route53resolver:DeleteFirewallRule'], resources: [...group, ...list] },
      { actions: ['route53resolver:DeleteFirewallRuleGroup'], resources: group },
      { actions: ['route53resolver:DeleteFirewallDomainList'], resources: list },
    ];
  },
  act: async ({ vpcId }, acting) => {
    const { ruleGroupId: FirewallRuleGroupId, domainListId: FirewallDomainListId } =
      blockOf(acting, vpcId) ?? {};
    const { resolver } = acting;
    if (FirewallRuleGroupId !== undefined && FirewallDomainListId !== undefined)
      await unlessGone(
        resolver.send(new DeleteFirewallRuleCommand({ FirewallRuleGroupId, FirewallDomainListId })),
      );
    if (FirewallRuleGroupId !== undefined)
      await unlessGone(resolver.send(new DeleteFirewallRuleGroupCommand({ FirewallRuleGroupId })));
    if (FirewallDomainListId !== undefined)
      await unlessGone(resolver.send(new DeleteFirewallDomainListCommand({ FirewallDomainListId })));
    return `the rule group and the domain list of ours for ${vpcId} are gone`;
  },
};
