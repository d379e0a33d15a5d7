import type {
  CreateNetworkAclCommandInput,
  CreateNetworkAclCommandOutput,
  DeleteNetworkAclCommandInput,
  DescribeNetworkAclsCommandInput,
  DescribeNetworkAclsCommandOutput,
  NetworkAcl as ApiNetworkAcl,
  ReplaceNetworkAclAssociationCommandInput,
  ReplaceNetworkAclAssociationCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { addNetworkAcl, associateAcl } from './build-network.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { madeBefore, madeBy } from './made-before.ts';
import { stateOf } from './lookup.ts';
import { ownAcl, renderEntry } from './network-acl-entries.ts';
import type { NetworkAcl } from './network-state.ts';
import { describeCheck, requestTagContext, resourceCheck, tagOnCreateChecks } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import { notOwned, requireOwnPlace, visibleAcls } from './sharing.ts';
import { acceptTagSpecifications, renderTags, requestedTags } from './tag-sets.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html */
const readers: Readers<NetworkAcl> = {
  'network-acl-id': (acl) => [acl.networkAclId],
  'vpc-id': (acl) => [acl.vpcId],
  'owner-id': (acl) => [acl.ownerId],
  default: (acl) => [String(acl.isDefault)],
  'association.association-id': (acl) => [...acl.associations.keys()],
  'association.network-acl-id': (acl) => (acl.associations.size === 0 ? [] : [acl.networkAclId]),
  'association.subnet-id': (acl) => [...acl.associations.values()],
  'entry.cidr': (acl) => acl.entries.flatMap(({ source }) => (source.kind === 'ipv4' ? [source.cidr] : [])),
  'entry.ipv6-cidr': (acl) =>
    acl.entries.flatMap(({ source }) => (source.kind === 'ipv6' ? [source.cidr] : [])),
  'entry.egress': (acl) => acl.entries.map(({ egress }) => String(egress)),
  'entry.protocol': (acl) => acl.entries.map(({ protocol }) => protocol),
  'entry.rule-action': (acl) => acl.entries.map(({ action }) => action),
  'entry.rule-number': (acl) => acl.entries.map(({ ruleNumber }) => String(ruleNumber)),
};

const render = (acl: NetworkAcl): ApiNetworkAcl => ({
  NetworkAclId: acl.networkAclId,
  VpcId: acl.vpcId,
  OwnerId: acl.ownerId,
  IsDefault: acl.isDefault,
  Associations: [...acl.associations].map(([NetworkAclAssociationId, SubnetId]) => ({
    NetworkAclAssociationId,
    NetworkAclId: acl.networkAclId,
    SubnetId,
  })),
  Entries: acl.entries
    .toSorted((one, other) => one.ruleNumber - other.ruleNumber)
    .map((entry) => renderEntry(entry)),
  Tags: renderTags(acl.tags) ?? [],
});

const describeNetworkAcls = operation<
  DescribeNetworkAclsCommandInput,
  Omit<DescribeNetworkAclsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeNetworkAcls', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeNetworkAcls', ['NetworkAclIds', 'Filters', 'MaxResults', 'NextToken']);
    const visible = visibleAcls(call);
    const asked = input.NetworkAclIds?.length
      ? requireAll(idKinds.networkAcl, visible, input.NetworkAclIds)
      : [...visible.values()];
    const shown = page(applyFilters(asked, input.Filters, readers), input, input.NetworkAclIds);
    return { NetworkAcls: shown.items.map(render), NextToken: shown.nextToken };
  },
});

const createNetworkAcl = operation<
  CreateNetworkAclCommandInput,
  Omit<CreateNetworkAclCommandOutput, '$metadata'>
>({
  checks: (input, call) => {
    const tags = requestedTags(input.TagSpecifications, 'network-acl');
    const more = requestTagContext(tags);
    return [
      resourceCheck('CreateNetworkAcl', call, { type: 'network-acl', id: '*', more }),
      resourceCheck('CreateNetworkAcl', call, { type: 'vpc', id: input.VpcId ?? '*' }),
      ...tagOnCreateChecks('CreateNetworkAcl', call, { type: 'network-acl', tags }),
    ];
  },
  run: (input, call) => {
    acceptInput(input, 'CreateNetworkAcl', ['VpcId', 'TagSpecifications', 'ClientToken']);
    acceptTagSpecifications(input.TagSpecifications, ['network-acl']);
    const state = stateOf(call);
    const asked = { kind: idKinds.vpc, from: state.vpcs, operationName: 'CreateNetworkAcl' };
    const { vpcId } = requireOwnPlace(call, asked, required(input.VpcId, 'vpcId'));
    const tags = Object.fromEntries(requestedTags(input.TagSpecifications, 'network-acl'));
    const before = madeBefore(state.networkAcls.values(), input);
    const acl = before ?? addNetworkAcl(state, { vpcId, tags }, call.ids);
    if (before === undefined) Object.assign(acl, madeBy(input));
    return {
      NetworkAcl: render(acl),
      ...(input.ClientToken === undefined ? {} : { ClientToken: input.ClientToken }),
    };
  },
});

