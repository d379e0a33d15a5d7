import type {
  CreateFirewallRuleCommandInput,
  CreateFirewallRuleCommandOutput,
  CreateFirewallRuleGroupCommandInput,
  CreateFirewallRuleGroupCommandOutput,
  DeleteFirewallRuleCommandInput,
  DeleteFirewallRuleCommandOutput,
  DeleteFirewallRuleGroupCommandInput,
  DeleteFirewallRuleGroupCommandOutput,
  FirewallRule as ShownRule,
  FirewallRuleGroup,
  GetFirewallRuleGroupCommandInput,
  GetFirewallRuleGroupCommandOutput,
  ListFirewallRuleGroupsCommandInput,
  ListFirewallRuleGroupsCommandOutput,
  ListFirewallRulesCommandInput,
  ListFirewallRulesCommandOutput,
} from '@aws-sdk/client-route53resolver';
import { operation, type Call, type Operation } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { pageOf } from './pages.ts';
import { QUOTAS, tooMany } from './quotas.ts';
import {
  checkedName,
  conflict,
  found,
  invalid,
  makeOnce,
  momentOf,
  onAll,
  onNew,
  onThing,
  stateOf,
} from './resources.ts';
import type { FirewallRule, RuleGroup } from './state.ts';

const KIND = 'firewall-rule-group';
const LIST = 'firewall-domain-list';

const shown = (group: RuleGroup, { caller }: Call): FirewallRuleGroup => ({
  Id: group.id,
  Arn: group.arn,
  Name: group.name,
  RuleCount: group.rules.size,
  Status: 'COMPLETE',
  OwnerId: caller.account,
  CreatorRequestId: group.creatorRequestId,
  ShareStatus: 'NOT_SHARED',
  CreationTime: group.createdAt,
  ModificationTime: group.modifiedAt,
});

