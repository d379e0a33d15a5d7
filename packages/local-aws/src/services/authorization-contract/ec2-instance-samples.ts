import type { FurnishedWorld } from './furnished-world.ts';
import { TAG } from './furnished-world.ts';
import type { Sample, Samples } from './sample.ts';

/** `TagSpecifications` for resources of these types. */
export const tagged = (...types: readonly string[]) =>
  types.map((ResourceType) => ({ ResourceType, Tags: [{ Key: 'team', Value: TAG.team }] }));

const launches = (on: FurnishedWorld): readonly Sample[] => {
  const count = { MinCount: 1, MaxCount: 1 };
  const plain = { ...count, ImageId: on.imageId, InstanceType: 'm7i.large', SubnetId: on.subnet.subnetId };
  return [
    {
      operation: 'RunInstances',
      what: 'plain, with profile, tags and encrypted disks',
      late: true,
      input: {
        ...plain,
        SecurityGroupIds: [on.group.groupId],
        IamInstanceProfile: { Name: 'worker' },
        BlockDeviceMappings: [
          { DeviceName: '/dev/sdf', Ebs: { SnapshotId: on.snapshot.snapshotId } },
          { DeviceName: '/dev/sdg', Ebs: { VolumeSize: 5, Encrypted: true, KmsKeyId: 'alias/data' } },
        ],
        TagSpecifications: tagged('instance', 'volume', 'network-interface'),
      },
    },
    {
      operation: 'RunInstances',
      what: 'of a launch template, with an interface and a public parameter for an image',
      input: {
        ...count,
        ImageId: 'resolve:ssm:/aws/service/linux',
        LaunchTemplate: { LaunchTemplateId: on.templateId },
        InstanceMarketOptions: { MarketType: 'spot' },
        NetworkInterfaces: [
          {
            DeviceIndex: 0,
            SubnetId: on.subnet.subnetId,
            Groups: [on.group.groupId],
            AssociatePublicIpAddress: true,
          },
        ],
      },
    },
    {
      operation: 'RunInstances',
      what: 'on an interface that exists',
      input: {
        ...plain,
        SecurityGroupIds: [on.group.groupId],
        NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: on.instance.networkInterfaceIds[0] }],
      },
    },
  ];
};

const attributes = (on: FurnishedWorld): readonly Sample[] => {
  const { instanceId: InstanceId, networkInterfaceIds } = on.instance;
  const groups = { Groups: [on.group.groupId] };
  return [
    { operation: 'DescribeInstanceAttribute', input: { InstanceId, Attribute: 'groupSet' } },
    {
      operation: 'ModifyInstanceAttribute',
      what: 'protection',
      input: { InstanceId, DisableApiTermination: { Value: true } },
    },
    { operation: 'ModifyInstanceAttribute', what: 'groups', input: { InstanceId, ...groups } },
    {
      operation: 'ModifyInstanceAttribute',
      what: 'disks',
      input: {
        InstanceId,
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } },
          { DeviceName: '/dev/sdf', Ebs: { DeleteOnTermination: false } },
        ],
      },
    },
    {
      operation: 'ModifyNetworkInterfaceAttribute',
      input: { NetworkInterfaceId: networkInterfaceIds[0], ...groups },
    },
  ];
};

const profiles = (on: FurnishedWorld): readonly Sample[] => {
  const IamInstanceProfile = { Name: 'worker' };
  const AssociationId = on.profileAssociationId;
  return [
    { operation: 'DescribeIamInstanceProfileAssociations', input: {} },
    {
      operation: 'AssociateIamInstanceProfile',
      input: { InstanceId: on.instance.instanceId, IamInstanceProfile },
    },
    {
      operation: 'ReplaceIamInstanceProfileAssociation',
      input: { AssociationId, IamInstanceProfile },
    },
    { operation: 'DisassociateIamInstanceProfile', input: { AssociationId } },
  ];
};

/** Requests on instances and what belongs to them. */
export const ec2InstanceSamples: Samples = (on) => {
  const { instanceId: InstanceId } = on.instance;
  const InstanceIds = [InstanceId];
  return [
    { operation: 'DescribeInstances', input: { InstanceIds } },
    { operation: 'DescribeImages', input: {} },
    {
      operation: 'CreateImage',
      input: { InstanceId, Name: 'copy', NoReboot: true, TagSpecifications: tagged('image', 'snapshot') },
    },
    { operation: 'DescribeLaunchTemplates', input: {} },
    { operation: 'DescribeLaunchTemplateVersions', input: {} },
    { operation: 'GetLaunchTemplateData', input: { InstanceId } },
    { operation: 'GetConsoleOutput', input: { InstanceId } },
    { operation: 'GetConsoleScreenshot', input: { InstanceId } },
    { operation: 'StopInstances', input: { InstanceIds } },
    { operation: 'StartInstances', input: { InstanceIds } },
    { operation: 'TerminateInstances', input: { InstanceIds } },
    { operation: 'RebootInstances', input: { InstanceIds } },
    { operation: 'SendDiagnosticInterrupt', input: { InstanceId } },
    { operation: 'ModifyInstanceMetadataOptions', input: { InstanceId, HttpEndpoint: 'disabled' } },
    { operation: 'DescribeInstanceTypes', input: {} },
    { operation: 'DescribeSpotInstanceRequests', input: {} },
    ...attributes(on),
    ...profiles(on),
    ...launches(on),
  ];
};
