import type { CompiledPolicy } from '@cordon/iam';
import type { Ids } from '../../core/ids.ts';
import { addRoute } from './build-network.ts';
import { inWorld, tagsFrom, type TagSpec } from './build-spec.ts';
import { addNetworkInterface } from './build.ts';
import type { PrefixList } from './network-state.ts';
import type { Ec2State, VpcEndpoint } from './state.ts';

/** Blocks of services with gateway endpoints: out of 240.0.0.0/4, which nobody on the internet has. */
const PREFIX = 240;

/** The prefix list of a service, made when first asked for. https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html */
const prefixListOf = (state: Ec2State, name: string, ids: Ids): PrefixList => {
  const known = [...state.prefixLists.values()].find((list) => list.name === name);
  if (known !== undefined) return known;
  const list: PrefixList = {
    prefixListId: `pl-${ids.hex('prefix-list', 8)}`,
    name,
    cidrs: [`${PREFIX}.0.${state.prefixLists.size}.0/24`],
  };
  state.prefixLists.set(list.prefixListId, list);
  return list;
};

/** An interface endpoint stands in each of its subnets with an interface that the account cannot change. https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html */
const addEndpointInterfaces = (
  state: Ec2State,
  on: { endpointId: string; vpcId: string; subnets: readonly string[]; groups: readonly string[] },
  ids: Ids,
): readonly string[] => {
  const fallback = [...state.securityGroups.values()].filter(
    (group) => group.vpcId === on.vpcId && group.name === 'default',
  );
  const groups = on.groups.length > 0 ? on.groups : fallback.map((group) => group.groupId);
  const description = `VPC Endpoint Interface ${on.endpointId}`;
  return on.subnets.map(
    (subnetId) =>
      addNetworkInterface(
        state,
        { subnetId, groups, interfaceType: 'vpc_endpoint', requesterManaged: true, description },
        ids,
      ).networkInterfaceId,
  );
};

/** What a VPC endpoint is made from. */
interface VpcEndpointSpec {
  readonly vpcId: string;
  /** Such as `com.amazonaws.eu-west-1.sts`. */
  readonly serviceName: string;
  readonly type: VpcEndpoint['type'];
  readonly privateDns?: boolean;
  /** Of a gateway endpoint: the tables that get a route to it. */
  readonly routeTableIds?: readonly string[];
  /** Of an interface endpoint: one interface in each. */
  readonly subnetIds?: readonly string[];
  /** The VPC's default group when empty. */
  readonly groups?: readonly string[];
  readonly policy: (endpointId: string) => CompiledPolicy;
  readonly tags?: TagSpec;
}

/**
 * Adds a VPC endpoint: a gateway endpoint with a route to its service's prefix list in each of its tables.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
export const addVpcEndpoint = (state: Ec2State, spec: VpcEndpointSpec, ids: Ids): VpcEndpoint => {
  inWorld(state.vpcs.get(spec.vpcId), `vpc ${spec.vpcId}`);
  const endpointId = `vpce-${ids.hex('vpc-endpoint', 17)}`;
  const { vpcId, serviceName, type, routeTableIds = [], subnetIds: subnets = [], groups = [] } = spec;
  const endpoint: VpcEndpoint = {
    endpointId,
    vpcId,
    serviceName,
    type,
    privateDns: spec.privateDns ?? false,
    routeTableIds,
    networkInterfaceIds: addEndpointInterfaces(state, { endpointId, vpcId, subnets, groups }, ids),
    policy: spec.policy(endpointId),
    tags: tagsFrom(spec.tags),
  };
  state.vpcEndpoints.set(endpointId, endpoint);
  if (type === 'Gateway') {
    const { prefixListId } = prefixListOf(state, serviceName, ids);
    for (const id of routeTableIds) {
      addRoute(inWorld(state.routeTables.get(id), `route table ${id}`), {
        destination: { kind: 'prefix-list', prefixListId },
        target: { kind: 'vpc-endpoint', id: endpointId },
      });
    }
  }
  return endpoint;
};