const shownRule = ({ id }: RuleGroup, rule: FirewallRule): ShownRule => ({
  FirewallRuleGroupId: id,
  FirewallDomainListId: rule.domainListId,
  Name: rule.name,
  Priority: rule.priority,
  Action: rule.action,
  ...(rule.blockResponse === undefined ? {} : { BlockResponse: rule.blockResponse }),
  CreatorRequestId: rule.creatorRequestId,
  CreationTime: rule.createdAt,
  ModificationTime: rule.createdAt,
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallRuleGroup.html : a repeat of a request makes nothing twice. */
const createFirewallRuleGroup = operation<
  CreateFirewallRuleGroupCommandInput,
  Omit<CreateFirewallRuleGroupCommandOutput, '$metadata'>
>({
  checks: (input, call) => onNew(call, 'CreateFirewallRuleGroup', { kind: KIND, tags: input.Tags }),
  run: (input, call) => {
    acceptMembers(input, 'CreateFirewallRuleGroup', ['CreatorRequestId', 'Name', 'Tags']);
    const { ruleGroups } = stateOf(call);
    const making = makeOnce(ruleGroups, input, { kind: KIND, call });
    if (making.before !== undefined) return { FirewallRuleGroup: shown(making.before, call) };
    if (ruleGroups.size >= QUOTAS.ruleGroups) throw tooMany('rule groups', QUOTAS.ruleGroups);
    const group: RuleGroup = { ...making.make(), rules: new Map() };
    ruleGroups.set(group.id, group);
    return { FirewallRuleGroup: shown(group, call) };
  },
});

/** What blocks must say how they answer, and nothing else may. API_route53resolver_CreateFirewallRule.html : "required if Action is BLOCK". */
const answerOf = ({
  Action,
  BlockResponse,
}: CreateFirewallRuleCommandInput): Pick<FirewallRule, 'action' | 'blockResponse'> => {
  if (Action !== 'BLOCK') {
    if (BlockResponse !== undefined) throw invalid('BlockResponse is for rules whose action is BLOCK.');
    if (Action !== 'ALLOW' && Action !== 'ALERT') throw invalid(`The action ${Action} is not valid.`);
    return { action: Action };
  }
  if (BlockResponse === undefined) throw invalid('A rule whose action is BLOCK needs a BlockResponse.');
  if (BlockResponse === 'OVERRIDE') throw unimplemented('BlockResponse OVERRIDE', 'CreateFirewallRule');
  return { action: 'BLOCK', blockResponse: BlockResponse };
};

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallRule.html : a list has one rule in a group, for all query types. */
const createFirewallRule = operation<
  CreateFirewallRuleCommandInput,
  Omit<CreateFirewallRuleCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    onThing(call, 'CreateFirewallRule', [LIST, input.FirewallDomainListId]),
    onThing(call, 'CreateFirewallRule', [KIND, input.FirewallRuleGroupId]),
  ],
  run: (input, call) => {
    acceptMembers(input, 'CreateFirewallRule', [
      'CreatorRequestId',
      'FirewallRuleGroupId',
      'FirewallDomainListId',
      'Priority',
      'Action',
      'BlockResponse',
      'Name',
    ]);
    const { ruleGroups, domainLists } = stateOf(call);
    const group = found(ruleGroups, KIND, input.FirewallRuleGroupId);
    const list = found(domainLists, LIST, input.FirewallDomainListId);
    const priority = input.Priority ?? 0;
    if (group.rules.has(list.id)) throw invalid(`${group.id} has a rule for ${list.id} already.`);
    if ([...group.rules.values()].some((rule) => rule.priority === priority))
      throw invalid(`A rule of ${group.id} has the priority ${priority} already.`);
    if (group.rules.size >= QUOTAS.rulesPerGroup) throw tooMany('rules in a group', QUOTAS.rulesPerGroup);
    const rule: FirewallRule = {
      domainListId: list.id,
      name: checkedName(input.Name),
      priority,
      ...answerOf(input),
      creatorRequestId: input.CreatorRequestId ?? call.ids.uuid('dns-firewall-request'),
      createdAt: momentOf(call),
    };
    group.rules.set(list.id, rule);
    group.modifiedAt = momentOf(call);
    return { FirewallRule: shownRule(group, rule) };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteFirewallRule.html */
const deleteFirewallRule = operation<
  DeleteFirewallRuleCommandInput,
  Omit<DeleteFirewallRuleCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    onThing(call, 'DeleteFirewallRule', [LIST, input.FirewallDomainListId]),
    onThing(call, 'DeleteFirewallRule', [KIND, input.FirewallRuleGroupId]),
  ],
  run: (input, call) => {
    acceptMembers(input, 'DeleteFirewallRule', ['FirewallRuleGroupId', 'FirewallDomainListId']);
    const group = found(stateOf(call).ruleGroups, KIND, input.FirewallRuleGroupId);
    const rule = found(group.rules, LIST, input.FirewallDomainListId);
    group.rules.delete(rule.domainListId);
    group.modifiedAt = momentOf(call);
    return { FirewallRule: shownRule(group, rule) };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteFirewallRuleGroup.html : one with rules, or at a VPC, stays (assumed). */
const deleteFirewallRuleGroup = operation<
  DeleteFirewallRuleGroupCommandInput,
  Omit<DeleteFirewallRuleGroupCommandOutput, '$metadata'>
>({
  checks: (input, call) => [onThing(call, 'DeleteFirewallRuleGroup', [KIND, input.FirewallRuleGroupId])],
  run: (input, call) => {
    acceptMembers(input, 'DeleteFirewallRuleGroup', ['FirewallRuleGroupId']);
    const { ruleGroups, associations } = stateOf(call);
    const group = found(ruleGroups, KIND, input.FirewallRuleGroupId);
    if ([...associations.values()].some(({ ruleGroupId }) => ruleGroupId === group.id))
      throw conflict(`The rule group ${group.id} is associated with a VPC.`);
    if (group.rules.size > 0) throw conflict(`The rule group ${group.id} has rules.`);
    ruleGroups.delete(group.id);
    return { FirewallRuleGroup: { ...shown(group, call), Status: 'DELETING' } };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetFirewallRuleGroup.html */
const getFirewallRuleGroup = operation<
  GetFirewallRuleGroupCommandInput,
  Omit<GetFirewallRuleGroupCommandOutput, '$metadata'>
>({
  checks: (input, call) => [onThing(call, 'GetFirewallRuleGroup', [KIND, input.FirewallRuleGroupId])],
  run: (input, call) => {
    acceptMembers(input, 'GetFirewallRuleGroup', ['FirewallRuleGroupId']);
    const group = found(stateOf(call).ruleGroups, KIND, input.FirewallRuleGroupId);
    return { FirewallRuleGroup: shown(group, call) };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallRuleGroups.html */
const listFirewallRuleGroups = operation<
  ListFirewallRuleGroupsCommandInput,
  Omit<ListFirewallRuleGroupsCommandOutput, '$metadata'>
>({
  checks: () => [onAll('ListFirewallRuleGroups')],
  run: (input, call) => {
    acceptMembers(input, 'ListFirewallRuleGroups', ['MaxResults', 'NextToken']);
    const { items, ...next } = pageOf([...stateOf(call).ruleGroups.values()], input, 100);
    return {
      ...next,
      FirewallRuleGroups: items.map((group) => ({
        Id: group.id,
        Arn: group.arn,
        Name: group.name,
        OwnerId: call.caller.account,
        CreatorRequestId: group.creatorRequestId,
        ShareStatus: 'NOT_SHARED' as const,
      })),
    };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallRules.html */
const listFirewallRules = operation<
  ListFirewallRulesCommandInput,
  Omit<ListFirewallRulesCommandOutput, '$metadata'>
>({
  checks: (input, call) => [onThing(call, 'ListFirewallRules', [KIND, input.FirewallRuleGroupId])],
  run: (input, call) => {
    acceptMembers(input, 'ListFirewallRules', ['FirewallRuleGroupId', 'MaxResults', 'NextToken']);
    const group = found(stateOf(call).ruleGroups, KIND, input.FirewallRuleGroupId);
    const { items, ...next } = pageOf([...group.rules.values()], input, 100);
    return { ...next, FirewallRules: items.map((rule) => shownRule(group, rule)) };
  },
});

/** Operations on rule groups and their rules. */
export const ruleGroupOperations: Readonly<Record<string, Operation>> = {
  CreateFirewallRule: createFirewallRule,
  CreateFirewallRuleGroup: createFirewallRuleGroup,
  DeleteFirewallRule: deleteFirewallRule,
  DeleteFirewallRuleGroup: deleteFirewallRuleGroup,
  GetFirewallRuleGroup: getFirewallRuleGroup,
  ListFirewallRuleGroups: listFirewallRuleGroups,
  ListFirewallRules: listFirewallRules,
};
