import type { CompiledPolicy } from '@cordon/iam';
import { defineState } from '../../core/world.ts';
import { emptyNetwork, type NetworkState } from './network-state.ts';

/** Tags of one resource. */
export type Tags = Map<string, string>;

/** A rule's one permission: protocol, ports and one source or destination. */
export interface Permission {
  readonly ruleId: string;
  readonly direction: 'ingress' | 'egress';
  readonly protocol: string;
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly target:
    | { readonly kind: 'ipv4'; readonly cidr: string }
    | { readonly kind: 'ipv6'; readonly cidr: string }
    | { readonly kind: 'group'; readonly groupId: string }
    | { readonly kind: 'prefix-list'; readonly prefixListId: string };
  readonly description?: string;
}

export interface SecurityGroup {
  readonly groupId: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly ownerId: string;
  readonly tags: Tags;
  permissions: Permission[];
}

/** In a participant's account a shared VPC is a record of its own, without the owner's tags. */
export interface Vpc {
  readonly vpcId: string;
  /** The account whose VPC it is, also in a participant's state. */
  readonly ownerId: string;
  readonly cidr: string;
  readonly ipv6Cidr?: string;
  readonly tags: Tags;
}

/** In a participant's account a shared subnet is a record of its own, without the owner's tags. */
export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  /** The account whose subnet it is, also in a participant's state: ACLs and routes are in that account's state. */
  readonly ownerId: string;
  /** Interfaces of every account that may stand in it, by account; the owner's and the participants' records hold the same map. */
  readonly interfacesByAccount: Map<string, ReadonlyMap<string, NetworkInterface>>;
  readonly cidr: string;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly tags: Tags;
}

export interface NetworkInterface {
  readonly networkInterfaceId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly privateIpAddress: string;
  readonly ipv6Addresses: readonly string[];
  readonly interfaceType: string;
  readonly requesterManaged: boolean;
  readonly tags: Tags;
  groups: string[];
  /** Auto-assigned public IPv4 (lost on stop), not an Elastic IP. */
  publicIp?: string;
  /** An auto-assigned address comes back at start and after an Elastic IP goes, while the instance has one interface. */
  autoPublicIp?: boolean;
  description?: string;
  /** True when absent. */
  sourceDestCheck?: boolean;
  /** Idle timeouts in seconds, as given to ModifyNetworkInterfaceAttribute. */
  connectionTracking?: { tcpEstablished?: number; udpStream?: number; udp?: number };
  /** `deleteOnTermination` is true when absent. */
  attachment?: {
    attachmentId: string;
    instanceId: string;
    deviceIndex: number;
    networkCardIndex: number;
    attachedAt: number;
    deleteOnTermination?: boolean;
  };
}

export interface Address {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly tags: Tags;
  association?: {
    associationId: string;
    networkInterfaceId: string;
    instanceId?: string;
    privateIpAddress: string;
  };
}

export interface ProfileAssociation {
  readonly associationId: string;
  readonly instanceId: string;
  profileArn: string;
  profileId: string;
  state: 'associating' | 'associated' | 'disassociating' | 'disassociated';
}

export interface BlockDevice {
  readonly deviceName: string;
  readonly volumeId: string;
  readonly attachedAt: number;
  deleteOnTermination: boolean;
  /** The running guest has its file system mounted: it does not let go of it but by force. */
  readonly mounted?: boolean;
}

/** How an instance's metadata service answers. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsResponse.html */
export interface MetadataOptions {
  httpEndpoint: 'enabled' | 'disabled';
  httpTokens: 'required' | 'optional';
  /** 1 when absent. */
  readonly hopLimit?: number;
  /** Disabled when absent. */
  readonly httpProtocolIpv6?: 'enabled' | 'disabled';
  /** Disabled when absent. */
  readonly instanceMetadataTags?: 'enabled' | 'disabled';
}

