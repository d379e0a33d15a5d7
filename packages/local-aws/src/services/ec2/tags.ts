import type { CreateTagsCommandInput, DeleteTagsCommandInput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { arnOf, stateOf } from './lookup.ts';
import { resourceCheck, requestTagContext } from './resource-checks.ts';
import type { Ec2State, Tags } from './state.ts';
import { acceptTags } from './tag-sets.ts';

interface Taggable {
  readonly type: string;
  readonly notFound: string;
  readonly find: (state: Ec2State, id: string) => { readonly tags?: Tags } | undefined;
}

/** Kinds of resource by the prefix of their ids: the type in ARNs, and the code for an id that is not there. */
const TAGGABLE: Readonly<Record<string, Taggable>> = {
  i: {
    type: 'instance',
    notFound: 'InvalidInstanceID.NotFound',
    find: (state, id) => state.instances.get(id),
  },
  eni: {
    type: 'network-interface',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    find: (state, id) => state.networkInterfaces.get(id),
  },
  sg: {
    type: 'security-group',
    notFound: 'InvalidGroup.NotFound',
    find: (state, id) => state.securityGroups.get(id),
  },
  vol: { type: 'volume', notFound: 'InvalidVolume.NotFound', find: (state, id) => state.volumes.get(id) },
  snap: {
    type: 'snapshot',
    notFound: 'InvalidSnapshot.NotFound',
    find: (state, id) => state.snapshots.get(id),
  },
  vpc: { type: 'vpc', notFound: 'InvalidVpcID.NotFound', find: (state, id) => state.vpcs.get(id) },
  subnet: {
    type: 'subnet',
    notFound: 'InvalidSubnetID.NotFound',
    find: (state, id) => state.subnets.get(id),
  },
  rtb: {
    type: 'route-table',
    notFound: 'InvalidRouteTableID.NotFound',
    find: (state, id) => state.routeTables.get(id),
  },
  acl: {
    type: 'network-acl',
    notFound: 'InvalidNetworkAclID.NotFound',
    find: (state, id) => state.networkAcls.get(id),
  },
  igw: {
    type: 'internet-gateway',
    notFound: 'InvalidInternetGatewayID.NotFound',
    find: (state, id) => state.internetGateways.get(id),
  },
  eipalloc: {
    type: 'elastic-ip',
    notFound: 'InvalidAllocationID.NotFound',
    find: (state, id) => state.addresses.get(id),
  },
  ami: { type: 'image', notFound: 'InvalidAMIID.NotFound', find: (state, id) => state.images.get(id) },
  lt: {
    type: 'launch-template',
    notFound: 'InvalidLaunchTemplateId.NotFound',
    find: (state, id) => state.launchTemplates.get(id),
  },
  vpce: {
    type: 'vpc-endpoint',
    notFound: 'InvalidVpcEndpointId.NotFound',
    find: (state, id) => state.vpcEndpoints.get(id),
  },
};

const kindOf = (id: string): Taggable | undefined => TAGGABLE[id.slice(0, id.lastIndexOf('-'))];

const tagsOf = (call: Call, id: string): Tags | undefined => kindOf(id)?.find(stateOf(call), id)?.tags;

const tagCheck = (
  action: string,
  call: Call,
  on: { id: string; more: Record<string, string | readonly string[]> },
): Check => {
  const type = kindOf(on.id)?.type;
  // An id of no known kind is refused by `run`.
  if (type === undefined)
    return { action: `ec2:${action}`, resource: arnOf(call, '*', on.id), context: on.more };
  return resourceCheck(action, call, { type, id: on.id, more: on.more });
};

const requireTags = (call: Call, id: string): Tags => {
  const kind = kindOf(id);
  if (kind === undefined) throw new ServiceFault('InvalidID', `The ID '${id}' is not valid`);
  const tags = tagsOf(call, id);
  if (tags === undefined) throw new ServiceFault(kind.notFound, `The ${kind.type} ID '${id}' does not exist`);
  return tags;
};

const requireResources = (resources: readonly string[] | undefined): readonly string[] => {
  const ids = required(resources, 'resourceIdSet');
  // "Up to 1000 resource IDs." https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
  if (ids.length > 1000)
    throw new ServiceFault('InvalidParameterValue', `${ids.length} resource ids: at most 1000 are allowed`);
  return ids;
};

const createTags = operation<CreateTagsCommandInput, object>({
  checks: (input, call) => {
    const more = requestTagContext(
      new Map((input.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    );
    return (input.Resources ?? []).map((id) => tagCheck('CreateTags', call, { id, more }));
  },
  run: (input, call) => {
    acceptInput(input, 'CreateTags', ['Resources', 'Tags']);
    const wanted = new Map(required(input.Tags, 'tagSet').map(({ Key, Value }) => [Key ?? '', Value ?? '']));
    const targets = requireResources(input.Resources).map((id) => requireTags(call, id));
    for (const tags of targets) acceptTags(wanted, tags);
    for (const tags of targets) for (const [key, value] of wanted) tags.set(key, value);
    return {};
  },
});

const deleteTags = operation<DeleteTagsCommandInput, object>({
  checks: (input, call) => {
    const tags = input.Tags ?? [];
    const more: Record<string, string | readonly string[]> = {};
    if (tags.length > 0) more['aws:TagKeys'] = tags.map(({ Key }) => Key ?? '');
    for (const { Key, Value } of tags) if (Value !== undefined) more[`aws:RequestTag/${Key}`] = Value;
    return (input.Resources ?? []).map((id) => tagCheck('DeleteTags', call, { id, more }));
  },
  run: (input, call) => {
    acceptInput(input, 'DeleteTags', ['Resources', 'Tags']);
    for (const tags of requireResources(input.Resources).map((id) => requireTags(call, id))) {
      // Without tags all of the user's go; with a value only a tag that has it; without one whatever it has.
      // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
      const unwanted = input.Tags ?? [...tags.keys()].map((Key) => ({ Key, Value: undefined }));
      for (const { Key = '', Value } of unwanted) {
        if (!Key.startsWith('aws:') && (Value === undefined || tags.get(Key) === Value)) tags.delete(Key);
      }
    }
    return {};
  },
});

/** Operations of tags, for every kind of resource that the local organization keeps tags of. */
export const tagOperations = { CreateTags: createTags, DeleteTags: deleteTags };
