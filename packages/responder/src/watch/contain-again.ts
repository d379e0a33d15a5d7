import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  afterDrift,
  ledgerOf,
  residing,
  STATE_MACHINE_NAME,
  type DriftMemory,
  type ExecutionInput,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { instant, type Services } from '../services.ts';
import { countPlanAfterDrift, type HeldInstance } from '../store/held-instances.ts';
import type { KeptIncident } from '../store/release-table.ts';
import type { Look } from './look.ts';

/**
 * Starts a plan of its own for what drifted, as a later finding does; gives its number, undefined when another look was faster. An
 * execution that cannot be started fails the look, and is tried again when the memory of the drift says so: ten minutes at first.
 */
export const containAgain = async (
  { kept, held }: { readonly kept: KeptIncident; readonly held: HeldInstance },
  { seen, memory }: { readonly seen: Look; readonly memory: DriftMemory },
  services: Services,
): Promise<number | undefined> => {
  const { record, journal } = kept;
  const revision = await countPlanAfterDrift(services, held, { drift: memory, current: record.revision });
  if (revision === undefined) return undefined;
  const { posture, bounds } = afterDrift(journal, seen.lifted, record.posture);
  const incident = residing({ ...kept.incident, revision }, posture);
  // Takes the place of a finding's event: what the watch saw is the first thing in the plan's ledger.
  const event = JSON.stringify({
    source: 'cordon',
    'detail-type': 'Cordon containment drifted',
    detail: {
      incidentId: incident.incidentId,
      at: instant(services),
      reasons: seen.drifts.map(({ what }) => what),
    },
  });
  await start(services, { incident, event, posture, afterDrift: bounds });
  return revision;
};

const start = async (services: Services, input: ExecutionInput): Promise<void> => {
  const { homeRegion, accounts } = services.config;
  try {
    await clientFor(SFNClient, { ...services.own, region: homeRegion }).send(
      new StartExecutionCommand({
        stateMachineArn: `arn:${services.partition}:states:${homeRegion}:${accounts.security}:stateMachine:${STATE_MACHINE_NAME}`,
        name: ledgerOf(input.incident).ledgerId,
        input: JSON.stringify(input),
      }),
    );
  } catch (error) {
    if (faultCode(error) !== 'ExecutionAlreadyExists') throw error;
  }
};
