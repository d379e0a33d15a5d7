import type {
  Instance as ApiInstance,
  InstanceNetworkInterface,
  InstanceState as ApiInstanceState,
  NetworkInterface as ApiNetworkInterface,
  Reservation,
} from '@aws-sdk/client-ec2';
import { renderMetadataOptions } from './modify-metadata-options.ts';
import type { Address, Ec2State, Instance, NetworkInterface } from './state.ts';
import { renderTags } from './tag-sets.ts';

/** Codes of instance states. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;

/** An instance state with its code. */
export const renderState = (state: Instance['state']): ApiInstanceState => ({
  Code: CODES[state],
  Name: state,
});

/** The groups of an interface with their names. */
export const renderGroups = (
  state: Ec2State,
  groupIds: readonly string[],
): { GroupId: string; GroupName: string | undefined }[] =>
  groupIds.map((GroupId) => ({ GroupId, GroupName: state.securityGroups.get(GroupId)?.name }));

/** The Elastic IP of an interface, if it has one. */
export const addressOf = (state: Ec2State, networkInterfaceId: string): Address | undefined =>
  [...state.addresses.values()].find(
    (address) => address.association?.networkInterfaceId === networkInterfaceId,
  );

/** How an interface is reached from outside: its Elastic IP (owned by the account) or its auto-assigned address (owned by Amazon). */
export const renderAssociation = (
  state: Ec2State,
  held: NetworkInterface,
  owner: string,
): ApiNetworkInterface['Association'] => {
  const elastic = addressOf(state, held.networkInterfaceId);
  if (elastic?.association !== undefined) {
    return {
      AllocationId: elastic.allocationId,
      AssociationId: elastic.association.associationId,
      IpOwnerId: owner,
      PublicIp: elastic.publicIp,
      PublicDnsName: '',
    };
  }
  return held.publicIp === undefined
    ? undefined
    : { IpOwnerId: 'amazon', PublicIp: held.publicIp, PublicDnsName: '' };
};

/** `ip-10-0-0-5.ec2.internal` in us-east-1, with the Region elsewhere. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html */
export const privateDnsName = (address: string, region: string): string =>
  `ip-${address.replaceAll('.', '-')}.${region === 'us-east-1' ? 'ec2' : `${region}.compute`}.internal`;

const instanceInterface = (
  state: Ec2State,
  held: NetworkInterface,
  owner: string,
): InstanceNetworkInterface => {
  const association = renderAssociation(state, held, owner);
  const shown = association && {
    IpOwnerId: association.IpOwnerId,
    PublicIp: association.PublicIp,
    PublicDnsName: '',
  };
  return {
    NetworkInterfaceId: held.networkInterfaceId,
    InterfaceType: held.interfaceType,
    OwnerId: owner,
    Status: 'in-use',
    SubnetId: held.subnetId,
    VpcId: held.vpcId,
    PrivateIpAddress: held.privateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: held.privateIpAddress, Association: shown }],
    Ipv6Addresses: held.ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address })),
    Groups: renderGroups(state, held.groups),
    SourceDestCheck: held.sourceDestCheck ?? true,
    Description: held.description ?? '',
    Association: shown,
    ConnectionTrackingConfiguration: renderTracking(held),
    Attachment: held.attachment && {
      AttachmentId: held.attachment.attachmentId,
      AttachTime: new Date(held.attachment.attachedAt),
      DeleteOnTermination: held.attachment.deleteOnTermination ?? true,
      DeviceIndex: held.attachment.deviceIndex,
      NetworkCardIndex: held.attachment.networkCardIndex,
      Status: 'attached',
    },
  };
};

/** The interfaces of an instance in device order. */
export const interfacesOf = (state: Ec2State, instance: Instance): readonly NetworkInterface[] =>
  instance.networkInterfaceIds.flatMap((id) => state.networkInterfaces.get(id) ?? []);

const profileOf = (state: Ec2State, instanceId: string): { Arn: string; Id: string } | undefined => {
  const held = [...state.profileAssociations.values()].find(
    (association) => association.instanceId === instanceId && association.state !== 'disassociated',
  );
  return held && { Arn: held.profileArn, Id: held.profileId };
};

