import type {
  AssociateFirewallRuleGroupCommandInput,
  AssociateFirewallRuleGroupCommandOutput,
  DisassociateFirewallRuleGroupCommandInput,
  DisassociateFirewallRuleGroupCommandOutput,
  FirewallRuleGroupAssociation,
  GetFirewallConfigCommandInput,
  GetFirewallConfigCommandOutput,
  GetFirewallRuleGroupAssociationCommandInput,
  GetFirewallRuleGroupAssociationCommandOutput,
  ListFirewallRuleGroupAssociationsCommandInput,
  ListFirewallRuleGroupAssociationsCommandOutput,
  UpdateFirewallConfigCommandInput,
  UpdateFirewallConfigCommandOutput,
} from '@aws-sdk/client-route53resolver';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { ec2State } from '../ec2/state.ts';
import { DNS_FIREWALL_DURATIONS } from './durations.ts';
import { pageOf } from './pages.ts';
import { QUOTAS, tooMany } from './quotas.ts';
import {
  conflict,
  found,
  invalid,
  makeOnce,
  momentOf,
  notFound,
  onAll,
  onNew,
  onThing,
  stateOf,
} from './resources.ts';
import type { Association } from './state.ts';

const KIND = 'firewall-rule-group-association';

/** "The allowed values for Priority are between 100 and 9900", without these two. API_route53resolver_AssociateFirewallRuleGroup.html */
const PRIORITY = { above: 100, below: 9_900 } as const;

const shown = (association: Association): FirewallRuleGroupAssociation => ({
  Id: association.id,
  Arn: association.arn,
  FirewallRuleGroupId: association.ruleGroupId,
  VpcId: association.vpcId,
  Name: association.name,
  Priority: association.priority,
  MutationProtection: association.mutationProtection,
  Status: association.status,
  CreatorRequestId: association.creatorRequestId,
  CreationTime: association.createdAt,
  ModificationTime: association.modifiedAt,
});

/** The resolver looks the VPC up in the caller's name; the reference calls that a dependent action. Assumed where it does not. */
const looksUpVpc: Check = { action: 'ec2:DescribeVpcs', resource: '*', assumed: true };

/** A VPC of the caller's own: that a participant of a shared one cannot is not documented, and the stricter reading (UNCONFIRMED). */
const ownVpc = (call: Call, vpcId = ''): string => {
  const vpc = call.world.of(ec2State, call.caller.account, call.region).vpcs.get(vpcId);
  if (vpc === undefined || vpc.ownerId !== call.caller.account) throw notFound('vpc', vpcId);
  return vpcId;
};

