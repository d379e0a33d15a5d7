import {
  AssociateRouteTableCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteTableCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceRouteTableAssociationCommand,
  type EC2Client,
  type NetworkAcl,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { sha256Hex } from '@cordon/evidence';
import { TAGS, type StepOf } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { NotDone } from './attempt.ts';

const MARK = [{ Key: TAGS.isolation, Value: 'true' }];
const ofOurs = (vpcId: string) => [
  { Name: 'vpc-id', Values: [vpcId] },
  { Name: `tag:${TAGS.isolation}`, Values: ['true'] },
];

/** The same for every try of one plan in one VPC, so that two of its subnets, or a lost reply, make one thing. AWS takes 64 characters. */
const tokenOf = (ledgerId: string, vpcId: string): string => sha256Hex(`${ledgerId}/${vpcId}`).slice(0, 64);

const acls = async (ec2: EC2Client, Name: string, value: string): Promise<readonly NetworkAcl[]> =>
  (await ec2.send(new DescribeNetworkAclsCommand({ Filters: [{ Name, Values: [value] }] }))).NetworkAcls ??
  [];

/** True when an entry denies all traffic of exactly this address, in this direction and under this number. */
export const isDenyEntry = (
  acl: NetworkAcl | undefined,
  { ruleNumber, egress, cidr }: StepOf<'deny-remote-addresses'>['entries'][number],
): boolean =>
  (acl?.Entries ?? []).some(
    (entry) =>
      entry.RuleNumber === ruleNumber &&
      entry.Egress === egress &&
      entry.RuleAction === 'deny' &&
      entry.Protocol === '-1' &&
      (entry.CidrBlock ?? entry.Ipv6CidrBlock) === cidr,
  );

/**
 * Puts the plan's entries into the ACL. Run twice, or after a lost reply, it finds its own entry and goes on; a number that
 * somebody else took meanwhile is refused with the reason, for the undo names that number.
 */
export const denyAddresses = async (
  ec2: EC2Client,
  { networkAclId, entries }: StepOf<'deny-remote-addresses'>,
): Promise<string> => {
  const tried = await Promise.allSettled(
    entries.map(async ({ ruleNumber, egress, cidr }) =>
      ec2.send(
        new CreateNetworkAclEntryCommand({
          NetworkAclId: networkAclId,
          RuleNumber: ruleNumber,
          Egress: egress,
          Protocol: '-1',
          RuleAction: 'deny',
          ...(cidr.includes(':') ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
        }),
      ),
    ),
  );
  const failed = tried.flatMap((one, index) =>
    one.status === 'rejected' ? [{ reason: one.reason as unknown, entry: entries[index] }] : [],
  );
  const taken = failed.filter(({ reason }) => faultCode(reason) === 'NetworkAclEntryAlreadyExists');
  if (taken.length < failed.length)
    throw failed.find(({ reason }) => faultCode(reason) !== 'NetworkAclEntryAlreadyExists')?.reason;
  if (taken.length > 0) {
    const [acl] = await acls(ec2, 'network-acl-id', networkAclId);
    const foreign = taken.find(({ entry }) => entry !== undefined && !isDenyEntry(acl, entry));
    if (foreign?.entry !== undefined)
      throw new NotDone(
        `entry ${foreign.entry.ruleNumber} of ${networkAclId} was taken by somebody else since the plan; start a later plan (runbook isolate-network-failed)`,
      );
  }
  return `${networkAclId} denies ${new Set(entries.map(({ cidr }) => cidr)).size} address(es) in both directions`;
};

/** An ACL of ours that allows nothing: one that was made for an earlier incident, or a new one, which denies all from birth. */
const closedAcl = async (ec2: EC2Client, VpcId: string, ledgerId: string): Promise<string> => {
  const { NetworkAcls: ours = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: ofOurs(VpcId) }),
  );
  const closed = ours.find(({ Entries = [] }) => Entries.every(({ RuleAction }) => RuleAction === 'deny'));
  if (closed?.NetworkAclId !== undefined) return closed.NetworkAclId;
  const { NetworkAcl: made } = await ec2.send(
    new CreateNetworkAclCommand({
      VpcId,
      ClientToken: tokenOf(ledgerId, VpcId),
      TagSpecifications: [{ ResourceType: 'network-acl', Tags: MARK }],
    }),
  );
  if (made?.NetworkAclId === undefined)
    throw new NotDone(`EC2 made a network ACL in ${VpcId} without saying which; redrive the execution`);
  return made.NetworkAclId;
};

