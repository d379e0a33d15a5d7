import type { Ids } from '../../core/ids.ts';
import { tagsFrom, type TagSpec } from './build-spec.ts';
import { addNetworkInterface, type NetworkInterfaceSpec } from './build.ts';
import type { BlockDevice, Ec2State, Instance, NetworkInterface, Volume, WrittenExtent } from './state.ts';

/** A volume that an instance has from its launch. */
export interface VolumeSpec {
  readonly volumeId?: string;
  readonly deviceName: string;
  readonly sizeGiB: number;
  readonly encrypted?: boolean;
  /** ARN of the key when encrypted. */
  readonly kmsKeyArn?: string;
  readonly volumeType?: string;
  readonly multiAttach?: true;
  readonly productCodes?: readonly string[];
  readonly snapshotId?: string;
  /** Stands for the bytes on the disk. */
  readonly content: string;
  /** The blocks of it that were written. */
  readonly written?: readonly WrittenExtent[];
  /** True when absent, as for what a launch by the API attaches. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html */
  readonly deleteOnTermination?: boolean;
  /** The guest has it mounted. */
  readonly mounted?: boolean;
  readonly tags?: TagSpec;
}

/** What an instance is made from. */
export interface InstanceSpec {
  readonly instanceId?: string;
  readonly type: string;
  readonly imageId: string;
  /** In device order; at least one. An id stands for an interface that exists. */
  readonly networkInterfaces: readonly (NetworkInterfaceSpec | string)[];
  /** In device order; the first is the root device. */
  readonly volumes: readonly VolumeSpec[];
  /** Virtual epoch milliseconds. */
  readonly launchedAt: number;
  /** Instance profile, associated from the start. */
  readonly profile?: { readonly arn: string; readonly profileId: string };
  readonly architecture?: Instance['architecture'];
  readonly platform?: Instance['platform'];
  readonly lifecycle?: 'spot';
  readonly spotRequest?: 'one-time' | 'persistent';
  readonly rootDeviceType?: Instance['rootDeviceType'];
  readonly hibernation?: boolean;
  /** The guest is prepared to write a crash dump to its root volume. */
  readonly kdump?: boolean;
  /** Stands for what is in memory; `memory of <instance id>` when absent. */
  readonly memory?: string;
  /** Stands for the bytes on instance store volumes; it has none when absent. */
  readonly instanceStore?: string;
  readonly managedBy?: string;
  readonly state?: Instance['state'];
  readonly disableApiTermination?: boolean;
  readonly disableApiStop?: boolean;
  readonly shutdownBehavior?: Instance['shutdownBehavior'];
  readonly metadataOptions?: Instance['metadataOptions'];
  readonly consoleOutput?: string;
  readonly clientToken?: string;
  readonly launchRequest?: string;
  readonly reservationId?: string;
  /** In base64. */
  readonly userData?: string;
  readonly tags?: TagSpec;
}

const interfacesOf = (state: Ec2State, spec: InstanceSpec, ids: Ids): readonly NetworkInterface[] =>
  spec.networkInterfaces.map((wanted) => {
    if (typeof wanted !== 'string') return addNetworkInterface(state, wanted, ids);
    const found = state.networkInterfaces.get(wanted);
    if (found === undefined)
      throw new Error(`the world has no network interface ${wanted}: add it before the instance`);
    return found;
  });

const addVolume = (
  state: Ec2State,
  spec: { volume: VolumeSpec; instanceId: string; zone: string; at: number },
  ids: Ids,
): BlockDevice => {
  const { volume, instanceId, zone, at } = spec;
  const made: Volume = {
    volumeId: volume.volumeId ?? `vol-${ids.hex('volume', 17)}`,
    sizeGiB: volume.sizeGiB,
    availabilityZone: zone,
    volumeType: volume.volumeType ?? 'gp3',
    encrypted: volume.encrypted ?? false,
    ...(volume.kmsKeyArn === undefined ? {} : { kmsKeyArn: volume.kmsKeyArn }),
    ...(volume.snapshotId === undefined ? {} : { snapshotId: volume.snapshotId }),
    ...(volume.multiAttach === undefined ? {} : { multiAttach: volume.multiAttach }),
    ...(volume.productCodes === undefined ? {} : { productCodes: volume.productCodes }),
    createdAt: at,
    tags: tagsFrom(volume.tags),
    content: volume.content,
    ...(volume.written === undefined ? {} : { written: volume.written }),
    state: 'in-use',
    attachments: [{ instanceId, deviceName: volume.deviceName, state: 'attached', attachedAt: at }],
  };
  state.volumes.set(made.volumeId, made);
  return {
    deviceName: volume.deviceName,
    volumeId: made.volumeId,
    attachedAt: at,
    deleteOnTermination: volume.deleteOnTermination ?? true,
    ...(volume.mounted === undefined ? {} : { mounted: volume.mounted }),
  };
};