/** The Spot request behind a Spot Instance; undefined for another. */
export const spotRequestIdOf = ({ lifecycle, spotRequestId, instanceId }: Instance): string | undefined =>
  lifecycle === 'spot' ? (spotRequestId ?? `sir-${instanceId.slice(-8)}`) : undefined;

/** Idle timeouts as descriptions of interfaces have them; absent where none was set. */
export const renderTracking = ({
  connectionTracking: tracking,
}: NetworkInterface): ApiNetworkInterface['ConnectionTrackingConfiguration'] =>
  tracking && {
    TcpEstablishedTimeout: tracking.tcpEstablished,
    UdpStreamTimeout: tracking.udpStream,
    UdpTimeout: tracking.udp,
  };

/** Where a description is made: an account and Region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** An instance shows the product codes of its volumes. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html */
const productCodesOf = (state: Ec2State, { blockDevices }: Instance): ApiInstance['ProductCodes'] => {
  const codes = blockDevices.flatMap(({ volumeId }) => state.volumes.get(volumeId)?.productCodes ?? []);
  return [...new Set(codes)].map((ProductCodeId) => ({
    ProductCodeId,
    ProductCodeType: 'marketplace' as const,
  }));
};

const renderInstance = (state: Ec2State, instance: Instance, place: Place): ApiInstance => {
  const interfaces = interfacesOf(state, instance);
  const [primary] = interfaces;
  return {
    InstanceId: instance.instanceId,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as ApiInstance['InstanceType'],
    LaunchTime: new Date(instance.launchedAt),
    State: renderState(instance.state),
    StateReason: instance.stateReason && {
      Code: instance.stateReason.code,
      Message: instance.stateReason.message,
    },
    Architecture: instance.architecture,
    // The API says it in lower case, and the client's type does not.
    Platform: instance.platform as string | undefined as ApiInstance['Platform'],
    AmiLaunchIndex: 0,
    ClientToken: instance.clientToken ?? '',
    EbsOptimized: false,
    EnaSupport: true,
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    IamInstanceProfile: profileOf(state, instance.instanceId),
    InstanceLifecycle: instance.lifecycle,
    SpotInstanceRequestId: spotRequestIdOf(instance),
    HibernationOptions: { Configured: instance.hibernation ?? false },
    Monitoring: { State: 'disabled' },
    Placement: { AvailabilityZone: instance.availabilityZone, Tenancy: 'default' },
    RootDeviceName: instance.rootDeviceName,
    RootDeviceType: instance.rootDeviceType ?? 'ebs',
    BlockDeviceMappings: instance.blockDevices.map((device) => ({
      DeviceName: device.deviceName,
      Ebs: {
        AttachTime: new Date(device.attachedAt),
        DeleteOnTermination: device.deleteOnTermination,
        Status: 'attached',
        VolumeId: device.volumeId,
      },
    })),
    MetadataOptions: renderMetadataOptions(instance),
    NetworkInterfaces: interfaces.map((held) => instanceInterface(state, held, place.account)),
    // The instance shows the groups of its primary interface.
    SecurityGroups: renderGroups(state, primary?.groups ?? []),
    SubnetId: primary?.subnetId,
    VpcId: primary?.vpcId,
    PrivateIpAddress: primary?.privateIpAddress,
    PrivateDnsName: primary === undefined ? '' : privateDnsName(primary.privateIpAddress, place.region),
    PublicIpAddress: primary && renderAssociation(state, primary, place.account)?.PublicIp,
    PublicDnsName: '',
    SourceDestCheck: primary && (primary.sourceDestCheck ?? true),
    ProductCodes: productCodesOf(state, instance),
    Operator: { Managed: instance.managedBy !== undefined, Principal: instance.managedBy },
    Tags: renderTags(instance.tags) ?? [],
  };
};

/** The reservation that an instance was launched by. */
export const reservationIdOf = (instance: Instance): string =>
  instance.reservationId ?? `r-${instance.instanceId.slice('i-'.length)}`;

/** Instances as DescribeInstances and RunInstances list them: by reservation. */
export const renderReservations = (
  state: Ec2State,
  instances: readonly Instance[],
  place: Place,
): Reservation[] =>
  [...Map.groupBy(instances, reservationIdOf)].map(([ReservationId, launched]) => ({
    ReservationId,
    OwnerId: place.account,
    Groups: [],
    Instances: launched.map((instance) => renderInstance(state, instance, place)),
  }));
