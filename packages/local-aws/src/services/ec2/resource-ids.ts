import { ServiceFault } from '../../core/fault.ts';

/** How ids of one kind of resource look, and what AWS answers for a wrong one. */
export interface IdKind {
  readonly prefix: string;
  readonly notFound: string;
  readonly malformed: string;
  /** As AWS words it: `The instance ID '...' does not exist`. */
  readonly noun: string;
}

/**
 * Kinds by name; codes from https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, where egress-only
 * gateways, trunk associations and malformed ids of NAT gateways and flow logs have none: UNCONFIRMED.
 */
export const idKinds = {
  instance: {
    prefix: 'i',
    notFound: 'InvalidInstanceID.NotFound',
    malformed: 'InvalidInstanceID.Malformed',
    noun: 'instance ID',
  },
  networkInterface: {
    prefix: 'eni',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    malformed: 'InvalidNetworkInterfaceId.Malformed',
    noun: 'networkInterface ID',
  },
  securityGroup: {
    prefix: 'sg',
    notFound: 'InvalidGroup.NotFound',
    malformed: 'InvalidGroupId.Malformed',
    noun: 'security group',
  },
  rule: {
    prefix: 'sgr',
    notFound: 'InvalidSecurityGroupRuleId.NotFound',
    malformed: 'InvalidSecurityGroupRuleId.Malformed',
    noun: 'security group rule ID',
  },
  vpc: {
    prefix: 'vpc',
    notFound: 'InvalidVpcID.NotFound',
    malformed: 'InvalidVpcId.Malformed',
    noun: 'vpc ID',
  },
  subnet: {
    prefix: 'subnet',
    notFound: 'InvalidSubnetID.NotFound',
    malformed: 'InvalidSubnetId.Malformed',
    noun: 'subnet ID',
  },
  allocation: {
    prefix: 'eipalloc',
    notFound: 'InvalidAllocationID.NotFound',
    malformed: 'InvalidAllocationID.Malformed',
    noun: 'allocation ID',
  },
  profileAssociation: {
    prefix: 'iip-assoc',
    notFound: 'NoSuchAssociation',
    malformed: 'InvalidAssociationID.Malformed',
    noun: 'association ID',
  },
  image: {
    prefix: 'ami',
    notFound: 'InvalidAMIID.NotFound',
    malformed: 'InvalidAMIID.Malformed',
    noun: 'image id',
  },
  launchTemplate: {
    prefix: 'lt',
    notFound: 'InvalidLaunchTemplateId.NotFound',
    malformed: 'InvalidLaunchTemplateId.Malformed',
    noun: 'launch template ID',
  },
  networkAcl: {
    prefix: 'acl',
    notFound: 'InvalidNetworkAclID.NotFound',
    malformed: 'InvalidNetworkAclId.Malformed',
    noun: 'networkAcl ID',
  },
  aclAssociation: {
    prefix: 'aclassoc',
    notFound: 'InvalidAssociationID.NotFound',
    malformed: 'InvalidAssociationID.Malformed',
    noun: 'association ID',
  },
  routeTable: {
    prefix: 'rtb',
    notFound: 'InvalidRouteTableID.NotFound',
    malformed: 'InvalidRouteTableId.Malformed',
    noun: 'routeTable ID',
  },
  routeTableAssociation: {
    prefix: 'rtbassoc',
    notFound: 'InvalidAssociationID.NotFound',
    malformed: 'InvalidAssociationID.Malformed',
    noun: 'association ID',
  },
  internetGateway: {
    prefix: 'igw',
    notFound: 'InvalidInternetGatewayID.NotFound',
    malformed: 'InvalidInternetGatewayId.Malformed',
    noun: 'internetGateway ID',
  },
  egressOnlyGateway: {
    prefix: 'eigw',
    notFound: 'InvalidGatewayID.NotFound',
    malformed: 'InvalidEgressOnlyInternetGatewayId.Malformed',
    noun: 'egress only internet gateway ID',
  },
  natGateway: {
    prefix: 'nat',
    notFound: 'NatGatewayNotFound',
    malformed: 'NatGatewayMalformed',
    noun: 'NAT gateway',
  },
  vpcEndpoint: {
    prefix: 'vpce',
    notFound: 'InvalidVpcEndpointId.NotFound',
    malformed: 'InvalidVpcEndpointId.Malformed',
    noun: 'Vpc Endpoint Id',
  },
  vpcPeering: {
    prefix: 'pcx',
    notFound: 'InvalidVpcPeeringConnectionID.NotFound',
    malformed: 'InvalidVpcPeeringConnectionId.Malformed',
    noun: 'vpcPeeringConnection ID',
  },
  flowLog: {
    prefix: 'fl',
    notFound: 'InvalidFlowLogId.NotFound',
    malformed: 'InvalidFlowLogId.NotFound',
    noun: 'flow log ID',
  },
  trunkAssociation: {
    prefix: 'trunk-assoc',
    notFound: 'InvalidAssociationID.NotFound',
    malformed: 'InvalidAssociationID.Malformed',
    noun: 'association ID',
  },
  prefixList: {
    prefix: 'pl',
    notFound: 'InvalidPrefixListId.NotFound',
    malformed: 'InvalidPrefixListId.Malformed',
    noun: 'prefix list ID',
  },
} as const satisfies Record<string, IdKind>;

const wellFormed = (kind: IdKind, id: string): boolean =>
  new RegExp(`^${kind.prefix}-[0-9a-f]{8}([0-9a-f]{9})?$`).test(id);

/**
 * The records with these ids, in the order asked.
 *
 * @throws ServiceFault the kind's Malformed code for an id of another shape, its NotFound code for an unknown one
 */
export const requireAll = <Found>(
  kind: IdKind,
  from: ReadonlyMap<string, Found>,
  ids: readonly string[],
): readonly Found[] => {
  const malformed = ids.find((id) => !wellFormed(kind, id));
  if (malformed !== undefined)
    throw new ServiceFault(kind.malformed, `Invalid id: "${malformed}" (expecting "${kind.prefix}-...")`);
  const missing = ids.filter((id) => !from.has(id));
  if (missing.length === 1)
    throw new ServiceFault(kind.notFound, `The ${kind.noun} '${missing[0]}' does not exist`);
  if (missing.length > 1)
    throw new ServiceFault(kind.notFound, `The ${kind.noun}s '${missing.join(', ')}' do not exist`);
  return ids.flatMap((id) => from.get(id) ?? []);
};

/** The record with this id; faults as `requireAll`. */
export const requireOne = <Found>(kind: IdKind, from: ReadonlyMap<string, Found>, id: string): Found => {
  const [found] = requireAll(kind, from, [id]);
  if (found === undefined) throw new ServiceFault(kind.notFound, `The ${kind.noun} '${id}' does not exist`);
  return found;
};
