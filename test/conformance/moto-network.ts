import {
  AllocateAddressCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import type { Clients } from './clients.ts';
import { IMAGE, NETWORK } from './furniture.ts';

/** What moto answered, or an error that names what is missing in the answer. */
export const given = (value: string | undefined, what: string): string => {
  if (value === undefined) throw new Error(`moto gave no ${what}: is it another version?`);
  return value;
};

const makeImage = async ({ ec2 }: Clients): Promise<string> => {
  const { ImageId } = await ec2.send(
    new RegisterImageCommand({
      Name: IMAGE.name,
      Architecture: 'x86_64',
      RootDeviceName: IMAGE.rootDevice,
      VirtualizationType: 'hvm',
      BlockDeviceMappings: [{ DeviceName: IMAGE.rootDevice, Ebs: { VolumeSize: IMAGE.sizeGiB } }],
    }),
  );
  return given(ImageId, 'image');
};

/** A VPC with a subnet and a gateway, an address, and an image: what the local organization has by other ways than a template. */
export const makeNetwork = async (clients: Clients): Promise<Readonly<Record<string, string>>> => {
  const { ec2 } = clients;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: NETWORK.vpc }));
  const vpc = given(Vpc?.VpcId, 'VPC');
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpc, CidrBlock: NETWORK.subnet, AvailabilityZone: NETWORK.zone }),
  );
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand());
  const gateway = given(InternetGateway?.InternetGatewayId, 'internet gateway');
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }));
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpc] }] };
  const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand(inVpc));
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand(inVpc));
  return {
    vpc,
    subnet: given(Subnet?.SubnetId, 'subnet'),
    image: await makeImage(clients),
    'internet gateway': gateway,
    allocation: given(AllocationId, 'address'),
    acl: given(NetworkAcls?.[0]?.NetworkAclId, 'network ACL'),
    'route table': given(RouteTables?.[0]?.RouteTableId, 'route table'),
  };
};
