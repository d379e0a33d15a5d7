import {
  AssociateAddressCommand,
  AttachInternetGatewayCommand,
  CreateRouteCommand,
  DeleteRouteCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateAddressCommand,
} from '@aws-sdk/client-ec2';
import { step, type At, type Step } from '../step.ts';

const gatewayOf = (at: At) => ({
  InternetGatewayId: at.known.of('internet gateway'),
  VpcId: at.known.of('vpc'),
});

const describeGateway = (at: At) =>
  at.member.ec2.send(
    new DescribeInternetGatewaysCommand({ InternetGatewayIds: [at.known.of('internet gateway')] }),
  );

const describeAddress = (at: At) =>
  at.member.ec2.send(new DescribeAddressesCommand({ AllocationIds: [at.known.of('allocation')] }));

const defaultRoute = (at: At) => ({
  RouteTableId: at.known.of('closed table'),
  DestinationCidrBlock: '0.0.0.0/0',
});

const routes: readonly Step[] = [
  step('ec2: adds a route to a gateway', (at) =>
    at.member.ec2.send(
      new CreateRouteCommand({ ...defaultRoute(at), GatewayId: at.known.of('internet gateway') }),
    ),
  ),
  step('ec2: describes a route table with its routes', (at) =>
    at.member.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [at.known.of('closed table')] })),
  ),
  step('ec2: removes a route', (at) => at.member.ec2.send(new DeleteRouteCommand(defaultRoute(at)))),
  step('ec2: refuses to remove a route twice', (at) =>
    at.member.ec2.send(new DeleteRouteCommand(defaultRoute(at))),
  ),
];

const addresses: readonly Step[] = [
  step('ec2: describes an address that is bound to nothing', describeAddress),
  step(
    'ec2: binds an address to an interface',
    (at) =>
      at.member.ec2.send(
        new AssociateAddressCommand({
          AllocationId: at.known.of('allocation'),
          NetworkInterfaceId: at.known.of('interface'),
        }),
      ),
    { keep: ({ AssociationId }) => ({ 'address association': AssociationId }) },
  ),
  step('ec2: describes an address that is bound to an interface', describeAddress),
  step('ec2: takes an address from an interface', (at) =>
    at.member.ec2.send(new DisassociateAddressCommand({ AssociationId: at.known.of('address association') })),
  ),
  step('ec2: takes an address away twice, which changes nothing', (at) =>
    at.member.ec2.send(new DisassociateAddressCommand({ AssociationId: at.known.of('address association') })),
  ),
  step('ec2: refuses an address that is not there', (at) =>
    at.member.ec2.send(
      new AssociateAddressCommand({
        AllocationId: 'eipalloc-00000000000000000',
        NetworkInterfaceId: at.known.of('interface'),
      }),
    ),
  ),
];

const gateways: readonly Step[] = [
  step('ec2: finds the internet gateway of a VPC', (at) =>
    at.member.ec2.send(
      new DescribeInternetGatewaysCommand({
        Filters: [{ Name: 'attachment.vpc-id', Values: [at.known.of('vpc')] }],
      }),
    ),
  ),
  step('ec2: detaches an internet gateway', (at) =>
    at.member.ec2.send(new DetachInternetGatewayCommand(gatewayOf(at))),
  ),
  step('ec2: refuses to detach an internet gateway twice', (at) =>
    at.member.ec2.send(new DetachInternetGatewayCommand(gatewayOf(at))),
  ),
  step('ec2: describes an internet gateway that is detached', describeGateway),
  step('ec2: attaches an internet gateway', (at) =>
    at.member.ec2.send(new AttachInternetGatewayCommand(gatewayOf(at))),
  ),
  step('ec2: refuses to attach an internet gateway twice', (at) =>
    at.member.ec2.send(new AttachInternetGatewayCommand(gatewayOf(at))),
  ),
];

/** Ways into and out of the VPC: routes, addresses and the gateway; after the steps that make an instance. */
export const pathSteps: readonly Step[] = [...routes, ...addresses, ...gateways];