const deleteNetworkAcl = operation<DeleteNetworkAclCommandInput, object>({
  checks: (input, call) => [
    resourceCheck('DeleteNetworkAcl', call, { type: 'network-acl', id: input.NetworkAclId ?? '*' }),
  ],
  run: (input, call) => {
    acceptInput(input, 'DeleteNetworkAcl', ['NetworkAclId']);
    const acl = ownAcl(call, 'DeleteNetworkAcl', input.NetworkAclId);
    // The page says that it cannot be deleted; the code is as people report it.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html
    if (acl.isDefault) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `cannot delete default network ACL ${acl.networkAclId}`,
      );
    }
    if (acl.associations.size > 0) {
      throw new ServiceFault(
        'DependencyViolation',
        `The networkAcl '${acl.networkAclId}' has dependencies and cannot be deleted.`,
      );
    }
    stateOf(call).networkAcls.delete(acl.networkAclId);
    return {};
  },
});

const holderOf = (acls: Iterable<NetworkAcl>, associationId: string | undefined): NetworkAcl | undefined =>
  [...acls].find((acl) => acl.associations.has(associationId ?? ''));

const subnetOf = (call: Call, associationId: string | undefined): string => {
  const own = stateOf(call).networkAcls;
  // In a shared subnet this would be the owner's to do.
  if (
    holderOf(own.values(), associationId) === undefined &&
    holderOf(visibleAcls(call).values(), associationId)
  )
    throw notOwned('ReplaceNetworkAclAssociation');
  const associations = new Map([...own.values()].flatMap((acl) => [...acl.associations]));
  return requireOne(idKinds.aclAssociation, associations, required(associationId, 'associationId'));
};

const replaceNetworkAclAssociation = operation<
  ReplaceNetworkAclAssociationCommandInput,
  Omit<ReplaceNetworkAclAssociationCommandOutput, '$metadata'>
>({
  checks: (input, call) => {
    const current = holderOf(visibleAcls(call).values(), input.AssociationId);
    const subnetId = current?.associations.get(input.AssociationId ?? '') ?? '*';
    const on = (type: string, id: string) =>
      resourceCheck('ReplaceNetworkAclAssociation', call, { type, id });
    return [
      on('network-acl', input.NetworkAclId ?? '*'),
      on('subnet', subnetId),
      // The reference does not say whether the ACL that the subnet leaves is asked for too.
      ...(current === undefined || current.networkAclId === input.NetworkAclId
        ? []
        : [{ ...on('network-acl', current.networkAclId), assumed: true as const }]),
    ];
  },
  run: (input, call) => {
    acceptInput(input, 'ReplaceNetworkAclAssociation', ['AssociationId', 'NetworkAclId']);
    const subnetId = subnetOf(call, input.AssociationId);
    const acl = ownAcl(call, 'ReplaceNetworkAclAssociation', input.NetworkAclId);
    const state = stateOf(call);
    if (state.subnets.get(subnetId)?.vpcId !== acl.vpcId) {
      // The code is UNCONFIRMED: no page says what a foreign VPC gives.
      throw new ServiceFault(
        'InvalidParameterValue',
        `networkAcl ${acl.networkAclId} and subnet ${subnetId} belong to different networks`,
      );
    }
    return { NewAssociationId: associateAcl(state, { acl, subnetId }, call.ids) };
  },
});

/** Operations of network ACLs as wholes, and of which subnets they filter. */
export const networkAclOperations = {
  DescribeNetworkAcls: describeNetworkAcls,
  CreateNetworkAcl: createNetworkAcl,
  DeleteNetworkAcl: deleteNetworkAcl,
  ReplaceNetworkAclAssociation: replaceNetworkAclAssociation,
};
