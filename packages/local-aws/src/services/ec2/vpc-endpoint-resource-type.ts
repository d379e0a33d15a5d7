import { compile, type CompiledPolicy } from '@cordon/iam';
import type { Created } from '@cordon/templates';
import type { Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { addVpcEndpoint } from './build-vpc-endpoint.ts';
import { ec2State, type Ec2State } from './state.ts';

/** Characters of a policy, white space included. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
const POLICY_LIMIT = 20_480;

/** What an endpoint without a policy of its own has. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy */
const FULL_ACCESS = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

/** https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html : it must contain a Principal element. */
const policyOf = (read: ResourceProperties, name: string): CompiledPolicy => {
  const document =
    read.kept('PolicyDocument') === undefined ? FULL_ACCESS : read.requiredDocument('PolicyDocument');
  if (JSON.stringify(document).length > POLICY_LIMIT)
    throw read.refuse('PolicyDocument', `at most ${POLICY_LIMIT} characters`);
  const policy = compile(document, name);
  if (policy.shape === 'attached-to-principal')
    throw read.refuse('PolicyDocument', 'a Principal in every statement');
  return policy;
};

/** Tables must be of the endpoint's VPC. https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const routeTablesOf = (read: ResourceProperties, state: Ec2State, vpcId: string): readonly string[] => {
  const ids = read.texts('RouteTableIds');
  if (ids.some((id) => state.routeTables.get(id)?.vpcId !== vpcId))
    throw read.refuse('RouteTableIds', `route tables of ${vpcId}`);
  return ids;
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html */
const createVpcEndpoint: NonNullable<Service['resourceTypes']>[string] = (resource, deployment): Created => {
  const read = new ResourceProperties(resource, [
    'PolicyDocument',
    'PrivateDnsEnabled',
    'RouteTableIds',
    'SecurityGroupIds',
    'ServiceName',
    'SubnetIds',
    'Tags',
    'VpcEndpointType',
    'VpcId',
  ]);
  const { account, region, ids } = deployment;
  const state = deployment.world.of(ec2State, account, region);
  const vpcId = read.requiredText('VpcId');
  if (!state.vpcs.has(vpcId)) throw read.refuse('VpcId', 'a VPC of this account and Region');
  const type = read.oneOf('VpcEndpointType', ['Interface', 'Gateway']) ?? 'Gateway';
  const privateDns = read.flag('PrivateDnsEnabled') ?? false;
  if (privateDns && type !== 'Interface')
    throw read.refuse('PrivateDnsEnabled', 'false: only interface endpoints have private DNS names');
  const { endpointId } = addVpcEndpoint(
    state,
    {
      vpcId,
      serviceName: read.requiredText('ServiceName'),
      type,
      privateDns,
      routeTableIds: routeTablesOf(read, state, vpcId),
      subnetIds: read.texts('SubnetIds'),
      groups: read.texts('SecurityGroupIds'),
      policy: (id) => policyOf(read, `vpc-endpoint ${account}/${id}: endpoint policy`),
      tags: Object.fromEntries(read.tags()),
    },
    ids,
  );
  return { ref: endpointId, attributes: { Id: endpointId } };
};

/** The CloudFormation resource type of VPC endpoints. */
export const vpcEndpointResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::EC2::VPCEndpoint': createVpcEndpoint,
};