export interface Instance {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly imageId: string;
  /** The last launch: a start sets it anew. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html */
  launchedAt: number;
  readonly availabilityZone: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Of Windows instances alone. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html */
  readonly platform?: 'windows';
  readonly rootDeviceName: string;
  readonly lifecycle?: 'spot';
  /** The kind of Spot request behind a Spot Instance; `one-time` when absent. */
  readonly spotRequest?: 'one-time' | 'persistent';
  /** The id of that request; one that follows from the instance's own when absent. */
  readonly spotRequestId?: string;
  /** `ebs` when absent. */
  readonly rootDeviceType?: 'ebs' | 'instance-store';
  /** Hibernation was enabled at launch; it cannot be later. */
  readonly hibernation?: boolean;
  /** The guest writes a crash dump to its root volume when its kernel panics. */
  readonly kdump?: boolean;
  /** Stands for what runs and lies in memory; `LOST` once the guest has been stopped or has booted anew. */
  memory?: string;
  /** Virtual epoch ms at which the guest last booted anew without a stop, and its boot scripts ran again. */
  rebootedAt?: number;
  /** Stands for the bytes on instance store volumes, where it has any; `LOST` once it has been stopped. */
  instanceStore?: string;
  readonly managedBy?: string;
  readonly clientToken?: string;
  /** The RunInstances request that made it, for comparing requests with one client token. */
  readonly launchRequest?: string;
  readonly reservationId?: string;
  /** What it runs at its first boot, in base64 as it was given. */
  userData?: string;
  readonly tags: Tags;
  state: 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';
  /** Virtual epoch ms at which a terminated instance stops being described (AWS: about one hour). */
  goneAt?: number;
  disableApiTermination: boolean;
  disableApiStop: boolean;
  shutdownBehavior: 'stop' | 'terminate';
  /** Network interfaces in device order. */
  networkInterfaceIds: string[];
  blockDevices: BlockDevice[];
  /** As the metadata service answers now. */
  metadataOptions: MetadataOptions;
  /** Asked for and not applied yet. */
  pendingMetadataOptions?: MetadataOptions;
  /** The stop that is under way, so that one that is over does not end a later one. */
  stopping?: object;
  stateReason?: { code: string; message: string };
  /** What the console would show now; an attacker's text. */
  consoleOutput: string;
}

/** A run of blocks (512 KiB each) that were written: their bytes follow from `content` and the place of each (`ec2/disk-blocks.ts`). */
export interface WrittenExtent {
  readonly firstBlock: number;
  readonly blocks: number;
  /** Stands for the bytes; of empty text they are zeros. */
  readonly content: string;
  /** The one byte of each of these blocks that is another than `content` says. */
  readonly flippedByte?: number;
}

export interface Volume {
  readonly volumeId: string;
  readonly sizeGiB: number;
  readonly availabilityZone: string;
  readonly volumeType: string;
  readonly encrypted: boolean;
  readonly kmsKeyArn?: string;
  readonly snapshotId?: string;
  readonly createdAt: number;
  readonly clientToken?: string;
  /** The CreateVolume request that made it, for comparing requests with one client token. */
  readonly createRequest?: string;
  /** Several instances may have it attached at once. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volumes-multi.html */
  readonly multiAttach?: true;
  /** AWS Marketplace product codes that it carries. */
  readonly productCodes?: readonly string[];
  readonly tags: Tags;
  /** Stands for the bytes on the disk: equal contents have equal values; a copy keeps it. */
  content: string;
  /** What was written of it, the latest last; absent where no block is looked at. */
  written?: readonly WrittenExtent[];
  state: 'creating' | 'available' | 'in-use' | 'deleting' | 'deleted' | 'error';
  attachments: {
    instanceId: string;
    deviceName: string;
    state: 'attaching' | 'attached' | 'detaching' | 'busy';
    attachedAt: number;
  }[];
}

export interface Snapshot {
  readonly snapshotId: string;
  readonly ownerId: string;
  /** `vol-ffffffff` for a copy, as AWS gives an arbitrary id there. */
  readonly volumeId: string;
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  readonly kmsKeyArn?: string;
  readonly description: string;
  readonly startedAt: number;
  readonly tags: Tags;
  readonly content: string;
  /** AWS Marketplace product codes, of its volume. */
  readonly productCodes?: readonly string[];
  /** Of a copy that was asked for with a deadline. */
  readonly completionDurationMinutes?: number;
  /** As on the volume at that moment; a copy has the same, under whatever key. */
  written?: readonly WrittenExtent[];
  state: 'pending' | 'completed' | 'error';
  stateMessage?: string;
  /** Percent; of a pending snapshot with `completesAt` the progress follows from the time instead. */
  progress: number;
  completedAt?: number;
  /** Virtual epoch ms at which a pending snapshot is due. */
  completesAt?: number;
  /** Accounts that may create volumes from it or copy it. */
  sharedWith: Set<string>;
  /** Shared with everyone (`all`). */
  isPublic: boolean;
  /** Absent in the standard tier, when nothing is under way. https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html */
  tier?: {
    readonly storage: 'standard' | 'archive';
    readonly doing?: 'archiving' | 'restoring' | 'restored-for-some-days';
  };
  lock?: {
    mode: 'governance' | 'compliance';
    state: 'governance' | 'compliance-cooloff' | 'compliance';
    createdAt: number;
    expiresAt: number;
    coolOffExpiresAt?: number;
    durationDays?: number;
  };
}

