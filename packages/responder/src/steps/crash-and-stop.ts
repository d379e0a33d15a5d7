import {
  ModifyInstanceAttributeCommand,
  SendDiagnosticInterruptCommand,
  StopInstancesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import type { IncidentRef, StepOf } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { claimOnce } from '../store/incident-table.ts';

/**
 * Sends the diagnostic interrupt, once: a second one would hit the kernel that writes the dump. That it is about to be sent is written down
 * first, so that a try whose reply was lost is not followed by another.
 */
export const crash = async (
  {
    ec2,
    incident,
    services,
  }: { readonly ec2: EC2Client; readonly incident: IncidentRef; readonly services: Services },
  { graceSeconds }: StepOf<'crash-instance'>,
): Promise<string> => {
  const grace = `${graceSeconds} seconds are given to a host that was prepared for it`;
  if (!(await claimOnce(services, incident, 'crash'))) return `the interrupt was sent before; ${grace}`;
  await ec2.send(new SendDiagnosticInterruptCommand({ InstanceId: incident.instanceId }));
  return `the diagnostic interrupt was sent; ${grace}`;
};

/** Lets EC2 stop the instance; termination protection stays. */
export const liftStopProtection = async (ec2: EC2Client, { instanceId }: IncidentRef): Promise<string> => {
  await ec2.send(
    new ModifyInstanceAttributeCommand({ InstanceId: instanceId, DisableApiStop: { Value: false } }),
  );
  return 'stop protection is off';
};

/**
 * Asks EC2 to stop the instance; gives whether it hibernates. Where hibernation is refused it is a plain stop: what the policy wanted above
 * all is that the host ends. `force` asks the guest no more (aws-facts 2.9). Safe to run again: a stop of what stops changes nothing.
 */
export const stopNow = async (
  ec2: EC2Client,
  { instanceId }: IncidentRef,
  way: 'stop' | 'hibernate' | 'force',
): Promise<boolean> => {
  const InstanceIds = [instanceId];
  if (way === 'hibernate') {
    try {
      await ec2.send(new StopInstancesCommand({ InstanceIds, Hibernate: true }));
      return true;
    } catch (error) {
      if (!faultCode(error).startsWith('Unsupported')) throw error;
    }
  }
  await ec2.send(
    new StopInstancesCommand({
      InstanceIds,
      ...(way === 'force' ? { Force: true, SkipOsShutdown: true } : {}),
    }),
  );
  return false;
};