/** The facts that only some instances have. */
const particulars = (spec: InstanceSpec): Partial<Instance> => ({
  ...(spec.platform === undefined ? {} : { platform: spec.platform }),
  ...(spec.lifecycle === undefined ? {} : { lifecycle: spec.lifecycle }),
  ...(spec.spotRequest === undefined ? {} : { spotRequest: spec.spotRequest }),
  ...(spec.rootDeviceType === undefined ? {} : { rootDeviceType: spec.rootDeviceType }),
  ...(spec.hibernation === undefined ? {} : { hibernation: spec.hibernation }),
  ...(spec.kdump === undefined ? {} : { kdump: spec.kdump }),
  ...(spec.instanceStore === undefined ? {} : { instanceStore: spec.instanceStore }),
  ...(spec.managedBy === undefined ? {} : { managedBy: spec.managedBy }),
  ...(spec.clientToken === undefined ? {} : { clientToken: spec.clientToken }),
  ...(spec.launchRequest === undefined ? {} : { launchRequest: spec.launchRequest }),
  ...(spec.reservationId === undefined ? {} : { reservationId: spec.reservationId }),
  ...(spec.userData === undefined ? {} : { userData: spec.userData }),
});

const recordOf = (
  spec: InstanceSpec,
  made: { instanceId: string; zone: string; devices: BlockDevice[]; interfaceIds: string[] },
): Instance => ({
  instanceId: made.instanceId,
  instanceType: spec.type,
  imageId: spec.imageId,
  launchedAt: spec.launchedAt,
  availabilityZone: made.zone,
  architecture: spec.architecture ?? 'x86_64',
  rootDeviceName: spec.volumes[0]?.deviceName ?? '/dev/xvda',
  ...particulars(spec),
  memory: spec.memory ?? `memory of ${made.instanceId}`,
  tags: tagsFrom(spec.tags),
  state: spec.state ?? 'running',
  disableApiTermination: spec.disableApiTermination ?? false,
  disableApiStop: spec.disableApiStop ?? false,
  shutdownBehavior: spec.shutdownBehavior ?? 'stop',
  networkInterfaceIds: made.interfaceIds,
  blockDevices: made.devices,
  metadataOptions: spec.metadataOptions ?? { httpEndpoint: 'enabled', httpTokens: 'required' },
  consoleOutput: spec.consoleOutput ?? '',
});

/**
 * Adds an instance with its interfaces, volumes and profile association; it is running unless `state` says otherwise.
 *
 * @throws Error when an interface, subnet or group that the specification names is not in the world
 */
export const addInstance = (state: Ec2State, spec: InstanceSpec, ids: Ids): Instance => {
  const interfaces = interfacesOf(state, spec, ids);
  const zone = interfaces[0]?.availabilityZone;
  if (zone === undefined)
    throw new Error('an instance needs at least one network interface: give networkInterfaces');
  const instanceId = spec.instanceId ?? `i-${ids.hex('instance', 17)}`;
  for (const [deviceIndex, held] of interfaces.entries()) {
    const wanted = spec.networkInterfaces[deviceIndex];
    held.attachment = {
      attachmentId: `eni-attach-${ids.hex('interface-attachment', 17)}`,
      instanceId,
      deviceIndex,
      networkCardIndex: 0,
      attachedAt: spec.launchedAt,
      // An interface made with the instance goes with it, one that was there before stays.
      // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/modify-network-interface-attributes.html#modify-termination-behavior
      deleteOnTermination: typeof wanted === 'string' ? false : (wanted?.deleteOnTermination ?? true),
    };
  }
  const devices = spec.volumes.map((volume) =>
    addVolume(state, { volume, instanceId, zone, at: spec.launchedAt }, ids),
  );
  const instance = recordOf(spec, {
    instanceId,
    zone,
    devices,
    interfaceIds: interfaces.map((held) => held.networkInterfaceId),
  });
  state.instances.set(instanceId, instance);
  if (spec.profile !== undefined) {
    const associationId = `iip-assoc-${ids.hex('profile-association', 17)}`;
    state.profileAssociations.set(associationId, {
      associationId,
      instanceId,
      profileArn: spec.profile.arn,
      profileId: spec.profile.profileId,
      state: 'associated',
    });
  }
  return instance;
};
