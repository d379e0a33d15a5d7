import type { CompiledPolicy } from '@cordon/iam';
import { routeTableOf } from '../services/ec2/build-network.ts';
import { ec2State, type Ec2State, type VpcEndpoint } from '../services/ec2/state.ts';
import type { Caller, NetworkPlace } from './operation.ts';
import type { World } from './world.ts';

/** The VPC endpoint that a request comes through. */
export interface EndpointRoute {
  readonly vpcEndpointId: string;
  readonly vpcId: string;
  /** The address that the request comes from within the VPC. */
  readonly sourceIp: string;
  readonly policy: CompiledPolicy;
}

/** A gateway endpoint takes what the route table of the subnet sends to it. https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const isRouted = (state: Ec2State, endpoint: VpcEndpoint, place: NetworkPlace): boolean =>
  endpoint.type === 'Gateway' && endpoint.routeTableIds.includes(routeTableOf(state, place).routeTableId);

/** An interface endpoint takes what its private DNS name resolves to it. https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html */
const isNamed = (endpoint: VpcEndpoint): boolean => endpoint.type === 'Interface' && endpoint.privateDns;

/**
 * The endpoint that a caller's request to a service goes through: one of the VPC that the caller stands in, in the Region that
 * it calls; a routed gateway endpoint before an interface endpoint. Undefined when the caller stands in no VPC, or its VPC has
 * none for the service. Whether packets would arrive by another way is not asked: no packets travel here.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 *
 * @param called `service` is the service's name as in `com.amazonaws.<region>.<service>`
 */
export const endpointRoute = (
  world: World,
  caller: Caller,
  called: { readonly service: string; readonly region: string },
): EndpointRoute | undefined => {
  const { within } = caller;
  if (within === undefined || within.region !== called.region) return undefined;
  // The endpoints of a shared subnet are its owner's. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
  const holder = within.account ?? caller.account;
  const own = world.of(ec2State, holder, within.region);
  const owner = own.subnets.get(within.subnetId)?.ownerId ?? holder;
  const state = world.of(ec2State, owner, within.region);
  const name = `com.amazonaws.${called.region}.${called.service}`;
  const endpoints = [...state.vpcEndpoints.values()].filter(
    ({ vpcId, serviceName }) => vpcId === within.vpcId && serviceName === name,
  );
  const endpoint = endpoints.find((one) => isRouted(state, one, within)) ?? endpoints.find(isNamed);
  if (endpoint === undefined) return undefined;
  const { endpointId: vpcEndpointId, vpcId, policy } = endpoint;
  return { vpcEndpointId, vpcId, sourceIp: within.privateIpAddress, policy };
};
