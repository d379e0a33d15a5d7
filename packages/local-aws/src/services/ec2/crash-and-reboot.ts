import type { RebootInstancesCommandInput, SendDiagnosticInterruptCommandInput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { instanceDurations } from './durations.ts';
import { requireState } from './instance-guards.ts';
import { instanceTypeFacts } from './instance-types.ts';
import { stateOf } from './lookup.ts';
import { bootAnew, writeMemory } from './memory.ts';
import { instanceCheck } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import type { Instance } from './state.ts';

/** Runs when a guest would have booted anew, unless it has been stopped or ended meanwhile: that has taken its memory already. */
const later = (call: Call, instance: Instance, afterMs: number, then: () => void): void => {
  call.timeline.at(call.now + afterMs, () => {
    if (instance.state === 'running') then();
  });
};

/** Begins the reboot of a running instance: its memory is lost at its end. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-reboot.html */
export const beginReboot = (call: Call, instance: Instance): void =>
  later(call, instance, instanceDurations.reboot, () => bootAnew(instance, call.timeline.now()));

/**
 * A reboot keeps addresses, instance store and disks; memory alone is lost, which is modelled at its end.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-reboot.html
 * "Requests to reboot terminated instances are ignored"; of other states the page says nothing (UNCONFIRMED): only a running one reboots.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html
 */
const rebootInstances = operation<RebootInstancesCommandInput, object>({
  checks: (input, call) => (input.InstanceIds ?? []).map((id) => instanceCheck('RebootInstances', call, id)),
  run: (input, call) => {
    acceptInput(input, 'RebootInstances', ['InstanceIds']);
    const instances = requireAll(
      idKinds.instance,
      stateOf(call).instances,
      required(input.InstanceIds, 'instanceIds'),
    );
    for (const instance of instances) {
      if (instance.state === 'terminated' || instance.state === 'shutting-down') continue;
      requireState(instance, ['running']);
    }
    for (const instance of instances) beginReboot(call, instance);
    return {};
  },
});

/** "all Nitro-based instance types, except those powered by AWS Graviton processors". https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/diagnostic-interrupt.html#diagnostic-interrupt-instances */
const refuseUnsupported = ({ instanceId, instanceType }: Instance): void => {
  const facts = instanceTypeFacts(instanceType);
  if (facts !== undefined && facts.nitroVersion !== undefined && facts.architecture === 'x86_64') return;
  // The page gives no code; this one is of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
  throw new ServiceFault(
    'UnsupportedOperation',
    `The instance '${instanceId}' of type ${instanceType} does not support diagnostic interrupts.`,
  );
};

/**
 * The kernel panics. A guest that is prepared (`kdump`) writes its memory to the root volume and boots anew; any other boots anew at
 * once, and what was in memory is gone. What a guest does is its own configuration: these two are modelled, a guest that stays
 * halted is not. Until the dump is complete the root volume has nothing of it, whatever is snapshotted.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/diagnostic-interrupt.html
 */
const sendDiagnosticInterrupt = operation<SendDiagnosticInterruptCommandInput, object>({
  checks: (input, call) => [instanceCheck('SendDiagnosticInterrupt', call, input.InstanceId ?? '*')],
  run: (input, call) => {
    acceptInput(input, 'SendDiagnosticInterrupt', ['InstanceId']);
    const state = stateOf(call);
    const instance = requireOne(idKinds.instance, state.instances, required(input.InstanceId, 'instanceId'));
    refuseUnsupported(instance);
    requireState(instance, ['running']);
    if (instance.kdump !== true) {
      bootAnew(instance, call.now);
      return {};
    }
    later(call, instance, instanceDurations.crashDump, () => {
      writeMemory(state, instance, 'crash dump');
      bootAnew(instance, call.timeline.now());
    });
    return {};
  },
});

/** Operations that make a guest boot anew. */
export const crashAndRebootOperations = {
  RebootInstances: rebootInstances,
  SendDiagnosticInterrupt: sendDiagnosticInterrupt,
};
