import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DisassociateIamInstanceProfileCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type InstanceStateName,
  type Reservation,
} from '@aws-sdk/client-ec2';
import { FURNITURE } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

const ABSENT = 'i-00000000000000000';

const idOf = (at: At): string => at.known.of('instance');

const describe = (at: At) => at.member.ec2.send(new DescribeInstancesCommand({ InstanceIds: [idOf(at)] }));

const stateIs =
  (wanted: InstanceStateName) =>
  ({ Reservations }: { readonly Reservations?: readonly Reservation[] | undefined }): boolean =>
    Reservations?.[0]?.Instances?.[0]?.State?.Name === wanted;

const launch: readonly Step[] = [
  step(
    'ec2: launches an instance',
    (at) =>
      at.member.ec2.send(
        new RunInstancesCommand({
          ImageId: at.known.of('image'),
          InstanceType: 'm5.large',
          MinCount: 1,
          MaxCount: 1,
          SubnetId: at.known.of('subnet'),
          PrivateIpAddress: '10.20.1.50',
          SecurityGroupIds: [at.known.of('isolation group')],
          MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
          TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'shop' }] }],
        }),
      ),
    {
      keep: ({ Instances, ReservationId }) => ({
        instance: Instances?.[0]?.InstanceId,
        interface: Instances?.[0]?.NetworkInterfaces?.[0]?.NetworkInterfaceId,
        attachment: Instances?.[0]?.NetworkInterfaces?.[0]?.Attachment?.AttachmentId,
        reservation: ReservationId,
      }),
    },
  ),
  step('ec2: describes an instance that runs', describe, {
    until: stateIs('running'),
    keep: ({ Reservations }) => ({
      'root volume': Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.VolumeId,
    }),
  }),
  step('ec2: finds instances by tag and state', (at) =>
    at.member.ec2.send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: 'tag:Name', Values: ['shop'] },
          { Name: 'instance-state-name', Values: ['running'] },
        ],
      }),
    ),
  ),
  step('ec2: refuses to describe an instance that is not there', (at) =>
    at.member.ec2.send(new DescribeInstancesCommand({ InstanceIds: [ABSENT] })),
  ),
  step('ec2: refuses to describe an instance by a malformed id', (at) =>
    at.member.ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-x'] })),
  ),
  step('ec2: refuses to launch from an image that is not there', (at) =>
    at.member.ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-00000000000000000',
        InstanceType: 'm5.large',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: at.known.of('subnet'),
      }),
    ),
  ),
  step('ec2: refuses a launch that is only tried, as one that would have succeeded', (at) =>
    at.member.ec2.send(
      new RunInstancesCommand({
        DryRun: true,
        ImageId: at.known.of('image'),
        InstanceType: 'm5.large',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: at.known.of('subnet'),
      }),
    ),
  ),
];

const interfaces: readonly Step[] = [
  step('ec2: describes the interfaces of an instance', (at) =>
    at.member.ec2.send(
      new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [idOf(at)] }],
      }),
    ),
  ),
  step('ec2: puts an interface into another group', (at) =>
    at.member.ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: at.known.of('interface'),
        Groups: [at.known.of('isolation group')],
      }),
    ),
  ),
  step('ec2: refuses an interface that is not there', (at) =>
    at.member.ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: 'eni-00000000000000000',
        Groups: [at.known.of('isolation group')],
      }),
    ),
  ),
  step('ec2: describes an interface in its group', (at) =>
    at.member.ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [at.known.of('interface')] }),
    ),
  ),
];

const protection: readonly Step[] = [
  step('ec2: protects an instance from termination', (at) =>
    at.member.ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: idOf(at), DisableApiTermination: { Value: true } }),
    ),
  ),
  step('ec2: protects an instance from stop', (at) =>
    at.member.ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: idOf(at), DisableApiStop: { Value: true } }),
    ),
  ),
  step('ec2: has an instance stop when it shuts itself down', (at) =>
    at.member.ec2.send(
      new ModifyInstanceAttributeCommand({
        InstanceId: idOf(at),
        InstanceInitiatedShutdownBehavior: { Value: 'stop' },
      }),
    ),
  ),
  step('ec2: reads termination protection', (at) =>
    at.member.ec2.send(
      new DescribeInstanceAttributeCommand({ InstanceId: idOf(at), Attribute: 'disableApiTermination' }),
    ),
  ),
  step('ec2: reads the shutdown behaviour', (at) =>
    at.member.ec2.send(
      new DescribeInstanceAttributeCommand({
        InstanceId: idOf(at),
        Attribute: 'instanceInitiatedShutdownBehavior',
      }),
    ),
  ),
  step('ec2: refuses to terminate a protected instance', (at) =>
    at.member.ec2.send(new TerminateInstancesCommand({ InstanceIds: [idOf(at)] })),
  ),
  step('ec2: refuses to stop a protected instance', (at) =>
    at.member.ec2.send(new StopInstancesCommand({ InstanceIds: [idOf(at)] })),
  ),
  step('ec2: closes the metadata endpoint', (at) =>
    at.member.ec2.send(
      new ModifyInstanceMetadataOptionsCommand({ InstanceId: idOf(at), HttpEndpoint: 'disabled' }),
    ),
  ),
  step(
    'ec2: shows the metadata options',
    async (at) => {
      const { Reservations, $metadata } = await describe(at);
      return { MetadataOptions: Reservations?.[0]?.Instances?.[0]?.MetadataOptions, $metadata };
    },
    { until: ({ MetadataOptions }) => MetadataOptions?.State === 'applied' },
  ),
];

