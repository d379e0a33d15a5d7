import type { RunInstancesCommandInput, RunInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { addInstance, type InstanceSpec } from './build-instance.ts';
import type { NetworkInterfaceSpec } from './build.ts';
import { refuseWithoutCapacity } from './capacity.ts';
import { inCidr } from './cidr.ts';
import { requireProfile } from './instance-profiles.ts';
import { renderReservations } from './instance-view.ts';
import { acceptGroups } from './interface-groups.ts';
import { launchChecks } from './launch-checks.ts';
import { acceptPlan, LAUNCH_MEMBERS, planLaunch, requireImage } from './launch-plan.ts';
import { findLaunchTemplate, findVersion, requireTemplate, requireVersion } from './launch-templates.ts';
import { launchVolumes } from './launch-volumes.ts';
import { stateOf } from './lookup.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import type { Ec2State, Image, Instance } from './state.ts';
import { announceState, placeOfCall } from './instance-state.ts';
import { becomeRunning } from './stop-start-instances.ts';
import { acceptTagSpecifications, requestedTags } from './tag-sets.ts';
import { beginTermination } from './terminate-instances.ts';

type Input = RunInstancesCommandInput;

const tagsOf = (input: Input, type: string): Record<string, string> =>
  Object.fromEntries(requestedTags(input.TagSpecifications, type));

const newInterface = (
  state: Ec2State,
  wanted: {
    subnetId: string | undefined;
    groups: readonly string[] | undefined;
    privateIpAddress: string | undefined;
  },
): Pick<NetworkInterfaceSpec, 'subnetId' | 'groups'> & { privateIpAddress?: string } => {
  // Without a subnet the default VPC is meant; accounts here have none.
  if (wanted.subnetId === undefined)
    throw new ServiceFault('VPCIdNotSpecified', 'No default VPC for this user');
  const subnet = requireOne(idKinds.subnet, state.subnets, wanted.subnetId);
  const fallback = [...state.securityGroups.values()].filter(
    (group) => group.vpcId === subnet.vpcId && group.name === 'default',
  );
  const groups = wanted.groups?.length ? wanted.groups : fallback.map((group) => group.groupId);
  acceptGroups(state, groups, subnet.vpcId);
  const address = wanted.privateIpAddress;
  if (address !== undefined && !inCidr(address, subnet.cidr)) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Address ${address} does not fall within the subnet's address range`,
    );
  }
  if (
    address !== undefined &&
    [...state.networkInterfaces.values()].some(
      (held) => held.subnetId === subnet.subnetId && held.privateIpAddress === address,
    )
  ) {
    throw new ServiceFault('InvalidIPAddress.InUse', `Address ${address} is in use.`);
  }
  return {
    subnetId: subnet.subnetId,
    groups,
    ...(address === undefined ? {} : { privateIpAddress: address }),
  };
};

/** The interfaces of one instance of a launch, in device order: ids of those that exist, specifications of new ones. */
const launchInterfaces = (state: Ec2State, merged: Input): readonly (NetworkInterfaceSpec | string)[] => {
  const tags = tagsOf(merged, 'network-interface');
  if (merged.NetworkInterfaces === undefined || merged.NetworkInterfaces.length === 0) {
    const { SubnetId: subnetId, SecurityGroupIds: groups, PrivateIpAddress: privateIpAddress } = merged;
    return [{ ...newInterface(state, { subnetId, groups, privateIpAddress }), tags }];
  }
  return merged.NetworkInterfaces.toSorted((a, b) => (a.DeviceIndex ?? 0) - (b.DeviceIndex ?? 0)).map(
    (wanted) => {
      if (wanted.NetworkInterfaceId !== undefined) {
        const held = requireOne(idKinds.networkInterface, state.networkInterfaces, wanted.NetworkInterfaceId);
        if (held.attachment !== undefined) {
          throw new ServiceFault(
            'InvalidNetworkInterface.InUse',
            `The network interface '${held.networkInterfaceId}' is already in use.`,
          );
        }
        return held.networkInterfaceId;
      }
      return {
        ...newInterface(state, {
          subnetId: wanted.SubnetId,
          groups: wanted.Groups,
          privateIpAddress: wanted.PrivateIpAddress,
        }),
        ...(wanted.AssociatePublicIpAddress === true ? { publicIp: 'assign' } : {}),
        ...(wanted.Description === undefined ? {} : { description: wanted.Description }),
        deleteOnTermination: wanted.DeleteOnTermination ?? true,
        tags,
      };
    },
  );
};

const zoneOf = (state: Ec2State, first: NetworkInterfaceSpec | string | undefined): string => {
  const held =
    typeof first === 'string' ? state.networkInterfaces.get(first) : state.subnets.get(first?.subnetId ?? '');
  return required(held, 'SubnetId').availabilityZone;
};

/** The earlier launch with this client token. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html */
const earlierLaunch = (state: Ec2State, token: string | undefined, request: string): readonly Instance[] => {
  if (token === undefined) return [];
  const launched = [...state.instances.values()].filter((instance) => instance.clientToken === token);
  if (launched.some((instance) => instance.launchRequest !== request)) {
    throw new ServiceFault(
      'IdempotentParameterMismatch',
      `Arguments on this idempotent request are inconsistent with arguments used in previous request(s) with client token ${token}.`,
    );
  }
  return launched;
};

const acceptTemplate = (call: Call, { LaunchTemplate: named }: Input): void => {
  if (named !== undefined) requireVersion(requireTemplate(stateOf(call), named), named.Version);
};

