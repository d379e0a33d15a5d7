import type { Caller } from '../../core/operation.ts';
import { routeTableOf } from '../ec2/build-network.ts';
import { ec2State } from '../ec2/state.ts';
import { mayOpen } from '../ec2/flows/flows.ts';
import { answerTo } from '../route53resolver/answer.ts';
import { credentialsRefusal, instanceCaller, type InstancePlace } from '../sts/instance-credentials.ts';
import type { AgentStage } from './agents.ts';
import { hostManagementCaller } from './host-management.ts';

/** Stands for a service's public endpoint, which has an address that is in no VPC. */
const PUBLIC_ENDPOINT = '52.94.5.1';
const HTTPS = 443;
/** Of the range that operating systems take for what they open. */
const LOCAL_PORT = 40_000;

/** What an agent asks for to be sent commands. */
interface Channel {
  readonly service: 'ssmmessages' | 'ec2messages';
  readonly actions: readonly string[];
}

/**
 * "If connections are allowed", the agent receives commands through `ssmmessages`; else through `ec2messages`. The second is not there in
 * Regions that were launched in 2024 or later, which is not looked at here.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
 */
const CHANNELS: readonly Channel[] = [
  { service: 'ssmmessages', actions: ['CreateControlChannel', 'OpenControlChannel'] },
  {
    service: 'ec2messages',
    actions: ['AcknowledgeMessage', 'FailMessage', 'GetEndpoint', 'GetMessages', 'SendReply'],
  },
];

const place = ({ account, region }: InstancePlace) => [account, region] as const;

/** Why policies keep an instance's credentials from an action. */
const denialOf = (
  { world, host }: AgentStage,
  on: InstancePlace & { readonly caller: Caller },
  action: string,
): string | undefined => {
  const { account, region, instanceId, caller } = on;
  const arn = `arn:${world.facts.partition}:ec2:${region}:${account}:instance/${instanceId}`;
  const resource = action === 'ssm:UpdateInstanceInformation' ? arn : '*';
  const { verdict, why } = host.decideFor(caller, region, { action, resource });
  return verdict === 'allow' ? undefined : `${action} is denied to ${instanceId}: ${why}`;
};

/**
 * Why an instance opens no connection to an endpoint of its Region. The name of the service leads to the interface endpoints of the VPC
 * that have it, else out of the VPC. Each time a new connection is asked for, whatever is open still (the stricter reading: a control
 * channel may outlive its rules).
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
 */
export const pathRefusal = (
  { world }: AgentStage,
  on: InstancePlace,
  service: string,
): string | undefined => {
  const own = world.of(ec2State, ...place(on));
  const [networkInterfaceId = ''] = own.instances.get(on.instanceId)?.networkInterfaceIds ?? [];
  const primary = own.networkInterfaces.get(networkInterfaceId);
  if (primary === undefined) return `${on.instanceId} has no network interface`;
  const name = `${service}.${on.region}.amazonaws.com`;
  const answer = answerTo(world, primary.vpcId, name);
  if (answer.kind === 'blocked') return `${name} is not resolved: ${answer.by}`;
  // Endpoints of a shared subnet are its owner's. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
  const owner = own.subnets.get(primary.subnetId)?.ownerId ?? on.account;
  const interfaces = [...world.of(ec2State, owner, on.region).vpcEndpoints.values()]
    .filter(
      ({ vpcId, serviceName, type, privateDns }) =>
        vpcId === primary.vpcId &&
        serviceName === `com.amazonaws.${on.region}.${service}` &&
        type === 'Interface' &&
        privateDns,
    )
    .flatMap(({ networkInterfaceIds = [] }) => networkInterfaceIds);
  const addresses = interfaces.flatMap((id) => {
    const held = world.of(ec2State, owner, on.region).networkInterfaces.get(id);
    return held === undefined ? [] : [held.privateIpAddress];
  });
  const attempts = (addresses.length > 0 ? addresses : [PUBLIC_ENDPOINT]).map((address) =>
    mayOpen(world, {
      account: on.account,
      region: on.region,
      networkInterfaceId,
      direction: 'outbound',
      protocol: 'tcp',
      localPort: LOCAL_PORT,
      remotePort: HTTPS,
      remote: { address },
    }),
  );
  if (attempts.some(({ allowed }) => allowed)) return undefined;
  const [first] = attempts;
  return `${on.instanceId} does not reach ${name}: ${first?.allowed === false ? first.because : 'no address'}`;
};

