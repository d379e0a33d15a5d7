import {
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeTrunkInterfaceAssociationsCommand,
  type EC2Client,
  type NetworkAcl,
  type NetworkInterface,
  type RouteTable,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { faultCode } from '../../aws/classify.ts';

/** The networks that interfaces lie in, as EC2 says them; empty where they could not be read. */
export interface DescribedNetwork {
  readonly subnets: readonly Subnet[];
  readonly networkAcls: readonly NetworkAcl[];
  readonly routeTables: readonly RouteTable[];
}

/** Pages that are read at most, one after the other: an account with more tables than these hold is contained without them. */
const MOST_PAGES = 5;

const pages = async <Item>(
  read: (
    from: string | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>,
): Promise<readonly Item[]> => {
  const found: Item[] = [];
  let from: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, next } = await read(from);
    found.push(...items);
    if (next === undefined) return found;
    from = next;
  }
  return found;
};

/**
 * Reads the subnets, network ACLs and route tables of the account and Region: which of them the instance's interfaces lie
 * in is read beside it, and a round of its own would delay the isolation. Paged, which takes each call to the larger request
 * bucket (aws-facts 10.1). What cannot be read is left out: the plan then says that it does not know these networks.
 */
export const describeNetwork = async (ec2: EC2Client): Promise<DescribedNetwork> => {
  try {
    const [subnets, networkAcls, routeTables] = await Promise.all([
      pages(async (NextToken) => {
        const answer = await ec2.send(new DescribeSubnetsCommand({ MaxResults: 1_000, NextToken }));
        return { items: answer.Subnets ?? [], next: answer.NextToken };
      }),
      pages(async (NextToken) => {
        const answer = await ec2.send(new DescribeNetworkAclsCommand({ MaxResults: 1_000, NextToken }));
        return { items: answer.NetworkAcls ?? [], next: answer.NextToken };
      }),
      pages(async (NextToken) => {
        const answer = await ec2.send(new DescribeRouteTablesCommand({ MaxResults: 100, NextToken }));
        return { items: answer.RouteTables ?? [], next: answer.NextToken };
      }),
    ]);
    return { subnets, networkAcls, routeTables };
  } catch (error) {
    faultCode(error);
    return { subnets: [], networkAcls: [], routeTables: [] };
  }
};

/** What of an account's networks has to do with these interfaces. */
export const networkOf = (
  interfaces: readonly NetworkInterface[],
  { subnets, networkAcls, routeTables }: DescribedNetwork,
): DescribedNetwork => {
  const inUse = new Set(interfaces.map(({ SubnetId }) => SubnetId));
  const vpcs = new Set(interfaces.map(({ VpcId }) => VpcId));
  return {
    subnets: subnets.filter(({ SubnetId }) => inUse.has(SubnetId)),
    networkAcls: networkAcls.filter(({ Associations = [] }) =>
      Associations.some(({ SubnetId }) => inUse.has(SubnetId)),
    ),
    routeTables: routeTables.filter(
      ({ VpcId, Associations = [] }) =>
        vpcs.has(VpcId) && Associations.some(({ SubnetId, Main }) => Main === true || inUse.has(SubnetId)),
    ),
  };
};

/**
 * Interfaces of pods that hang off a trunk interface of the instance: they are in no list of the instance's interfaces
 * (aws-facts 2.1). Two calls more, made only where there is a trunk.
 */
export const describeBranches = async (
  ec2: EC2Client,
  interfaces: readonly NetworkInterface[],
): Promise<readonly NetworkInterface[]> => {
  const trunks = interfaces.flatMap(({ InterfaceType, NetworkInterfaceId }) =>
    InterfaceType === 'trunk' && NetworkInterfaceId !== undefined ? [NetworkInterfaceId] : [],
  );
  if (trunks.length === 0) return [];
  // No filter names the trunk: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTrunkInterfaceAssociations.html
  const associations = await pages(async (NextToken) => {
    const answer = await ec2.send(
      new DescribeTrunkInterfaceAssociationsCommand({ MaxResults: 255, NextToken }),
    );
    return { items: answer.InterfaceAssociations ?? [], next: answer.NextToken };
  });
  const ids = associations.flatMap(({ TrunkInterfaceId, BranchInterfaceId }) =>
    trunks.includes(TrunkInterfaceId ?? '') && BranchInterfaceId !== undefined ? [BranchInterfaceId] : [],
  );
  if (ids.length === 0) return [];
  const { NetworkInterfaces: branches = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'network-interface-id', Values: ids }] }),
  );
  return branches;
};