/** As `LaunchTemplateData` of CloudFormation, and of the API. */
export type LaunchTemplateData = Readonly<Record<string, unknown>>;

export interface LaunchTemplate {
  readonly launchTemplateId: string;
  readonly name: string;
  readonly tags: Tags;
  readonly defaultVersion: number;
  /** When its versions were made, in virtual epoch ms; not told when absent. */
  readonly createdAt?: number;
  /** By number, the latest last. */
  readonly versions: ReadonlyMap<number, LaunchTemplateData>;
}

export interface VpcEndpoint {
  readonly endpointId: string;
  readonly vpcId: string;
  /** Such as `com.amazonaws.eu-west-1.sts`. */
  readonly serviceName: string;
  readonly type: 'Interface' | 'Gateway';
  /** Whether the service's own name resolves to the endpoint within its VPC. */
  readonly privateDns: boolean;
  /** Route tables that send the service's addresses to a gateway endpoint. */
  readonly routeTableIds: readonly string[];
  /** Its own interfaces, of an interface endpoint. */
  readonly networkInterfaceIds?: readonly string[];
  readonly policy: CompiledPolicy;
  readonly tags?: Tags;
}

/** What a volume of an image is made of. */
export interface ImageDevice {
  readonly deviceName: string;
  readonly snapshotId: string;
  readonly sizeGiB: number;
  readonly volumeType: string;
  readonly encrypted: boolean;
  readonly deleteOnTermination: boolean;
}

/** A machine image; `content` is what its root volume starts with. */
export interface Image {
  readonly imageId: string;
  readonly ownerId: string;
  /** `amazon` or `aws-marketplace`, of an image that belongs to one of those. */
  readonly ownerAlias?: string;
  readonly name: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly rootDeviceName: string;
  readonly rootSizeGiB: number;
  readonly content: string;
  readonly tags: Tags;
  readonly description?: string;
  /** Snapshots that it was made of, root first; absent for an image whose snapshots are somebody else's. */
  readonly devices?: readonly ImageDevice[];
  readonly sourceInstanceId?: string;
  readonly createdAt?: number;
  /** `available` when absent. */
  state?: 'pending' | 'available' | 'failed';
}

/** EC2 and EBS in one account and Region. */
export interface Ec2State extends NetworkState {
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly securityGroups: Map<string, SecurityGroup>;
  readonly networkInterfaces: Map<string, NetworkInterface>;
  readonly addresses: Map<string, Address>;
  readonly instances: Map<string, Instance>;
  readonly profileAssociations: Map<string, ProfileAssociation>;
  readonly volumes: Map<string, Volume>;
  readonly snapshots: Map<string, Snapshot>;
  readonly launchTemplates: Map<string, LaunchTemplate>;
  readonly vpcEndpoints: Map<string, VpcEndpoint>;
  readonly images: Map<string, Image>;
  /** AWS's public Systems Manager parameters by name, for `resolve:ssm:`. */
  readonly publicParameters: Map<string, string>;
  /** Instance types, or `type@zone`, of which there is no capacity. */
  readonly withoutCapacity: Set<string>;
  ebsEncryptionByDefault: boolean;
  /**
   * Whether a copy under another account's key ends in error, whatever the key's policy says. AWS does not say which of the two it is
   * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html, KmsKeyId): a world may hold either. False when absent.
   */
  refusesForeignKeysInCopies?: boolean;
  /** MiB a second that time-based copies may take together; AWS's own quota when absent. */
  timeBasedCopyQuota?: number;
}

/** State of EC2 and EBS, per account and Region. */
export const ec2State = defineState<Ec2State>('ec2', 'regional', () => ({
  ...emptyNetwork(),
  vpcs: new Map(),
  subnets: new Map(),
  securityGroups: new Map(),
  networkInterfaces: new Map(),
  addresses: new Map(),
  instances: new Map(),
  profileAssociations: new Map(),
  volumes: new Map(),
  snapshots: new Map(),
  launchTemplates: new Map(),
  vpcEndpoints: new Map(),
  images: new Map(),
  publicParameters: new Map(),
  withoutCapacity: new Set(),
  ebsEncryptionByDefault: false,
}));
