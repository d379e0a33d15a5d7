import {
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { stepsToDo, type IncidentRef, type StepOf, type VerifyInput } from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { VERIFY_PATH_READS } from '../needs/inspect.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import type { NetworkStep } from './close-paths.ts';
import { hasNoWayOut, isDenyEntry } from './cut-network.ts';

/**
 * What of the changes to subnets and VPCs does not hold, read back with the inspect duty in the account that owns them. An
 * account that cannot be read gives its reason: what cannot be verified is not said to hold.
 */
export const openPaths = async (input: VerifyInput, services: Services): Promise<readonly string[]> => {
  const steps = stepsToDo(
    input,
    'deny-remote-addresses',
    'cut-subnet',
    'cut-routes',
    'detach-internet-gateway',
  );
  const byAccount = Map.groupBy(steps, ({ account }) => account);
  const looked = await Promise.all(
    [...byAccount].map(([account, mine]) => lookInAccount({ ...input.incident, account }, mine, services)),
  );
  return looked.flat();
};

const lookInAccount = async (
  incident: IncidentRef,
  steps: readonly NetworkStep[],
  services: Services,
): Promise<readonly string[]> => {
  try {
    const connection = await services.reach({
      ...ofIncident(services, incident),
      duty: 'inspect',
      policy: sessionPolicy({ reads: VERIFY_PATH_READS }),
    });
    const ec2 = clientFor(EC2Client, connection);
    return (await Promise.all(steps.map((step) => lookAt(ec2, step)))).flat();
  } catch (error) {
    return steps.map((step) => `${step.id} cannot be read back: ${faultLine(error)}`);
  }
};

const lookAt = (ec2: EC2Client, step: NetworkStep): Promise<readonly string[]> => {
  switch (step.kind) {
    case 'deny-remote-addresses':
      return lookAtEntries(ec2, step);
    case 'cut-subnet':
      return lookAtAcl(ec2, step);
    case 'cut-routes':
      return lookAtRoutes(ec2, step);
    case 'detach-internet-gateway':
      return lookAtGateway(ec2, step);
  }
};

const lookAtEntries = async (
  ec2: EC2Client,
  { networkAclId, entries }: StepOf<'deny-remote-addresses'>,
): Promise<readonly string[]> => {
  const { NetworkAcls: [acl] = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'network-acl-id', Values: [networkAclId] }] }),
  );
  return entries
    .filter((entry) => !isDenyEntry(acl, entry))
    .map(
      ({ cidr, egress, ruleNumber }) =>
        `${networkAclId} does not deny ${cidr} ${egress ? 'outwards' : 'inwards'} under number ${ruleNumber}`,
    );
};

const lookAtAcl = async (ec2: EC2Client, { subnetId }: StepOf<'cut-subnet'>): Promise<readonly string[]> => {
  const { NetworkAcls: [acl] = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
  );
  return (acl?.Entries ?? []).every(({ RuleAction }) => RuleAction === 'deny') && acl !== undefined
    ? []
    : [`${subnetId} has ${acl?.NetworkAclId ?? 'no network ACL that can be read'}, which is not closed`];
};

const lookAtRoutes = async (
  ec2: EC2Client,
  { subnetId }: StepOf<'cut-routes'>,
): Promise<readonly string[]> => {
  const { RouteTables: [table] = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
  );
  return table !== undefined && hasNoWayOut(table)
    ? []
    : [`${subnetId} has ${table?.RouteTableId ?? "the VPC's main route table"}, which leads out of the VPC`];
};

const lookAtGateway = async (
  ec2: EC2Client,
  { internetGatewayId, vpcId }: StepOf<'detach-internet-gateway'>,
): Promise<readonly string[]> => {
  const { InternetGateways: gateways = [] } = await ec2.send(
    new DescribeInternetGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [vpcId] }] }),
  );
  return gateways.map(
    ({ InternetGatewayId }) =>
      `${vpcId} still has ${InternetGatewayId}, where ${internetGatewayId} was to be detached`,
  );
};