/**
 * Why an instance opens no connection to S3 of its Region: by a gateway endpoint that the subnet's routes lead to, whose addresses are those of its
 * prefix list, else as to any other service.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
export const s3PathRefusal = (stage: AgentStage, on: InstancePlace): string | undefined => {
  const own = stage.world.of(ec2State, ...place(on));
  const [networkInterfaceId = ''] = own.instances.get(on.instanceId)?.networkInterfaceIds ?? [];
  const primary = own.networkInterfaces.get(networkInterfaceId);
  if (primary === undefined) return `${on.instanceId} has no network interface`;
  const owner = own.subnets.get(primary.subnetId)?.ownerId ?? on.account;
  const state = stage.world.of(ec2State, owner, on.region);
  const { routeTableId } = routeTableOf(state, primary);
  const isRouted = [...state.vpcEndpoints.values()].some(
    ({ vpcId, serviceName, type, routeTableIds }) =>
      vpcId === primary.vpcId &&
      serviceName === `com.amazonaws.${on.region}.s3` &&
      type === 'Gateway' &&
      routeTableIds.includes(routeTableId),
  );
  if (!isRouted) return pathRefusal(stage, on, 's3');
  const [cidr = ''] =
    [...state.prefixLists.values()].find(({ name }) => name === `com.amazonaws.${on.region}.s3`)?.cidrs ?? [];
  const opening = mayOpen(stage.world, {
    account: on.account,
    region: on.region,
    networkInterfaceId,
    direction: 'outbound',
    protocol: 'tcp',
    localPort: LOCAL_PORT,
    remotePort: HTTPS,
    remote: { address: cidr.replace(/\.0\/\d+$/, '.10') },
  });
  return opening.allowed ? undefined : `${on.instanceId} does not reach S3: ${opening.because}`;
};

/**
 * As whom an agent acts, or why it has no credentials: those that the metadata service gives for the instance's profile, else those of Default Host
 * Management Configuration.
 */
const agentCaller = (stage: AgentStage, on: InstancePlace): Caller | string => {
  const refused = credentialsRefusal(stage, on);
  if (refused === undefined) return instanceCaller(stage, on);
  const managed = hostManagementCaller(stage, on);
  return typeof managed === 'string' ? `${refused}; ${managed}` : managed;
};

/**
 * Why the agent of an instance cannot be reached now; undefined when it can. It needs credentials that it is given now (those
 * that it was given before are not counted on), policies that let it register and open a channel, and a path to both endpoints.
 * Hybrid activations are not there.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
 *
 * @throws Error for a network that the local organization cannot follow
 */
export const agentRefusal = (stage: AgentStage, on: InstancePlace): string | undefined => {
  const caller = agentCaller(stage, on);
  if (typeof caller === 'string') return caller;
  const registers =
    denialOf(stage, { ...on, caller }, 'ssm:UpdateInstanceInformation') ?? pathRefusal(stage, on, 'ssm');
  if (registers !== undefined) return registers;
  const refusals = CHANNELS.map(
    ({ service, actions }) =>
      actions
        .map((action) => denialOf(stage, { ...on, caller }, `${service}:${action}`))
        .find((why) => why !== undefined) ?? pathRefusal(stage, on, service),
  );
  return refusals.includes(undefined) ? undefined : refusals[0];
};
