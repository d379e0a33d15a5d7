import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  EC2Client,
  type IamInstanceProfileAssociation,
  type Instance,
  type NetworkInterface,
  type SecurityGroup,
  type Volume,
} from '@aws-sdk/client-ec2';
import {
  AutoScalingClient,
  DescribeAutoScalingInstancesCommand,
  type AutoScalingInstanceDetails,
} from '@aws-sdk/client-auto-scaling';
import { ISOLATION_GROUP_NAME } from '@cordon/incident';
import { describeBranches, describeNetwork, networkOf, type DescribedNetwork } from './describe-network.ts';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { faultCode } from '../../aws/classify.ts';

/** Everything EC2 and Auto Scaling say of one instance, as they said it. */
export interface Described {
  readonly instance: Instance | undefined;
  readonly interfaces: readonly NetworkInterface[];
  /** The networks that the interfaces lie in. */
  readonly network: DescribedNetwork;
  readonly volumes: readonly Volume[];
  readonly isolationGroups: readonly SecurityGroup[];
  readonly associations: readonly IamInstanceProfileAssociation[];
  readonly autoScaling: AutoScalingInstanceDetails | undefined;
  /** What undo restores: read before the change. */
  readonly attributes: { readonly disableApiTermination?: boolean; readonly shutdownBehavior?: string };
}

const NO_NETWORK: DescribedNetwork = { subnets: [], networkAcls: [], routeTables: [] };

/**
 * Reads an instance in one round of calls side by side: the number of serial calls does not grow with what it has, but for
 * the interfaces of pods. Every call is filtered or paged, which takes it to the larger request bucket (aws-facts 10.1).
 */
export const describeInstance = async (
  connection: Connection,
  instanceId: string,
  /** A release has nothing to do with what the volumes are, and reads of the network what it lifts. */
  wanted: 'for-plan' | 'for-release' = 'for-plan',
): Promise<Described> => {
  const ec2 = clientFor(EC2Client, connection);
  const autoScaling = clientFor(AutoScalingClient, connection);
  const attachedTo = [{ Name: 'attachment.instance-id', Values: [instanceId] }];
  const ofInstance = [{ Name: 'instance-id', Values: [instanceId] }];
  const [instances, attached, volumes, groups, associations, members, attributes, network] =
    await Promise.all([
      ec2.send(new DescribeInstancesCommand({ Filters: ofInstance })),
      ec2.send(new DescribeNetworkInterfacesCommand({ Filters: attachedTo })),
      wanted === 'for-plan' ? ec2.send(new DescribeVolumesCommand({ Filters: attachedTo })) : undefined,
      ec2.send(
        new DescribeSecurityGroupsCommand({
          Filters: [{ Name: 'group-name', Values: [ISOLATION_GROUP_NAME] }],
        }),
      ),
      ec2.send(
        new DescribeIamInstanceProfileAssociationsCommand({
          Filters: [...ofInstance, { Name: 'state', Values: ['associating', 'associated'] }],
        }),
      ),
      autoScaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [instanceId] })),
      describeAttributes(ec2, instanceId),
      wanted === 'for-plan' ? describeNetwork(ec2) : NO_NETWORK,
    ]);
  const own = attached.NetworkInterfaces ?? [];
  const interfaces = [...own, ...(wanted === 'for-plan' ? await describeBranches(ec2, own) : [])];
  return {
    instance: instances.Reservations?.flatMap((reservation) => reservation.Instances ?? [])[0],
    interfaces,
    network: networkOf(interfaces, network),
    volumes: volumes?.Volumes ?? [],
    isolationGroups: groups.SecurityGroups ?? [],
    associations: associations.IamInstanceProfileAssociations ?? [],
    autoScaling: members.AutoScalingInstances?.[0],
    attributes,
  };
};

/** Only undo needs them, so an instance that is gone, or one without them, gives none. */
const describeAttributes = async (ec2: EC2Client, instanceId: string): Promise<Described['attributes']> => {
  try {
    const [termination, shutdown] = await Promise.all([
      ec2.send(
        new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'disableApiTermination' }),
      ),
      ec2.send(
        new DescribeInstanceAttributeCommand({
          InstanceId: instanceId,
          Attribute: 'instanceInitiatedShutdownBehavior',
        }),
      ),
    ]);
    return {
      ...(termination.DisableApiTermination?.Value === undefined
        ? {}
        : { disableApiTermination: termination.DisableApiTermination.Value }),
      ...(shutdown.InstanceInitiatedShutdownBehavior?.Value === undefined
        ? {}
        : { shutdownBehavior: shutdown.InstanceInitiatedShutdownBehavior.Value }),
    };
  } catch (error) {
    faultCode(error);
    return {};
  }
};
