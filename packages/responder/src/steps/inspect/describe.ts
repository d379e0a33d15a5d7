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
import { describeAgent } from './describe-agent.ts';
import { describeEndpoints, type DescribedEndpoints } from './describe-endpoints.ts';
import { describeKeys } from './describe-keys.ts';
import { describeMachine, type DescribedMachine } from './describe-machine.ts';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { faultCode } from '../../aws/classify.ts';

/** Everything EC2 and Auto Scaling say of one instance, as they said it. */
export interface Described {
  readonly instance: Instance | undefined;
  readonly interfaces: readonly NetworkInterface[];
  /** The networks that the interfaces lie in. */
  readonly network: DescribedNetwork;
  readonly volumes: readonly Volume[];
  /** State of the volumes' keys by ARN, as far as it was read and told; empty where nobody asked. */
  readonly keyStates: Readonly<Record<string, string>>;
  readonly isolationGroups: readonly SecurityGroup[];
  readonly associations: readonly IamInstanceProfileAssociation[];
  readonly autoScaling: AutoScalingInstanceDetails | undefined;
  /** What can be done to it; empty where nobody asked. */
  readonly machine: DescribedMachine;
  /** Absent where nobody asked, or they could not be read. */
  readonly endpoints?: DescribedEndpoints;
  /** Absent where nobody asked, or it could not be read. */
  readonly agent?: { readonly online: boolean };
  /** What undo restores: read before the change. */
  readonly attributes: { readonly disableApiTermination?: boolean; readonly shutdownBehavior?: string };
}

/** What is read of an instance. */
export interface Wanted {
  /** A release has nothing to do with what the volumes are, and reads of the network what it lifts. */
  readonly wanted: 'for-plan' | 'for-release';
  /** Whether it may come to a stop or a crash: then what the machine allows is read too, by one serial call more. */
  readonly needsMachine?: boolean;
  /** Whether the states of the volumes' keys are read too: what takes the volumes, side by side with what takes the instance. */
  readonly needsKeys?: boolean;
  /** Whether a management path may be kept: then the endpoints are read too, side by side with the rest. */
  readonly mayKeepPath?: boolean;
  /** Whether its agent may be asked: then Systems Manager is asked for it too, side by side with the rest. */
  readonly mayAskAgent?: boolean;
}

const NO_NETWORK: DescribedNetwork = { subnets: [], networkAcls: [], routeTables: [] };

/**
 * Reads an instance in one round of calls side by side: the number of serial calls does not grow with what it has, but for
 * the interfaces of pods and, where a stop is allowed, the machine's type and the states of the keys. Every call is filtered or paged, which takes it to the larger request bucket (aws-facts 10.1).
 */
export const describeInstance = async (
  connection: Connection,
  instanceId: string,
  reading: Wanted = { wanted: 'for-plan' },
): Promise<Described> => {
  const { wanted, needsMachine = false, needsKeys = needsMachine } = reading;
  const ec2 = clientFor(EC2Client, connection);
  const autoScaling = clientFor(AutoScalingClient, connection);
  const attachedTo = [{ Name: 'attachment.instance-id', Values: [instanceId] }];
  const ofInstance = [{ Name: 'instance-id', Values: [instanceId] }];
  const found = ec2
    .send(new DescribeInstancesCommand({ Filters: ofInstance }))
    .then(({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances)[0]);
  const disks =
    wanted === 'for-plan' ? ec2.send(new DescribeVolumesCommand({ Filters: attachedTo })) : undefined;
  const [
    instance,
    attached,
    volumes,
    groups,
    associations,
    members,
    attributes,
    network,
    machine,
    endpoints,
    keyStates,
    agent,
  ] = await Promise.all([
    found,
    ec2.send(new DescribeNetworkInterfacesCommand({ Filters: attachedTo })),
    disks,
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
    needsMachine ? found.then((one) => describeMachine(ec2, one)) : {},
    reading.mayKeepPath === true ? describeEndpoints(ec2) : undefined,
    needsKeys ? disks?.then(({ Volumes }) => describeKeys(connection, Volumes ?? [])) : undefined,
    reading.mayAskAgent === true ? describeAgent(connection, instanceId) : undefined,
  ]);
  const own = attached.NetworkInterfaces ?? [];
  const interfaces = [...own, ...(wanted === 'for-plan' ? await branchesIfRead(ec2, own) : [])];
  return {
    instance,
    interfaces,
    network: networkOf(interfaces, network),
    volumes: volumes?.Volumes ?? [],
    keyStates: keyStates ?? {},
    isolationGroups: groups.SecurityGroups ?? [],
    associations: associations.IamInstanceProfileAssociations ?? [],
    autoScaling: members.AutoScalingInstances?.[0],
    machine,
    attributes,
    ...(endpoints === undefined ? {} : { endpoints }),
    ...(agent === undefined ? {} : { agent }),
  };
};

/** Pods' interfaces that cannot be read keep no other from being isolated; the verification, which reads them too, then says so. */
const branchesIfRead = async (
  ec2: EC2Client,
  own: readonly NetworkInterface[],
): Promise<readonly NetworkInterface[]> => {
  try {
    return await describeBranches(ec2, own);
  } catch (error) {
    faultCode(error);
    return [];
  }
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
