import { compile } from '@cordon/iam';
import {
  addSecurityGroup,
  addVpcEndpoint,
  ec2State,
  mainRouteTable,
  type Organization,
} from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';

/** What an endpoint without a policy of its own has. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
const POLICY = compile(
  { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
  'the default policy of an endpoint',
);

/**
 * Gives the VPC of the suspect's first interface the endpoints by which Systems Manager works without the internet: interfaces in its subnet for the
 * agent, whose group lets the VPC in, and a gateway for S3 in the main route table.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
 */
export const furnishEndpoints = (
  { world, ids }: Organization,
  { account, region, networkInterfaceIds }: Suspect,
): void => {
  const state = world.of(ec2State, account, region);
  const nic = state.networkInterfaces.get(networkInterfaceIds[0] ?? '');
  const vpc = state.vpcs.get(nic?.vpcId ?? '');
  if (nic === undefined || vpc === undefined) return;
  const { vpcId } = vpc;
  const group = addSecurityGroup(
    state,
    {
      name: 'endpoints',
      description: 'lets the VPC reach its endpoints',
      vpcId,
      ownerId: account,
      permissions: [
        {
          direction: 'ingress',
          protocol: 'tcp',
          fromPort: 443,
          toPort: 443,
          target: { kind: 'ipv4', cidr: vpc.cidr },
        },
      ],
    },
    ids,
  );
  for (const service of ['ssm', 'ssmmessages', 'ec2messages'])
    addVpcEndpoint(
      state,
      {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        type: 'Interface',
        privateDns: true,
        subnetIds: [nic.subnetId],
        groups: [group.groupId],
        policy: () => POLICY,
      },
      ids,
    );
  addVpcEndpoint(
    state,
    {
      vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      type: 'Gateway',
      routeTableIds: [mainRouteTable(state, vpcId).routeTableId],
      policy: () => POLICY,
    },
    ids,
  );
};