/** What of a VPC's associations, and of the quota, stands against one more. */
const refuseAgainst = (
  held: readonly Association[],
  wanted: { readonly ruleGroupId: string; readonly priority: number },
): void => {
  const { ruleGroupId, priority } = wanted;
  if (!(priority > PRIORITY.above && priority < PRIORITY.below))
    throw invalid(`Priority ${priority} is not between ${PRIORITY.above} and ${PRIORITY.below}.`);
  if (held.some((one) => one.ruleGroupId === ruleGroupId))
    throw conflict(`The rule group ${ruleGroupId} is associated with the VPC already.`);
  if (held.some((one) => one.priority === priority))
    throw invalid(`Another rule group of the VPC has the priority ${priority}.`);
  if (held.length >= QUOTAS.ruleGroupsPerVpc) throw tooMany('rule groups per VPC', QUOTAS.ruleGroupsPerVpc);
};

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html : it filters once it is complete. */
const associateFirewallRuleGroup = operation<
  AssociateFirewallRuleGroupCommandInput,
  Omit<AssociateFirewallRuleGroupCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    ...onNew(call, 'AssociateFirewallRuleGroup', { kind: KIND, tags: input.Tags }),
    looksUpVpc,
  ],
  run: (input, call) => {
    acceptMembers(input, 'AssociateFirewallRuleGroup', [
      'CreatorRequestId',
      'FirewallRuleGroupId',
      'VpcId',
      'Priority',
      'Name',
      'MutationProtection',
      'Tags',
    ]);
    const { associations, ruleGroups } = stateOf(call);
    const making = makeOnce(associations, input, { kind: KIND, call });
    if (making.before !== undefined) return { FirewallRuleGroupAssociation: shown(making.before) };
    const { id: ruleGroupId } = found(ruleGroups, 'firewall-rule-group', input.FirewallRuleGroupId);
    const vpcId = ownVpc(call, input.VpcId);
    const priority = input.Priority ?? 0;
    const held = [...associations.values()].filter((one) => one.vpcId === vpcId);
    refuseAgainst(held, { ruleGroupId, priority });
    const association: Association = {
      ...making.make(),
      ruleGroupId,
      vpcId,
      priority,
      mutationProtection: input.MutationProtection === 'ENABLED' ? 'ENABLED' : 'DISABLED',
      status: 'UPDATING',
    };
    associations.set(association.id, association);
    call.timeline.at(call.now + DNS_FIREWALL_DURATIONS.associate, () => {
      if (association.status === 'UPDATING') association.status = 'COMPLETE';
    });
    return { FirewallRuleGroupAssociation: shown(association) };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DisassociateFirewallRuleGroup.html : one that is protected stays. */
const disassociateFirewallRuleGroup = operation<
  DisassociateFirewallRuleGroupCommandInput,
  Omit<DisassociateFirewallRuleGroupCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    onThing(call, 'DisassociateFirewallRuleGroup', [KIND, input.FirewallRuleGroupAssociationId]),
  ],
  run: (input, call) => {
    acceptMembers(input, 'DisassociateFirewallRuleGroup', ['FirewallRuleGroupAssociationId']);
    const { associations } = stateOf(call);
    const association = found(associations, KIND, input.FirewallRuleGroupAssociationId);
    if (association.mutationProtection === 'ENABLED')
      throw conflict(`The association ${association.id} is protected from mutation.`);
    if (association.status === 'DELETING')
      throw conflict(`The association ${association.id} is being deleted.`);
    association.status = 'DELETING';
    association.modifiedAt = momentOf(call);
    call.timeline.at(call.now + DNS_FIREWALL_DURATIONS.disassociate, () => {
      associations.delete(association.id);
    });
    return { FirewallRuleGroupAssociation: shown(association) };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetFirewallRuleGroupAssociation.html */
const getFirewallRuleGroupAssociation = operation<
  GetFirewallRuleGroupAssociationCommandInput,
  Omit<GetFirewallRuleGroupAssociationCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    onThing(call, 'GetFirewallRuleGroupAssociation', [KIND, input.FirewallRuleGroupAssociationId]),
  ],
  run: (input, call) => {
    acceptMembers(input, 'GetFirewallRuleGroupAssociation', ['FirewallRuleGroupAssociationId']);
    const association = found(stateOf(call).associations, KIND, input.FirewallRuleGroupAssociationId);
    return { FirewallRuleGroupAssociation: shown(association) };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallRuleGroupAssociations.html */
const listFirewallRuleGroupAssociations = operation<
  ListFirewallRuleGroupAssociationsCommandInput,
  Omit<ListFirewallRuleGroupAssociationsCommandOutput, '$metadata'>
>({
  checks: () => [onAll('ListFirewallRuleGroupAssociations')],
  run: (input, call) => {
    acceptMembers(input, 'ListFirewallRuleGroupAssociations', [
      'FirewallRuleGroupId',
      'VpcId',
      'MaxResults',
      'NextToken',
    ]);
    const { FirewallRuleGroupId: group, VpcId: vpc } = input;
    const all = [...stateOf(call).associations.values()].filter(
      ({ ruleGroupId, vpcId }) =>
        (group === undefined || group === ruleGroupId) && (vpc === undefined || vpc === vpcId),
    );
    const { items, ...next } = pageOf(all, input, 100);
    return { ...next, FirewallRuleGroupAssociations: items.map(shown) };
  },
});

const configOf = (call: Call, vpcId: string) => ({
  FirewallConfig: {
    Id: `rslvr-fc-${vpcId.slice('vpc-'.length)}`,
    ResourceId: vpcId,
    OwnerId: call.caller.account,
    FirewallFailOpen: stateOf(call).failOpen.has(vpcId) ? ('ENABLED' as const) : ('DISABLED' as const),
  },
});

const onConfig = (call: Call, action: string, vpcId = ''): readonly Check[] => [
  {
    action: `route53resolver:${action}`,
    resource: `arn:${call.world.facts.partition}:route53resolver:${call.region}:${call.caller.account}:firewall-config/rslvr-fc-${vpcId.slice('vpc-'.length)}`,
  },
  looksUpVpc,
];

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetFirewallConfig.html : "By default, the failure mode is closed". */
const getFirewallConfig = operation<
  GetFirewallConfigCommandInput,
  Omit<GetFirewallConfigCommandOutput, '$metadata'>
>({
  checks: (input, call) => onConfig(call, 'GetFirewallConfig', input.ResourceId),
  run: (input, call) => {
    acceptMembers(input, 'GetFirewallConfig', ['ResourceId']);
    return configOf(call, ownVpc(call, input.ResourceId));
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateFirewallConfig.html */
const updateFirewallConfig = operation<
  UpdateFirewallConfigCommandInput,
  Omit<UpdateFirewallConfigCommandOutput, '$metadata'>
>({
  checks: (input, call) => onConfig(call, 'UpdateFirewallConfig', input.ResourceId),
  run: (input, call) => {
    acceptMembers(input, 'UpdateFirewallConfig', ['ResourceId', 'FirewallFailOpen']);
    const vpcId = ownVpc(call, input.ResourceId);
    const { failOpen } = stateOf(call);
    if (input.FirewallFailOpen === 'ENABLED') failOpen.add(vpcId);
    else if (input.FirewallFailOpen === 'DISABLED') failOpen.delete(vpcId);
    else throw invalid(`FirewallFailOpen ${input.FirewallFailOpen} is neither ENABLED nor DISABLED.`);
    return configOf(call, vpcId);
  },
});

/** Operations on what a VPC has of DNS Firewall. */
export const associationOperations: Readonly<Record<string, Operation>> = {
  AssociateFirewallRuleGroup: associateFirewallRuleGroup,
  DisassociateFirewallRuleGroup: disassociateFirewallRuleGroup,
  GetFirewallConfig: getFirewallConfig,
  GetFirewallRuleGroupAssociation: getFirewallRuleGroupAssociation,
  ListFirewallRuleGroupAssociations: listFirewallRuleGroupAssociations,
  UpdateFirewallConfig: updateFirewallConfig,
};
