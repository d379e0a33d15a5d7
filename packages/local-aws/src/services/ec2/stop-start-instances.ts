import type {
  InstanceStateChange,
  StartInstancesCommandInput,
  StartInstancesCommandOutput,
  StopInstancesCommandInput,
  StopInstancesCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { refuseWithoutCapacity } from './capacity.ts';
import { instanceDurations } from './durations.ts';
import { enterState, placeOfCall } from './instance-state.ts';
import { renderState } from './instance-view.ts';
import { stateOf } from './lookup.ts';
import { LOST, memoryOnDisk, rootVolumeOf, writeMemory } from './memory.ts';
import { applyMetadataOptions } from './modify-metadata-options.ts';
import { losePublicAddresses, restorePublicAddress } from './public-address.ts';
import { instanceCheck } from './resource-checks.ts';
import { idKinds, requireAll } from './resource-ids.ts';
import type { Ec2State, Instance } from './state.ts';

const wrongState = (instance: Instance, verb: string): ServiceFault =>
  new ServiceFault(
    'IncorrectInstanceState',
    `This instance '${instance.instanceId}' is not in a state from which it can be ${verb}: it is ${instance.state}.`,
  );

/** A change of state as the API lists it. */
export const renderChange = (instance: Instance, previous: Instance['state']): InstanceStateChange => ({
  InstanceId: instance.instanceId,
  PreviousState: renderState(previous),
  CurrentState: renderState(instance.state),
});

const refuseStop = (instance: Instance, hibernate: boolean): void => {
  // "you can't stop an instance that's instance store-backed". https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
  if (instance.rootDeviceType === 'instance-store') {
    throw new ServiceFault(
      'UnsupportedOperation',
      `The instance '${instance.instanceId}' does not have an 'ebs' root device type and cannot be stopped.`,
    );
  }
  if (instance.state === 'stopping' || instance.state === 'stopped') return;
  // A pending instance can be stopped no more than a terminated one. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
  if (instance.state !== 'running') throw wrongState(instance, 'stopped');
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html
  if (instance.lifecycle === 'spot' && instance.spotRequest !== 'persistent') {
    throw new ServiceFault(
      'UnsupportedOperation',
      `You can't stop the Spot Instance '${instance.instanceId}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
    );
  }
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html
  if (instance.disableApiStop) {
    throw new ServiceFault(
      'OperationNotPermitted',
      `The instance '${instance.instanceId}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
  }
  // The error's own page; StopInstances itself speaks of a normal shutdown only where hibernation was enabled and does not succeed.
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html https://github.com/aws-solutions/instance-scheduler-on-aws/issues/510
  if (hibernate && instance.hibernation !== true) {
    throw new ServiceFault(
      'UnsupportedHibernationConfiguration',
      `The instance can't be hibernated because it was not configured at launch for hibernation: ${instance.instanceId}`,
    );
  }
};

/** How a stop goes. */
interface Stop {
  readonly call: Call;
  readonly duration: number;
  readonly hibernate: boolean;
}

/** What a stop loses: memory that was not hibernated, instance store data, auto-assigned addresses. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html */
const finishStop = (state: Ec2State, instance: Instance, { call, hibernate }: Stop): void => {
  // "If the instance cannot hibernate successfully, a normal shutdown occurs." Memory goes to an encrypted root volume alone.
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html
  if (hibernate && rootVolumeOf(state, instance)?.encrypted === true)
    writeMemory(state, instance, 'hibernation');
  enterState(instance, 'stopped', placeOfCall(call));
  instance.memory = LOST;
  if (instance.instanceStore !== undefined) instance.instanceStore = LOST;
  delete instance.stopping;
  losePublicAddresses(state, instance);
};

const REASONS = {
  stop: ['Client.UserInitiatedShutdown', 'User initiated shutdown'],
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
  hibernate: ['Client.UserInitiatedHibernate', 'User initiated hibernate'],
} as const;

/** Stops an instance, or one that is stopping already by another way, which may be quicker: a stop that hangs is forced so. */
const stop = (state: Ec2State, instance: Instance, way: Stop): void => {
  const { call, duration, hibernate } = way;
  if (instance.state !== 'running' && instance.state !== 'stopping') return;
  if (instance.state === 'running') {
    const [code, message] = hibernate ? REASONS.hibernate : REASONS.stop;
    enterState(instance, 'stopping', placeOfCall(call));
    instance.stateReason = { code, message: `${code}: ${message}` };
  }
  const attempt = (instance.stopping ??= {});
  call.timeline.at(call.now + duration, () => {
    // It may have been terminated meanwhile, or stopped by the quicker way and started again.
    if (instance.state === 'stopping' && instance.stopping === attempt) finishStop(state, instance, way);
  });
};

const stopInstances = operation<StopInstancesCommandInput, Omit<StopInstancesCommandOutput, '$metadata'>>({
  checks: (input, call) => (input.InstanceIds ?? []).map((id) => instanceCheck('StopInstances', call, id)),
  run: (input, call) => {
    acceptInput(input, 'StopInstances', ['InstanceIds', 'Force', 'Hibernate', 'SkipOsShutdown']);
    const state = stateOf(call);
    const instances = requireAll(
      idKinds.instance,
      state.instances,
      required(input.InstanceIds, 'instanceIds'),
    );
    const hibernate = input.Hibernate === true;
    for (const instance of instances) refuseStop(instance, hibernate);
    // Force alone still tries a graceful stop first. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-stop-methods.html
    // What SkipOsShutdown does to a hibernation is not documented: a guest that is not asked cannot write its memory.
    const skip = input.SkipOsShutdown === true;
    const graceful = hibernate ? instanceDurations.hibernate : instanceDurations.stop;
    const way: Stop = {
      call,
      duration: skip ? instanceDurations.stopWithoutGuest : graceful,
      hibernate: hibernate && !skip,
    };
    const changes = instances.map((instance) => {
      const previous = instance.state;
      stop(state, instance, way);
      return renderChange(instance, previous);
    });
    return { StoppingInstances: changes };
  },
});

/** No state change, no capacity needed: a start of what starts or runs already. */
const refuseStart = (state: Ec2State, instance: Instance): void => {
  if (!['stopped', 'pending', 'running'].includes(instance.state)) throw wrongState(instance, 'started');
  if (instance.state !== 'stopped') return;
  const root = instance.blockDevices.find(({ deviceName }) => deviceName === instance.rootDeviceName);
  const volume = root && state.volumes.get(root.volumeId);
  // The sentence: https://docs.aws.amazon.com/vm-import/latest/userguide/vmimport-troubleshooting.html ; its code is assumed.
  if (volume === undefined || volume.attachments.some((held) => held.state === 'detaching')) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Invalid value '${instance.instanceId}' for instanceId. Instance does not have a volume attached at root (${instance.rootDeviceName})`,
    );
  }
  refuseWithoutCapacity(state, instance.instanceType, instance.availabilityZone);
};

/** What a start changes at once; memory comes back from a hibernation alone. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Hibernate.html */
const start = (state: Ec2State, instance: Instance, call: Call): void => {
  enterState(instance, 'pending', placeOfCall(call));
  instance.launchedAt = call.now;
  const hibernated = instance.stateReason?.code === REASONS.hibernate[0];
  const image = memoryOnDisk(rootVolumeOf(state, instance)?.content ?? '');
  if (hibernated && image?.kind === 'hibernation') instance.memory = image.memory;
  delete instance.stateReason;
  applyMetadataOptions(instance);
  restorePublicAddress(state, instance, call.ids);
  becomeRunning(instance, call);
};

const startInstances = operation<StartInstancesCommandInput, Omit<StartInstancesCommandOutput, '$metadata'>>({
  checks: (input, call) => (input.InstanceIds ?? []).map((id) => instanceCheck('StartInstances', call, id)),
  run: (input, call) => {
    acceptInput(input, 'StartInstances', ['InstanceIds']);
    const state = stateOf(call);
    const instances = requireAll(
      idKinds.instance,
      state.instances,
      required(input.InstanceIds, 'instanceIds'),
    );
    for (const instance of instances) refuseStart(state, instance);
    const changes = instances.map((instance) => {
      const previous = instance.state;
      if (previous === 'stopped') start(state, instance, call);
      return renderChange(instance, previous);
    });
    return { StartingInstances: changes };
  },
});

/** Lets a pending instance run after a while, unless something else becomes of it. */
export const becomeRunning = (instance: Instance, call: Call): void => {
  call.timeline.at(call.now + instanceDurations.start, () => {
    if (instance.state === 'pending') enterState(instance, 'running', placeOfCall(call));
  });
};

/** Operations that stop and start instances. */
export const stopStartOperations = { StopInstances: stopInstances, StartInstances: startInstances };
