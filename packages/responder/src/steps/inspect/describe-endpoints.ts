import {
  DescribeNetworkInterfacesCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
  type NetworkInterface,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { InstanceFacts } from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';

/** VPC endpoints of the account and Region, and the interfaces that they stand with. */
export interface DescribedEndpoints {
  readonly endpoints: readonly VpcEndpoint[];
  readonly interfaces: readonly NetworkInterface[];
}

/**
 * Reads endpoints of all VPCs: which VPC the instance is in is read beside it. One page of each (aws-facts 10.1): an account with more is told that
 * it has none in reach. What cannot be read is left out.
 */
export const describeEndpoints = async (ec2: EC2Client): Promise<DescribedEndpoints | undefined> => {
  try {
    const [{ VpcEndpoints: endpoints = [] }, { NetworkInterfaces: interfaces = [] }] = await Promise.all([
      ec2.send(new DescribeVpcEndpointsCommand({ MaxResults: 1_000 })),
      ec2.send(
        new DescribeNetworkInterfacesCommand({
          Filters: [{ Name: 'interface-type', Values: ['vpc_endpoint'] }],
          MaxResults: 1_000,
        }),
      ),
    ]);
    return { endpoints, interfaces };
  } catch (error) {
    faultCode(error);
    return undefined;
  }
};

const SERVICE = /\.(ssm|ssmmessages|ec2messages|s3)$/;

/** Those that the agent uses and that work now. Pure. */
export const endpointFacts = (
  described: DescribedEndpoints | undefined,
): Pick<InstanceFacts, 'managementEndpoints'> => {
  if (described === undefined) return {};
  const { endpoints, interfaces } = described;
  const facts = endpoints.flatMap((endpoint) => {
    const [, service] = SERVICE.exec(endpoint.ServiceName ?? '') ?? [];
    const type = endpoint.VpcEndpointType;
    if (service === undefined || (type !== 'Interface' && type !== 'Gateway')) return [];
    // The API writes it in lower case, the SDK's type does not.
    if (endpoint.State?.toLowerCase() !== 'available') return [];
    const own = new Set(endpoint.NetworkInterfaceIds);
    return [
      {
        endpointId: endpoint.VpcEndpointId ?? '',
        vpcId: endpoint.VpcId ?? '',
        service: service as NonNullable<InstanceFacts['managementEndpoints']>[number]['service'],
        type,
        privateDns: endpoint.PrivateDnsEnabled === true,
        addresses: interfaces.flatMap(({ NetworkInterfaceId, PrivateIpAddress }) =>
          NetworkInterfaceId !== undefined && own.has(NetworkInterfaceId) && PrivateIpAddress !== undefined
            ? [PrivateIpAddress]
            : [],
        ),
      },
    ];
  });
  return { managementEndpoints: facts };
};