/** "User data must be base64-encoded", and is limited to 16 KB raw. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
const acceptUserData = (userData: string): string => {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(userData))
    throw new ServiceFault('InvalidParameterValue', 'Invalid BASE64 encoding of user data.');
  if (Buffer.from(userData, 'base64').length > 16_384)
    throw new ServiceFault('InvalidParameterValue', 'User data is limited to 16384 bytes');
  return userData;
};

/**
 * EC2 says of an instance from which version of which launch template it comes, by tags that nobody else may set.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
 */
const templateTags = (state: Ec2State, { LaunchTemplate: named }: Input): Record<string, string> => {
  const template = named === undefined ? undefined : findLaunchTemplate(state, named);
  const version = template === undefined ? undefined : findVersion(template, named?.Version);
  return template === undefined || version === undefined
    ? {}
    : {
        'aws:ec2launchtemplate:id': template.launchTemplateId,
        'aws:ec2launchtemplate:version': String(version.number),
      };
};

const sharedSpec = (merged: Input, image: Image): Partial<InstanceSpec> => ({
  architecture: image.architecture,
  disableApiTermination: merged.DisableApiTermination ?? false,
  disableApiStop: merged.DisableApiStop ?? false,
  ...(merged.HibernationOptions?.Configured === true ? { hibernation: true } : {}),
  shutdownBehavior: merged.InstanceInitiatedShutdownBehavior ?? 'stop',
  metadataOptions: {
    httpEndpoint: merged.MetadataOptions?.HttpEndpoint ?? 'enabled',
    httpTokens: merged.MetadataOptions?.HttpTokens ?? 'required',
    ...(merged.MetadataOptions?.HttpPutResponseHopLimit === undefined
      ? {}
      : { hopLimit: merged.MetadataOptions.HttpPutResponseHopLimit }),
  },
  ...(merged.InstanceMarketOptions?.MarketType === 'spot'
    ? {
        lifecycle: 'spot',
        spotRequest: merged.InstanceMarketOptions.SpotOptions?.SpotInstanceType ?? 'one-time',
      }
    : {}),
  ...(merged.UserData === undefined ? {} : { userData: acceptUserData(merged.UserData) }),
});

/** Hibernation asks for an encrypted root volume. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html */
const acceptHibernation = (merged: Input, rootIsEncrypted: boolean): void => {
  if (merged.HibernationOptions?.Configured === true && !rootIsEncrypted) {
    throw new ServiceFault(
      'UnsupportedHibernationConfiguration',
      'The root volume must be encrypted to enable hibernation.',
    );
  }
};

const launch = (
  call: Call,
  merged: Input,
  origin: { readonly request: string; readonly reservationId: string },
): Instance => {
  const state = stateOf(call);
  const image = requireImage(state, merged.ImageId);
  const type = required(merged.InstanceType, 'InstanceType');
  const profile =
    merged.IamInstanceProfile === undefined ? undefined : requireProfile(call, merged.IamInstanceProfile);
  const networkInterfaces = launchInterfaces(state, merged);
  refuseWithoutCapacity(state, type, zoneOf(state, networkInterfaces[0]));
  const { volumes, usable } = launchVolumes(call, image, {
    mappings: merged.BlockDeviceMappings ?? [],
    tags: tagsOf(merged, 'volume'),
  });
  acceptHibernation(merged, volumes[0]?.encrypted === true);
  const instance = addInstance(
    state,
    {
      ...sharedSpec(merged, image),
      tags: { ...tagsOf(merged, 'instance'), ...templateTags(state, merged) },
      type,
      imageId: image.imageId,
      networkInterfaces,
      volumes,
      launchedAt: call.now,
      state: 'pending',
      ...(profile === undefined ? {} : { profile }),
      ...(merged.ClientToken === undefined ? {} : { clientToken: merged.ClientToken }),
      launchRequest: origin.request,
      reservationId: origin.reservationId,
    },
    call.ids,
  );
  announceState(instance, placeOfCall(call));
  if (usable) becomeRunning(instance, call);
  // A key that cannot be used shows only after the call. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
  else
    beginTermination(instance, call, {
      code: 'Client.InternalError',
      message: 'Client.InternalError: Client error on launch',
    });
  return instance;
};

/**
 * Launches as many instances as are asked for, or answers with those of an earlier request with the same token.
 *
 * @throws ServiceFault for what EC2 refuses
 */
export const runInstancesFor = (call: Call, input: Input): readonly Instance[] => {
  acceptInput(input, 'RunInstances', LAUNCH_MEMBERS);
  acceptTemplate(call, input);
  const plan = planLaunch(input, call);
  acceptPlan(plan);
  acceptTagSpecifications(plan.merged.TagSpecifications, ['instance', 'volume', 'network-interface']);
  const { ClientToken: token, ...rest } = input;
  const request = JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const earlier = earlierLaunch(stateOf(call), token, request);
  if (earlier.length > 0) return earlier;
  const reservationId = `r-${call.ids.hex('reservation', 17)}`;
  return Array.from({ length: required(input.MaxCount, 'MaxCount') }, () =>
    launch(call, plan.merged, { request, reservationId }),
  );
};

const runInstances = operation<Input, Omit<RunInstancesCommandOutput, '$metadata'>>({
  checks: launchChecks,
  run: (input, call) => {
    const place = { account: call.caller.account, region: call.region };
    const [reservation] = renderReservations(stateOf(call), runInstancesFor(call, input), place);
    return { ...reservation };
  },
});

/** The operation that launches instances. */
export const runInstancesOperations = { RunInstances: runInstances };
