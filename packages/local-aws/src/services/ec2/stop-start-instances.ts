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

const refuseStop = (instance: Instance): void => {
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
};

const stop = (
  state: Ec2State,
  instance: Instance,
  { call, duration }: { call: Call; duration: number },
): void => {
  if (instance.state !== 'running') return;
  enterState(instance, 'stopping', placeOfCall(call));
  instance.stateReason = {
    code: 'Client.UserInitiatedShutdown',
    message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  };
  call.timeline.at(call.now + duration, () => {
    // It may have been terminated meanwhile.
    if (instance.state !== 'stopping') return;
    enterState(instance, 'stopped', placeOfCall(call));
    losePublicAddresses(state, instance);
  });
};

const stopInstances = operation<StopInstancesCommandInput, Omit<StopInstancesCommandOutput, '$metadata'>>({
  checks: (input, call) => (input.InstanceIds ?? []).map((id) => instanceCheck('StopInstances', call, id)),
  run: (input, call) => {
    acceptInput(input, 'StopInstances', ['InstanceIds', 'Force', 'SkipOsShutdown']);
    const state = stateOf(call);
    const instances = requireAll(
      idKinds.instance,
      state.instances,
      required(input.InstanceIds, 'instanceIds'),
    );
    for (const instance of instances) refuseStop(instance);
    // Force alone still tries a graceful stop first. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-stop-methods.html
    const duration =
      input.SkipOsShutdown === true ? instanceDurations.stopWithoutGuest : instanceDurations.stop;
    const changes = instances.map((instance) => {
      const previous = instance.state;
      stop(state, instance, { call, duration });
      return renderChange(instance, previous);
    });
    return { StoppingInstances: changes };
  },
});

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
    for (const instance of instances) {
      if (!['stopped', 'pending', 'running'].includes(instance.state)) throw wrongState(instance, 'started');
      if (instance.state === 'stopped')
        refuseWithoutCapacity(state, instance.instanceType, instance.availabilityZone);
    }
    const changes = instances.map((instance) => {
      const previous = instance.state;
      if (previous === 'stopped') {
        enterState(instance, 'pending', placeOfCall(call));
        delete instance.stateReason;
        restorePublicAddress(state, instance, call.ids);
        becomeRunning(instance, call);
      }
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
