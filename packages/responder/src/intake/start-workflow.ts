import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  ledgerOf,
  residing,
  STATE_MACHINE_NAME,
  type ExecutionInput,
  type IncidentRef,
  type Posture,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { record } from '../store/record.ts';

/** What an execution is started with, beside its incident. */
export interface Start {
  /** The finding's event as it came. */
  readonly event: string;
  /** What the policy allows the incident; what it allows at the time when absent, as in incidents from before postures. */
  readonly posture: Posture | undefined;
}

/** A state holds 256 KiB (aws-facts 7.1), and plan and context need some of it: a larger event goes into the vault first. */
const EVENT_IN_STATE_BYTES = 100_000;

/** Starts the workflow once: its name is the ledger's id, which is the incident's own for the first plan. */
export const startWorkflow = async (
  opened: IncidentRef,
  { event, posture }: Start,
  services: Services,
): Promise<void> => {
  const incident = residing(opened, posture);
  const { homeRegion, accounts } = services.config;
  const fits = Buffer.byteLength(event) <= EVENT_IN_STATE_BYTES;
  if (!fits)
    await record(services, {
      kind: 'deposit',
      ...ledgerOf(incident),
      label: 'finding.json',
      contentType: 'application/json',
      bodyBase64: Buffer.from(event).toString('base64'),
    });
  const input: ExecutionInput = {
    incident,
    event: fits ? event : '',
    ...(posture === undefined ? {} : { posture }),
  };
  try {
    await clientFor(SFNClient, { ...services.own, region: homeRegion }).send(
      new StartExecutionCommand({
        stateMachineArn: `arn:${services.partition}:states:${homeRegion}:${accounts.security}:stateMachine:${STATE_MACHINE_NAME}`,
        name: ledgerOf(incident).ledgerId,
        input: JSON.stringify(input),
      }),
    );
  } catch (error) {
    if (faultCode(error) !== 'ExecutionAlreadyExists') throw error;
  }
};
