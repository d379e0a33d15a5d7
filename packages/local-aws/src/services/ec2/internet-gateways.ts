import type {
  AttachInternetGatewayCommandInput,
  DescribeEgressOnlyInternetGatewaysCommandInput,
  DescribeEgressOnlyInternetGatewaysCommandOutput,
  DescribeInternetGatewaysCommandInput,
  DescribeInternetGatewaysCommandOutput,
  DetachInternetGatewayCommandInput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { stateOf } from './lookup.ts';
import type { EgressOnlyInternetGateway, InternetGateway } from './network-state.ts';
import { describeCheck, resourceCheck } from './resource-checks.ts';
import { idKinds, requireAll } from './resource-ids.ts';
import { requireOwn, requireOwnPlace, visibleInternetGateways } from './sharing.ts';
import { ec2State, type Vpc } from './state.ts';
import { renderTags } from './tag-sets.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html */
const readers: Readers<InternetGateway> = {
  'internet-gateway-id': (gateway) => [gateway.internetGatewayId],
  'owner-id': (gateway) => [gateway.ownerId],
  'attachment.vpc-id': ({ vpcId }) => (vpcId === undefined ? [] : [vpcId]),
  'attachment.state': ({ vpcId }) => (vpcId === undefined ? [] : ['available']),
};

const describeInternetGateways = operation<
  DescribeInternetGatewaysCommandInput,
  Omit<DescribeInternetGatewaysCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeInternetGateways', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeInternetGateways', [
      'InternetGatewayIds',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const visible = visibleInternetGateways(call);
    const asked = input.InternetGatewayIds?.length
      ? requireAll(idKinds.internetGateway, visible, input.InternetGatewayIds)
      : [...visible.values()];
    const shown = page(applyFilters(asked, input.Filters, readers), input, input.InternetGatewayIds);
    return {
      InternetGateways: shown.items.map((gateway) => ({
        InternetGatewayId: gateway.internetGatewayId,
        OwnerId: gateway.ownerId,
        // The page: "the state is available when attached to a VPC", which the type of the SDK does not know.
        Attachments:
          gateway.vpcId === undefined ? [] : [{ VpcId: gateway.vpcId, State: 'available' as 'attached' }],
        Tags: renderTags(gateway.tags) ?? [],
      })),
      NextToken: shown.nextToken,
    };
  },
});

type PairInput = AttachInternetGatewayCommandInput & DetachInternetGatewayCommandInput;

const pairChecks =
  (action: string) =>
  (input: PairInput, call: Call): readonly Check[] => [
    resourceCheck(action, call, { type: 'internet-gateway', id: input.InternetGatewayId ?? '*' }),
    resourceCheck(action, call, { type: 'vpc', id: input.VpcId ?? '*' }),
  ];

const ownPair = (
  input: PairInput,
  call: Call,
  operationName: string,
): { readonly gateway: InternetGateway; readonly vpc: Vpc } => {
  acceptInput(input, operationName, ['InternetGatewayId', 'VpcId']);
  const state = stateOf(call);
  const asked = {
    kind: idKinds.internetGateway,
    own: state.internetGateways,
    visible: visibleInternetGateways(call),
    operationName,
  };
  const gateway = requireOwn(asked, required(input.InternetGatewayId, 'internetGatewayId'));
  const place = { kind: idKinds.vpc, from: state.vpcs, operationName };
  return { gateway, vpc: requireOwnPlace(call, place, required(input.VpcId, 'vpcId')) };
};

const attach = operation<AttachInternetGatewayCommandInput, object>({
  checks: pairChecks('AttachInternetGateway'),
  run: (input, call) => {
    const { gateway, vpc } = ownPair(input, call, 'AttachInternetGateway');
    // "You also cannot attach an internet gateway to more than one VPC at a time."
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    if (gateway.vpcId !== undefined) {
      throw new ServiceFault(
        'Resource.AlreadyAssociated',
        `resource ${gateway.internetGatewayId} is already attached to network ${gateway.vpcId}`,
      );
    }
    const others = stateOf(call).internetGateways.values();
    if ([...others].some((other) => other.vpcId === vpc.vpcId)) {
      // One at a time: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html ; the code is as people report it.
      throw new ServiceFault(
        'InvalidParameterValue',
        `Network ${vpc.vpcId} already has an internet gateway attached`,
      );
    }
    gateway.vpcId = vpc.vpcId;
    return {};
  },
});

/** Whether any interface in a VPC of the caller's has a public IPv4 address, whoever's the interface is. */
const hasPublicAddress = (call: Call, vpcId: string): boolean => {
  const subnets = [...stateOf(call).subnets.values()].filter((subnet) => subnet.vpcId === vpcId);
  return subnets.some((subnet) =>
    [...subnet.interfacesByAccount].some(([account, interfaces]) => {
      const elastic = new Set(
        [...call.world.of(ec2State, account, call.region).addresses.values()].map(
          (address) => address.association?.networkInterfaceId,
        ),
      );
      return [...interfaces.values()].some(
        (held) =>
          held.subnetId === subnet.subnetId &&
          (held.publicIp !== undefined || elastic.has(held.networkInterfaceId)),
      );
    }),
  );
};

const detach = operation<DetachInternetGatewayCommandInput, object>({
  checks: pairChecks('DetachInternetGateway'),
  run: (input, call) => {
    const { gateway, vpc } = ownPair(input, call, 'DetachInternetGateway');
    if (gateway.vpcId !== vpc.vpcId) {
      throw new ServiceFault(
        'Gateway.NotAttached',
        `resource ${gateway.internetGatewayId} is not attached to network ${vpc.vpcId}`,
      );
    }
    // "The VPC must not contain any running instances with Elastic IP addresses or public IPv4 addresses."
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
    // Code and words: https://github.com/hashicorp/terraform/issues/497 ; NAT gateways and load balancers count too.
    if (hasPublicAddress(call, vpc.vpcId)) {
      throw new ServiceFault(
        'DependencyViolation',
        `Network ${vpc.vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
    }
    delete gateway.vpcId;
    return {};
  },
});

const describeEgressOnly = operation<
  DescribeEgressOnlyInternetGatewaysCommandInput,
  Omit<DescribeEgressOnlyInternetGatewaysCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeEgressOnlyInternetGateways', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeEgressOnlyInternetGateways', [
      'EgressOnlyInternetGatewayIds',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const ids = input.EgressOnlyInternetGatewayIds;
    const { egressOnlyGateways } = stateOf(call);
    const asked = ids?.length
      ? requireAll(idKinds.egressOnlyGateway, egressOnlyGateways, ids)
      : [...egressOnlyGateways.values()];
    // By tags alone. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeEgressOnlyInternetGateways.html
    const kept = applyFilters<EgressOnlyInternetGateway>(asked, input.Filters, {});
    const shown = page(kept, input, ids);
    return {
      EgressOnlyInternetGateways: shown.items.map((gateway) => ({
        EgressOnlyInternetGatewayId: gateway.egressOnlyInternetGatewayId,
        Attachments: [{ VpcId: gateway.vpcId, State: 'attached' as const }],
        Tags: renderTags(gateway.tags) ?? [],
      })),
      NextToken: shown.nextToken,
    };
  },
});

/** Operations of internet gateways, and the description of egress-only ones. */
export const internetGatewayOperations = {
  DescribeInternetGateways: describeInternetGateways,
  AttachInternetGateway: attach,
  DetachInternetGateway: detach,
  DescribeEgressOnlyInternetGateways: describeEgressOnly,
};
