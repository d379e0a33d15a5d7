import type { InstanceMetadataOptionsResponse, NetworkInterface, SecurityGroup } from '@aws-sdk/client-ec2';
import { instanceFacts, TAGS, type IncidentRef, type InstanceFacts } from '@cordon/incident';
import { endpointFacts } from './describe-endpoints.ts';
import type { Described } from './describe.ts';
import { machineFacts, nodeOf, privateAddresses } from './machine-facts.ts';
import { networkAclFacts, subnetFacts } from './network-facts.ts';

/** True when a group has not one rule, in or out, IPv4 or IPv6, group or prefix list. */
export const isEmpty = (group: SecurityGroup): boolean =>
  (group.IpPermissions ?? []).length === 0 && (group.IpPermissionsEgress ?? []).length === 0;

/** True when a group of our name is ours: made in this account by us, for whoever may make groups could make one. */
export const isOurs = (group: SecurityGroup, account: string): boolean =>
  group.OwnerId === account &&
  (group.Tags ?? []).some((tag) => tag.Key === TAGS.isolation && tag.Value === 'true');

/** The Elastic IPs of an interface, those of its secondary private addresses included; an auto-assigned address is none. */
export const elasticAddresses = (
  nic: NetworkInterface,
): readonly {
  readonly associationId: string;
  readonly allocationId: string;
  readonly publicIp: string;
  /** Only of a private address that is not the interface's first. */
  readonly privateIpAddress?: string;
}[] => {
  const associations = [
    { association: nic.Association, secondary: undefined },
    ...(nic.PrivateIpAddresses ?? []).map(({ Association, Primary, PrivateIpAddress }) => ({
      association: Association,
      secondary: Primary === true ? undefined : PrivateIpAddress,
    })),
  ];
  const found = associations.flatMap(({ association, secondary }) =>
    association?.AssociationId === undefined || association.AllocationId === undefined
      ? []
      : [
          {
            associationId: association.AssociationId,
            allocationId: association.AllocationId,
            publicIp: association.PublicIp ?? '',
            ...(secondary === undefined ? {} : { privateIpAddress: secondary }),
          },
        ],
  );
  return found.filter(
    (one, index) => found.findIndex(({ associationId }) => associationId === one.associationId) === index,
  );
};

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html : the first device of the first card. */
const isPrimary = ({ Attachment }: NetworkInterface): boolean =>
  Attachment?.DeviceIndex === 0 && (Attachment.NetworkCardIndex ?? 0) === 0;

const interfaceFacts = (nic: NetworkInterface) => ({
  networkInterfaceId: nic.NetworkInterfaceId,
  vpcId: nic.VpcId,
  groupIds: (nic.Groups ?? []).map((group) => group.GroupId),
  ...(isPrimary(nic) ? { primary: true } : {}),
  ...(nic.SubnetId === undefined ? {} : { subnetId: nic.SubnetId }),
  requesterManaged: nic.RequesterManaged === true,
  ...(nic.InterfaceType === 'branch' ? { branch: true } : {}),
  ...(privateAddresses(nic).length === 0 ? {} : { privateIps: privateAddresses(nic) }),
  ...(nic.ConnectionTrackingConfiguration?.TcpEstablishedTimeout === undefined
    ? {}
    : { tcpEstablishedSeconds: nic.ConnectionTrackingConfiguration.TcpEstablishedTimeout }),
  ...(nic.Association?.PublicIp !== undefined && nic.Association.AllocationId === undefined
    ? { publicIp: nic.Association.PublicIp }
    : {}),
});

const metadataFacts = (
  options: InstanceMetadataOptionsResponse | undefined,
): Pick<InstanceFacts, 'metadataOptions'> => {
  if (options?.HttpEndpoint === undefined) return {};
  const { HttpEndpoint, HttpTokens, HttpPutResponseHopLimit, HttpProtocolIpv6, InstanceMetadataTags } =
    options;
  return {
    metadataOptions: {
      httpEndpoint: HttpEndpoint,
      ...(HttpTokens === undefined ? {} : { httpTokens: HttpTokens }),
      ...(HttpPutResponseHopLimit === undefined ? {} : { hopLimit: HttpPutResponseHopLimit }),
      ...(HttpProtocolIpv6 === undefined ? {} : { httpProtocolIpv6: HttpProtocolIpv6 }),
      ...(InstanceMetadataTags === undefined ? {} : { instanceMetadataTags: InstanceMetadataTags }),
    },
  };
};

