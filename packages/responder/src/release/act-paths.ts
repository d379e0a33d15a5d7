import {
  AttachInternetGatewayCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DeleteRouteTableCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceRouteTableAssociationCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { OWN_TCP_SECONDS, type LiftOf } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { NotDone } from '../steps/attempt.ts';
import { isDenyEntry } from '../steps/cut-network.ts';
import type { Act } from './act.ts';

/** Gives an interface its idle timeout back; EC2's own as a number, for one that was never set cannot be unset again. */
export const actConnectionTimeout: Act<'restore-connection-timeout'> = {
  on: ({ networkInterfaceId }, { ec2Arn, instanceId }) => [
    {
      actions: ['ec2:ModifyNetworkInterfaceAttribute'],
      resources: [ec2Arn(`network-interface/${networkInterfaceId}`), ec2Arn(`instance/${instanceId}`)],
    },
  ],
  act: async ({ networkInterfaceId, tcpEstablishedSeconds = OWN_TCP_SECONDS }, { ec2 }) => {
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: networkInterfaceId,
        ConnectionTrackingSpecification: { TcpEstablishedTimeout: tcpEstablishedSeconds },
      }),
    );
    return `idle connections of ${networkInterfaceId} end after ${tcpEstablishedSeconds} s again`;
  },
};

/** Takes our entries out of an ACL, each only while it is as we wrote it: a number that somebody else took stays. */
export const actAclEntries: Act<'remove-acl-entries'> = {
  reads: ['ec2:DescribeNetworkAcls'],
  on: ({ networkAclId }, { ec2Arn }) => [
    { actions: ['ec2:DeleteNetworkAclEntry'], resources: [ec2Arn(`network-acl/${networkAclId}`)] },
  ],
  act: async ({ networkAclId, entries }, { ec2 }) => {
    const { NetworkAcls: [acl] = [] } = await ec2.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: 'network-acl-id', Values: [networkAclId] }] }),
    );
    const ours = entries.filter((entry) => isDenyEntry(acl, entry));
    await Promise.all(
      ours.map(async ({ ruleNumber, egress }) => {
        try {
          await ec2.send(
            new DeleteNetworkAclEntryCommand({
              NetworkAclId: networkAclId,
              RuleNumber: ruleNumber,
              Egress: egress,
            }),
          );
        } catch (error) {
          if (faultCode(error) !== 'InvalidNetworkAclEntry.NotFound') throw error;
        }
      }),
    );
    return `${ours.length} entries of ours are gone from ${networkAclId}`;
  },
};

/** Gives a subnet its former network ACL. */
export const actSubnetAcl: Act<'restore-subnet-acl'> = {
  reads: ['ec2:DescribeNetworkAcls'],
  on: ({ subnetId }, { ec2Arn }) => [
    {
      // Whether the ACL that the subnet leaves is asked for too is not documented: ours has no name in the plan.
      actions: ['ec2:ReplaceNetworkAclAssociation'],
      resources: [ec2Arn('network-acl/*'), ec2Arn(`subnet/${subnetId}`)],
    },
  ],
  act: async ({ subnetId, networkAclId }, { ec2 }) => {
    const { NetworkAcls: [now] = [] } = await ec2.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
    );
    const association = now?.Associations?.find(({ SubnetId }) => SubnetId === subnetId);
    if (association?.NetworkAclAssociationId === undefined)
      throw new NotDone(`${subnetId} has no network ACL that could be replaced; look at it in the account`);
    await ec2.send(
      new ReplaceNetworkAclAssociationCommand({
        AssociationId: association.NetworkAclAssociationId,
        NetworkAclId: networkAclId,
      }),
    );
    return `${subnetId} has ${networkAclId} again`;
  },
};

/** Gives a subnet its former route table, or none of its own, so that the VPC's main one holds. */
export const actSubnetRoutes: Act<'restore-subnet-routes'> = {
  reads: ['ec2:DescribeRouteTables'],
  on: ({ subnetId }, { ec2Arn }) => [
    {
      actions: ['ec2:ReplaceRouteTableAssociation', 'ec2:DisassociateRouteTable'],
      resources: [ec2Arn('route-table/*'), ec2Arn(`subnet/${subnetId}`)],
    },
  ],
  act: async ({ subnetId, routeTableId }, { ec2 }) => {
    const { RouteTables: [now] = [] } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
    );
    const AssociationId = now?.Associations?.find(
      ({ SubnetId }) => SubnetId === subnetId,
    )?.RouteTableAssociationId;
    if (AssociationId === undefined) return `${subnetId} has the VPC's main route table`;
    if (routeTableId === undefined) await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
    else
      await ec2.send(new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: routeTableId }));
    return `${subnetId} has ${routeTableId ?? "the VPC's main route table"} again`;
  },
};

/** Attaches the VPC's internet gateway again. */
export const actInternetGateway: Act<'attach-internet-gateway'> = {
  on: ({ internetGatewayId, vpcId }, { ec2Arn }) => [
    {
      actions: ['ec2:AttachInternetGateway'],
      resources: [ec2Arn(`internet-gateway/${internetGatewayId}`), ec2Arn(`vpc/${vpcId}`)],
    },
  ],
  act: async ({ internetGatewayId, vpcId }, { ec2 }) => {
    try {
      await ec2.send(
        new AttachInternetGatewayCommand({ InternetGatewayId: internetGatewayId, VpcId: vpcId }),
      );
    } catch (error) {
      if (faultCode(error) !== 'Resource.AlreadyAssociated') throw error;
    }
    return `${internetGatewayId} is attached to ${vpcId} again`;
  },
};

/** Takes a thing of ours out of a VPC; EC2 refuses while a subnet has it. */
const removing = <Kind extends 'remove-closed-acl' | 'remove-empty-table'>(
  kind: Kind,
  of: {
    readonly action: string;
    readonly type: string;
    readonly remove: (ec2: EC2Client, id: string) => Promise<unknown>;
  },
): Act<'remove-closed-acl'> & Act<'remove-empty-table'> => ({
  on: ({ vpcId }: LiftOf<'remove-closed-acl' | 'remove-empty-table'>, { ec2Arn, facts }) => [
    {
      actions: [of.action],
      resources: facts.paths.ownThings
        .filter((thing) => thing.kind === kind && thing.vpcId === vpcId)
        .map(({ id }) => ec2Arn(`${of.type}/${id}`)),
    },
  ],
  act: async ({ vpcId }, { ec2, facts }) => {
    const held = facts.paths.ownThings.find((thing) => thing.kind === kind && thing.vpcId === vpcId);
    if (held === undefined) return `${vpcId} has none of ours`;
    try {
      await of.remove(ec2, held.id);
    } catch (error) {
      const code = faultCode(error);
      if (code === 'DependencyViolation')
        throw new NotDone(`${held.id} is in use since it was looked at: the last release takes it away`);
      if (!code.endsWith('.NotFound')) throw error;
    }
    return `${held.id} of ${vpcId} is gone`;
  },
});

/** Deletes the VPC's closed network ACL. */
export const actClosedAcl = removing('remove-closed-acl', {
  action: 'ec2:DeleteNetworkAcl',
  type: 'network-acl',
  remove: async (ec2, NetworkAclId) => ec2.send(new DeleteNetworkAclCommand({ NetworkAclId })),
});

/** Deletes the VPC's empty route table. */
export const actEmptyTable = removing('remove-empty-table', {
  action: 'ec2:DeleteRouteTable',
  type: 'route-table',
  remove: async (ec2, RouteTableId) => ec2.send(new DeleteRouteTableCommand({ RouteTableId })),
});