const associations = (at: At) =>
  at.member.ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({
      Filters: [{ Name: 'instance-id', Values: [idOf(at)] }],
    }),
  );

const profiles: readonly Step[] = [
  step('ec2: refuses a profile that is not there', (at) =>
    at.member.ec2.send(
      new AssociateIamInstanceProfileCommand({
        InstanceId: idOf(at),
        IamInstanceProfile: { Name: 'absent' },
      }),
    ),
  ),
  step(
    'ec2: gives an instance a profile',
    (at) =>
      at.member.ec2.send(
        new AssociateIamInstanceProfileCommand({
          InstanceId: idOf(at),
          IamInstanceProfile: { Name: FURNITURE.profile },
        }),
      ),
    { keep: ({ IamInstanceProfileAssociation: made }) => ({ association: made?.AssociationId }) },
  ),
  step('ec2: refuses a second profile', (at) =>
    at.member.ec2.send(
      new AssociateIamInstanceProfileCommand({
        InstanceId: idOf(at),
        IamInstanceProfile: { Name: FURNITURE.otherProfile },
      }),
    ),
  ),
  step('ec2: describes the profile of an instance', associations, {
    until: ({ IamInstanceProfileAssociations: all }) => all?.[0]?.State === 'associated',
  }),
  step(
    'ec2: replaces the profile',
    (at) =>
      at.member.ec2.send(
        new ReplaceIamInstanceProfileAssociationCommand({
          AssociationId: at.known.of('association'),
          IamInstanceProfile: { Name: FURNITURE.otherProfile },
        }),
      ),
    { keep: ({ IamInstanceProfileAssociation: made }) => ({ 'new association': made?.AssociationId }) },
  ),
  step('ec2: refuses to replace a profile that is no longer there', (at) =>
    at.member.ec2.send(
      new ReplaceIamInstanceProfileAssociationCommand({
        AssociationId: at.known.of('association'),
        IamInstanceProfile: { Name: FURNITURE.profile },
      }),
    ),
  ),
  step('ec2: describes the profile that replaced it', associations, {
    until: ({ IamInstanceProfileAssociations: all }) => all?.length === 1 && all[0]?.State === 'associated',
  }),
  step('ec2: takes the profile away', (at) =>
    at.member.ec2.send(
      new DisassociateIamInstanceProfileCommand({ AssociationId: at.known.of('new association') }),
    ),
  ),
  step('ec2: describes no profile any more', associations, {
    until: ({ IamInstanceProfileAssociations: all }) => (all ?? []).length === 0,
  }),
];

const ending: readonly Step[] = [
  step('ec2: allows a stop again', (at) =>
    at.member.ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: idOf(at), DisableApiStop: { Value: false } }),
    ),
  ),
  step('ec2: stops an instance', (at) =>
    at.member.ec2.send(new StopInstancesCommand({ InstanceIds: [idOf(at)] })),
  ),
  step('ec2: describes an instance that is stopped', describe, { until: stateIs('stopped') }),
  step('ec2: starts an instance', (at) =>
    at.member.ec2.send(new StartInstancesCommand({ InstanceIds: [idOf(at)] })),
  ),
  step('ec2: refuses to stop an instance that is not there', (at) =>
    at.member.ec2.send(new StopInstancesCommand({ InstanceIds: [ABSENT] })),
  ),
  // Last of all: moto takes the group, and has the interface in none from then on.
  step('ec2: refuses a group that is not there for an interface', (at) =>
    at.member.ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: at.known.of('interface'),
        Groups: ['sg-00000000000000000'],
      }),
    ),
  ),
];

/** One instance from launch to stop, its interface, protection and profile. */
export const instanceSteps: readonly Step[] = [...launch, ...interfaces, ...protection, ...profiles];

/** What ends it; after the steps about its disks. */
export const endingSteps: readonly Step[] = ending;