/** Gives the subnet an ACL that allows nothing. What it had is in the plan, for the undo. */
export const cutSubnet = async (
  ec2: EC2Client,
  { subnetId, vpcId }: StepOf<'cut-subnet'>,
  ledgerId: string,
): Promise<string> => {
  const closed = await closedAcl(ec2, vpcId, ledgerId);
  const [now] = await acls(ec2, 'association.subnet-id', subnetId);
  if (now?.NetworkAclId === closed) return `${subnetId} has ${closed}, which allows nothing`;
  const association = now?.Associations?.find(({ SubnetId }) => SubnetId === subnetId);
  if (association?.NetworkAclAssociationId === undefined)
    throw new NotDone(`${subnetId} has no network ACL that could be replaced; look at it in the account`);
  await ec2.send(
    new ReplaceNetworkAclAssociationCommand({
      AssociationId: association.NetworkAclAssociationId,
      NetworkAclId: closed,
    }),
  );
  return `${subnetId} has ${closed}, which allows nothing, in place of ${now?.NetworkAclId}`;
};

/** True when a table has no route but the VPC's own. */
export const hasNoWayOut = ({ Routes = [] }: RouteTable): boolean =>
  Routes.every(({ GatewayId }) => GatewayId === 'local');

const emptyTable = async (ec2: EC2Client, VpcId: string, ledgerId: string): Promise<string> => {
  const { RouteTables: ours = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: ofOurs(VpcId) }),
  );
  const empty = ours.find(hasNoWayOut);
  if (empty?.RouteTableId !== undefined) return empty.RouteTableId;
  const { RouteTable: made } = await ec2.send(
    new CreateRouteTableCommand({
      VpcId,
      ClientToken: tokenOf(ledgerId, VpcId),
      TagSpecifications: [{ ResourceType: 'route-table', Tags: MARK }],
    }),
  );
  if (made?.RouteTableId === undefined)
    throw new NotDone(`EC2 made a route table in ${VpcId} without saying which; redrive the execution`);
  return made.RouteTableId;
};

/** Gives the subnet a route table without a way out of the VPC. What it had is in the plan, for the undo. */
export const cutRoutes = async (
  ec2: EC2Client,
  { subnetId, vpcId }: StepOf<'cut-routes'>,
  ledgerId: string,
): Promise<string> => {
  const RouteTableId = await emptyTable(ec2, vpcId, ledgerId);
  const { RouteTables: [now] = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
  );
  if (now?.RouteTableId === RouteTableId) return `${subnetId} has ${RouteTableId}, which leads nowhere`;
  const association = now?.Associations?.find(({ SubnetId }) => SubnetId === subnetId);
  // A subnet that uses the VPC's main table has no association of its own.
  if (association?.RouteTableAssociationId === undefined)
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: subnetId }));
  else
    await ec2.send(
      new ReplaceRouteTableAssociationCommand({
        AssociationId: association.RouteTableAssociationId,
        RouteTableId,
      }),
    );
  return `${subnetId} has ${RouteTableId}, which leads nowhere, in place of ${now?.RouteTableId ?? 'the main table'}`;
};

/** Takes the VPC's internet gateway away; EC2 refuses it while public addresses are mapped in the VPC. */
export const detachInternetGateway = async (
  ec2: EC2Client,
  { vpcId, internetGatewayId }: StepOf<'detach-internet-gateway'>,
): Promise<string> => {
  try {
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: internetGatewayId, VpcId: vpcId }));
  } catch (error) {
    if (faultCode(error) !== 'Gateway.NotAttached') throw error;
  }
  return `${internetGatewayId} is detached from ${vpcId}`;
};
