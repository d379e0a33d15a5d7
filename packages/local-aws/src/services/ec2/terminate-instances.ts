import type { TerminateInstancesCommandInput, TerminateInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { instanceDurations } from './durations.ts';
import { refuseManaged } from './instance-guards.ts';
import { enterState, placeOfCall } from './instance-state.ts';
import { stateOf } from './lookup.ts';
import { instanceCheck } from './resource-checks.ts';
import { idKinds, requireAll } from './resource-ids.ts';
import type { Ec2State, Instance } from './state.ts';
import { renderChange } from './stop-start-instances.ts';

/** The fault of an instance that may not be terminated, if it is protected. */
const protection = (instance: Instance): ServiceFault | undefined => {
  if (isGone(instance)) return undefined;
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html : stop protection blocks termination too.
  for (const [attribute, set] of [
    ['disableApiTermination', instance.disableApiTermination],
    ['disableApiStop', instance.disableApiStop],
  ] as const) {
    if (set) {
      return new ServiceFault(
        'OperationNotPermitted',
        `The instance '${instance.instanceId}' may not be terminated. Modify its '${attribute}' instance attribute and try again.`,
      );
    }
  }
  return undefined;
};

const isGone = (instance: Instance): boolean =>
  instance.state === 'shutting-down' || instance.state === 'terminated';

const releaseInterfaces = (state: Ec2State, instance: Instance): void => {
  for (const id of instance.networkInterfaceIds) {
    const held = state.networkInterfaces.get(id);
    if (held === undefined) continue;
    const goesToo = held.attachment?.deleteOnTermination ?? true;
    delete held.attachment;
    delete held.publicIp;
    if (goesToo) state.networkInterfaces.delete(id);
    for (const address of state.addresses.values()) {
      if (address.association?.networkInterfaceId !== id) continue;
      if (goesToo) delete address.association;
      else delete address.association.instanceId;
    }
  }
  instance.networkInterfaceIds = [];
};

const releaseVolumes = (state: Ec2State, instance: Instance): void => {
  const deleted = new Set(
    instance.blockDevices.filter((device) => device.deleteOnTermination).map((device) => device.volumeId),
  );
  for (const volume of state.volumes.values()) {
    const rest = volume.attachments.filter((attachment) => attachment.instanceId !== instance.instanceId);
    if (rest.length === volume.attachments.length) continue;
    volume.attachments = rest;
    // A volume that another instance has too (Multi-Attach) stays: AWS deletes it with the last instance.
    if (rest.length > 0) continue;
    volume.state = deleted.has(volume.volumeId) ? 'deleted' : 'available';
    if (volume.state === 'deleted') state.volumes.delete(volume.volumeId);
  }
  instance.blockDevices = [];
};

const finish = (state: Ec2State, instance: Instance, call: Call): void => {
  const now = call.timeline.now();
  enterState(instance, 'terminated', placeOfCall(call));
  releaseInterfaces(state, instance);
  releaseVolumes(state, instance);
  for (const association of state.profileAssociations.values()) {
    if (association.instanceId === instance.instanceId)
      state.profileAssociations.delete(association.associationId);
  }
  instance.goneAt = now + instanceDurations.describedAfterTermination;
  call.timeline.at(instance.goneAt, () => state.instances.delete(instance.instanceId));
};

/**
 * Begins to terminate an instance, whatever protects it: what is attached to it goes or becomes free once it is terminated.
 * Idempotent. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export const beginTermination = (
  instance: Instance,
  call: Call,
  reason: NonNullable<Instance['stateReason']>,
): void => {
  if (isGone(instance)) return;
  const state = stateOf(call);
  enterState(instance, 'shutting-down', placeOfCall(call));
  instance.stateReason = reason;
  call.timeline.at(call.now + instanceDurations.terminate, () => finish(state, instance, call));
};

/**
 * Terminates an instance at once, for whoever waits until it is; nothing happens when it is gone.
 *
 * @throws ServiceFault OperationNotPermitted where it is protected
 */
export const terminateNow = (instance: Instance, call: Call): void => {
  const fault = protection(instance);
  if (fault !== undefined) throw fault;
  if (instance.state === 'terminated') return;
  enterState(instance, 'shutting-down', placeOfCall(call));
  finish(stateOf(call), instance, call);
};

const terminateInstances = operation<
  TerminateInstancesCommandInput,
  Omit<TerminateInstancesCommandOutput, '$metadata'>
>({
  checks: (input, call) =>
    (input.InstanceIds ?? []).map((id) => instanceCheck('TerminateInstances', call, id)),
  run: (input, call) => {
    acceptInput(input, 'TerminateInstances', ['InstanceIds', 'Force', 'SkipOsShutdown']);
    const instances = requireAll(
      idKinds.instance,
      stateOf(call).instances,
      required(input.InstanceIds, 'instanceIds'),
    );
    for (const instance of instances) refuseManaged(instance);
    // Zones with a protected instance are left alone, the others' instances go, and the request fails all the same.
    const protectedOnes = instances.filter((instance) => protection(instance) !== undefined);
    const spared = new Set(protectedOnes.map((instance) => instance.availabilityZone));
    const changes = instances
      .filter((instance) => !spared.has(instance.availabilityZone))
      .map((instance) => {
        const previous = instance.state;
        beginTermination(instance, call, {
          code: 'Client.UserInitiatedShutdown',
          message: 'Client.UserInitiatedShutdown: User initiated shutdown',
        });
        return renderChange(instance, previous);
      });
    const [first] = protectedOnes;
    const fault = first === undefined ? undefined : protection(first);
    if (fault !== undefined) throw fault;
    return { TerminatingInstances: changes };
  },
});

/** Operations that end instances. */
export const terminateInstanceOperations = { TerminateInstances: terminateInstances };
