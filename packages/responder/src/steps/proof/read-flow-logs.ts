import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeFlowLogsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type FlowLog,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import {
  readRecord,
  type FlowLogFacts,
  type IncidentRef,
  type InterfaceRecords,
  type ReadableLog,
} from '@cordon/incident';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { PROOF_READS } from '../../needs/inspect.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { ofIncident, type Services } from '../../services.ts';

/** An interface of the instance, as a proof needs it. */
export interface ProofInterface {
  readonly networkInterfaceId: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly addresses: readonly string[];
  /** Blocks of its subnet; empty where they could not be read. */
  readonly blocks: readonly string[];
}

/** Pages that are read at most, one after the other; of a large group many are empty. */
const MOST_PAGES = 20;
/** FlowLogs that a reply may hold. */
const FLOW_LOGS = 1_000;

/**
 * The interfaces that the instance has now, and the flow logs that cover them, in the member account. In a shared subnet the owner's flow
 * logs are not looked for. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html
 */
export const describeForProof = async (
  incident: IncidentRef,
  services: Services,
): Promise<{ readonly interfaces: readonly ProofInterface[]; readonly logs: readonly FlowLogFacts[] }> => {
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({ reads: PROOF_READS }),
  });
  const ec2 = clientFor(EC2Client, connection);
  const { NetworkInterfaces: found = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'attachment.instance-id', Values: [incident.instanceId] }],
    }),
  );
  const ids = (of: (nic: NetworkInterface) => string | undefined): string[] => [
    ...new Set(found.flatMap((nic) => of(nic) ?? [])),
  ];
  const subnetIds = ids(({ SubnetId }) => SubnetId);
  const resources = [
    ...ids(({ NetworkInterfaceId }) => NetworkInterfaceId),
    ...subnetIds,
    ...ids(({ VpcId }) => VpcId),
  ];
  if (resources.length === 0) return { interfaces: [], logs: [] };
  const [{ FlowLogs: flowLogs = [] }, { Subnets: subnets = [] }] = await Promise.all([
    ec2.send(
      new DescribeFlowLogsCommand({
        Filter: [{ Name: 'resource-id', Values: resources }],
        MaxResults: FLOW_LOGS,
      }),
    ),
    ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: subnetIds }] })),
  ]);
  const blocks = new Map(
    subnets.map(({ SubnetId, CidrBlock, Ipv6CidrBlockAssociationSet: six = [] }) => [
      SubnetId,
      [CidrBlock, ...six.map(({ Ipv6CidrBlock }) => Ipv6CidrBlock)].filter((block) => block !== undefined),
    ]),
  );
  return {
    interfaces: found.flatMap((nic) => asInterface(nic, blocks.get(nic.SubnetId) ?? [])),
    logs: flowLogs.flatMap(asFacts),
  };
};

const asInterface = (nic: NetworkInterface, blocks: readonly string[]): readonly ProofInterface[] => {
  const { NetworkInterfaceId: networkInterfaceId, SubnetId: subnetId, VpcId: vpcId } = nic;
  if (networkInterfaceId === undefined || subnetId === undefined || vpcId === undefined) return [];
  const addresses = [
    nic.PrivateIpAddress,
    ...(nic.PrivateIpAddresses ?? []).flatMap(({ PrivateIpAddress, Association }) => [
      PrivateIpAddress,
      Association?.PublicIp,
    ]),
    ...(nic.Ipv6Addresses ?? []).map(({ Ipv6Address }) => Ipv6Address),
  ].filter((address) => address !== undefined);
  return [{ networkInterfaceId, subnetId, vpcId, addresses: [...new Set(addresses)], blocks }];
};

const asFacts = (log: FlowLog): readonly FlowLogFacts[] => {
  if (log.FlowLogId === undefined || log.ResourceId === undefined) return [];
  // arn:aws:logs:REGION:ACCOUNT:log-group:NAME, where EC2 gives it.
  const [, , , , account] = (log.LogDestination ?? '').split(':');
  return [
    {
      flowLogId: log.FlowLogId,
      resourceId: log.ResourceId,
      active: log.FlowLogStatus === 'ACTIVE' && log.DeliverLogsStatus !== 'FAILED',
      trafficType: log.TrafficType ?? 'ALL',
      destinationType: log.LogDestinationType ?? 'cloud-watch-logs',
      logGroupName: log.LogGroupName,
      destinationAccount: account === undefined || account === '' ? undefined : account,
      format: log.LogFormat ?? '',
      intervalSeconds: log.MaxAggregationInterval ?? 600,
    },
  ];
};

/** Which flow log is read for an interface. */
export interface ToRead {
  readonly nic: ProofInterface;
  readonly log: ReadableLog;
}

/**
 * Reads the records since containment, each interface's own log streams, in one session that may read these log groups alone.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 *
 * @param since epoch ms
 */
export const readRecords = async (
  incident: IncidentRef,
  toRead: readonly ToRead[],
  { since, services }: { readonly since: number; readonly services: Services },
): Promise<readonly InterfaceRecords[]> => {
  const logs = clientFor(CloudWatchLogsClient, await reachLogs(incident, services, toRead));
  return Promise.all(toRead.map((one) => readOne(logs, one, since)));
};

/** A session that may read these log groups alone. A later look reads what this one could not: it must end well before the function's own time does. */
export const reachLogs = async (
  incident: IncidentRef,
  services: Services,
  toRead: readonly ToRead[],
): Promise<Connection> => {
  const groups = [...new Set(toRead.map(({ log }) => log.logGroupName))];
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({
      reads: [],
      on: [
        {
          actions: ['logs:FilterLogEvents'],
          resources: groups.map(
            (name) =>
              `arn:${services.partition}:logs:${incident.region}:${incident.account}:log-group:${name}:*`,
          ),
        },
      ],
    }),
  });
  return { ...connection, impatient: true };
};

const readOne = async (
  logs: CloudWatchLogsClient,
  { nic, log }: ToRead,
  since: number,
): Promise<InterfaceRecords> => {
  const { networkInterfaceId, addresses } = nic;
  const { messages, partial } = await messagesOf(logs, { nic, log }, { since });
  const records = messages.flatMap((message) => readRecord(message.trim(), log.names) ?? []);
  return {
    networkInterfaceId,
    addresses,
    records,
    partial: partial || records.length < messages.length,
  };
};

/**
 * The lines that a flow log wrote of an interface, the oldest first; partial where there are more than is read.
 *
 * @param of times in epoch ms
 */
export const messagesOf = async (
  logs: CloudWatchLogsClient,
  { nic: { networkInterfaceId }, log }: ToRead,
  { since, until }: { readonly since: number; readonly until?: number },
): Promise<{ readonly messages: readonly string[]; readonly partial: boolean }> => {
  const messages: string[] = [];
  let from: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { events = [], nextToken } = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: log.logGroupName,
        // Flow logs name their streams for the interface: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html
        logStreamNamePrefix: `${networkInterfaceId}-`,
        startTime: since,
        ...(until === undefined ? {} : { endTime: until }),
        nextToken: from,
      }),
    );
    messages.push(...events.flatMap(({ message }) => message ?? []));
    from = nextToken;
    if (from === undefined) break;
  }
  return { messages, partial: from !== undefined };
};