const volumeFacts = ({ volumes, instance, keyStates }: Described, instanceId: string) =>
  volumes.map((volume) => {
    const attachment = volume.Attachments?.find(({ InstanceId }) => InstanceId === instanceId);
    const others = (volume.Attachments ?? []).flatMap(({ InstanceId, State }) =>
      InstanceId === undefined || InstanceId === instanceId || State === 'detached' ? [] : [InstanceId],
    );
    const keyState = keyStates[volume.KmsKeyId ?? ''];
    return {
      volumeId: volume.VolumeId,
      deviceName: attachment?.Device ?? '',
      sizeGiB: volume.Size,
      encrypted: volume.Encrypted === true,
      ...(volume.KmsKeyId === undefined ? {} : { kmsKeyArn: volume.KmsKeyId }),
      isRoot: attachment?.Device === instance?.RootDeviceName,
      ...(others.length === 0 ? {} : { alsoAttachedTo: others }),
      ...(keyState === undefined ? {} : { keyState }),
    };
  });

/** EC2 shows the codes of an instance's volumes on the instance. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html */
const productCodesOf = (instance: Described['instance']) => {
  const codes = (instance?.ProductCodes ?? []).flatMap(({ ProductCodeId }) => ProductCodeId ?? []);
  return codes.length === 0 ? {} : { productCodes: codes };
};

const scalingFacts = (autoScaling: Described['autoScaling']) =>
  autoScaling === undefined
    ? {}
    : {
        autoScalingGroup: autoScaling.AutoScalingGroupName,
        ...(autoScaling.LifecycleState === undefined
          ? {}
          : { scaling: { lifecycleState: autoScaling.LifecycleState } }),
      };

/** The facts that the plan follows from. Pure; text that an attacker may have chosen (tags, names) is left out. */
export const readFacts = (
  described: Described,
  incident: Pick<IncidentRef, 'account' | 'region' | 'instanceId'>,
  readAt: string,
): InstanceFacts => {
  const { instance } = described;
  const association = described.associations[0];
  return instanceFacts.parse({
    account: incident.account,
    region: incident.region,
    instanceId: incident.instanceId,
    state: instance?.State?.Name ?? 'gone',
    ...(instance?.InstanceType === undefined ? {} : { instanceType: instance.InstanceType }),
    ...productCodesOf(instance),
    spot: instance?.InstanceLifecycle === 'spot',
    ...(instance?.Operator?.Managed === true
      ? { managedBy: instance.Operator.Principal ?? 'a service' }
      : {}),
    networkInterfaces: described.interfaces.map(interfaceFacts),
    subnets: subnetFacts(described.network, incident.account),
    networkAcls: networkAclFacts(described.network),
    volumes: volumeFacts(described, incident.instanceId),
    isolationGroups: described.isolationGroups.map((group) => ({
      groupId: group.GroupId,
      vpcId: group.VpcId,
      empty: isEmpty(group),
      ours: isOurs(group, incident.account),
    })),
    addresses: described.interfaces.flatMap((nic) =>
      elasticAddresses(nic).map((address) => ({ ...address, networkInterfaceId: nic.NetworkInterfaceId })),
    ),
    ...(association === undefined
      ? {}
      : {
          profile: {
            associationId: association.AssociationId,
            profileArn: association.IamInstanceProfile?.Arn,
          },
        }),
    ...metadataFacts(instance?.MetadataOptions),
    ...endpointFacts(described.endpoints),
    ...(described.agent === undefined ? {} : { agent: described.agent }),
    ...scalingFacts(described.autoScaling),
    ...(instance === undefined
      ? {}
      : {
          platform:
            instance.Platform?.toLowerCase() === 'windows' ? ('windows' as const) : ('other' as const),
          machine: machineFacts(instance, described.machine),
          nodeOf: nodeOf(instance),
        }),
    attributes: {
      ...described.attributes,
      deleteOnTermination: (instance?.BlockDeviceMappings ?? []).flatMap(({ DeviceName, Ebs }) =>
        DeviceName === undefined || Ebs?.VolumeId === undefined || Ebs.DeleteOnTermination === undefined
          ? []
          : [
              {
                deviceName: DeviceName,
                volumeId: Ebs.VolumeId,
                deleteOnTermination: Ebs.DeleteOnTermination,
              },
            ],
      ),
    },
    readAt,
  });
};
