import {
  EC2Client,
  ModifyInstanceAttributeCommand,
  SendDiagnosticInterruptCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { IncidentRef, StepOf } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor, withoutRepeats, type Connection } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { claimOnce } from '../store/journal-rows.ts';

/**
 * Sends the diagnostic interrupt, once: a second one would hit the kernel that writes the dump. That it is about to be sent is written down
 * first, and the SDK does not repeat it; where no answer came it may have been sent, and the host gets its grace all the same.
 */
export const crash = async (
  connection: Connection,
  { incident, services }: { readonly incident: IncidentRef; readonly services: Services },
  { graceSeconds }: StepOf<'crash-instance'>,
): Promise<string> => {
  const grace = `${graceSeconds} seconds are given to a host that was prepared for it`;
  if (!(await claimOnce(services, incident, 'crash'))) return `the interrupt was sent before; ${grace}`;
  try {
    await clientFor(EC2Client, withoutRepeats(connection)).send(
      new SendDiagnosticInterruptCommand({ InstanceId: incident.instanceId }),
    );
  } catch (error) {
    if (isRefusal(error)) throw error;
    return `the diagnostic interrupt was sent without an answer (${faultCode(error)}); ${grace}`;
  }
  return `the diagnostic interrupt was sent; ${grace}`;
};

/** True where AWS answered and said no: nothing was done then. */
const isRefusal = (error: unknown): boolean => {
  const metadata = typeof error === 'object' && error !== null && '$metadata' in error ? error.$metadata : {};
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? Number(metadata.httpStatusCode)
      : 0;
  return status >= 400 && status < 500;
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
