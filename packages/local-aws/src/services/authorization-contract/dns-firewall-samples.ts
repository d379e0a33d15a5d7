import { ACCOUNT, REGION } from '../testing.ts';
import { dnsFirewallState } from '../route53resolver/state.ts';
import { TAG, type FurnishedWorld } from './furnished-world.ts';
import type { Samples } from './sample.ts';

const ARN = `arn:aws:route53resolver:${REGION}:${ACCOUNT}`;
const MADE = { creatorRequestId: 'before', createdAt: '2026-01-01T00:00:00.000Z', modifiedAt: '' };

/** One of each thing, all with a tag. */
const furnish = ({ world, network }: FurnishedWorld): void => {
  const state = world.of(dnsFirewallState, ACCOUNT, REGION);
  const tags = () => new Map(Object.entries(TAG));
  state.domainLists.set('rslvr-fdl-1', {
    ...MADE,
    id: 'rslvr-fdl-1',
    arn: `${ARN}:firewall-domain-list/rslvr-fdl-1`,
    name: 'list',
    status: 'COMPLETE',
    specifications: ['evil.example'],
    tags: tags(),
  });
  state.ruleGroups.set('rslvr-frg-1', {
    ...MADE,
    id: 'rslvr-frg-1',
    arn: `${ARN}:firewall-rule-group/rslvr-frg-1`,
    name: 'group',
    rules: new Map(),
    tags: tags(),
  });
  state.associations.set('rslvr-frgassoc-1', {
    ...MADE,
    id: 'rslvr-frgassoc-1',
    arn: `${ARN}:firewall-rule-group-association/rslvr-frgassoc-1`,
    name: 'association',
    ruleGroupId: 'rslvr-frg-1',
    vpcId: network.vpcId,
    priority: 101,
    mutationProtection: 'DISABLED',
    status: 'COMPLETE',
    tags: tags(),
  });
};

/** Requests to Route 53 Resolver's DNS Firewall. */
export const dnsFirewallSamples: Samples = (on) => {
  furnish(on);
  const { vpcId } = on.network;
  const Tags = Object.entries(TAG).map(([Key, Value]) => ({ Key, Value }));
  const made = { CreatorRequestId: 'r', Name: 'made', Tags };
  const list = { FirewallDomainListId: 'rslvr-fdl-1' };
  const group = { FirewallRuleGroupId: 'rslvr-frg-1' };
  const association = { FirewallRuleGroupAssociationId: 'rslvr-frgassoc-1' };
  const arns = ['firewall-domain-list/rslvr-fdl-1', 'firewall-rule-group/rslvr-frg-1'].map(
    (rest) => `${ARN}:${rest}`,
  );
  return [
    { operation: 'AssociateFirewallRuleGroup', input: { ...made, ...group, VpcId: vpcId, Priority: 102 } },
    { operation: 'CreateFirewallDomainList', input: made },
    {
      operation: 'CreateFirewallRule',
      input: { ...list, ...group, Priority: 1, Action: 'ALERT', Name: 'r' },
    },
    { operation: 'CreateFirewallRuleGroup', input: made },
    { operation: 'DeleteFirewallDomainList', input: list },
    { operation: 'DeleteFirewallRule', input: { ...list, ...group } },
    { operation: 'DeleteFirewallRuleGroup', input: group },
    { operation: 'DisassociateFirewallRuleGroup', input: association },
    { operation: 'GetFirewallConfig', input: { ResourceId: vpcId } },
    { operation: 'GetFirewallDomainList', input: list },
    { operation: 'GetFirewallRuleGroup', input: group },
    { operation: 'GetFirewallRuleGroupAssociation', input: association },
    { operation: 'ListFirewallDomainLists', input: {} },
    { operation: 'ListFirewallDomains', input: list },
    { operation: 'ListFirewallRuleGroupAssociations', input: { VpcId: vpcId } },
    { operation: 'ListFirewallRuleGroups', input: {} },
    { operation: 'ListFirewallRules', input: group },
    { operation: 'ListTagsForResource', input: { ResourceArn: arns[0] } },
    ...arns.flatMap((ResourceArn, index) => [
      { operation: 'TagResource', what: `${index + 1}`, input: { ResourceArn, Tags } },
      { operation: 'UntagResource', what: `${index + 1}`, input: { ResourceArn, TagKeys: ['team'] } },
    ]),
    { operation: 'UpdateFirewallConfig', input: { ResourceId: vpcId, FirewallFailOpen: 'ENABLED' } },
    { operation: 'UpdateFirewallDomains', input: { ...list, Operation: 'ADD', Domains: ['evil.example'] } },
  ];
};
