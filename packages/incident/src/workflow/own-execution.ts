import type { IncidentRef } from './incident-ref.ts';
import { ledgerOf } from './recorder-io.ts';

/** What the incident table holds of an execution's incident; a part is absent where there is no such row. */
export interface HeldIncident {
  /** Incident that holds the instance. */
  readonly holder: string | undefined;
  /** The last plan that was counted. */
  readonly revision: number | undefined;
}

/**
 * Why an execution is not one that intake started, or a person after counting the incident's revision on; undefined when it
 * is. Names of executions are not used twice, and each plan of an incident has one of its own: whoever may start the
 * workflow, but not write the table, can neither act in an incident's name nor on an instance that no incident holds.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export const whyForged = (
  incident: IncidentRef,
  execution: string,
  { holder, revision }: HeldIncident,
): string | undefined => {
  const { ledgerId } = ledgerOf(incident);
  if (execution !== ledgerId) return `the execution is named ${execution}, wanted ${ledgerId}`;
  if (holder !== incident.incidentId)
    return `instance ${incident.instanceId} is held by ${holder ?? 'no incident'}, wanted ${incident.incidentId}`;
  if (revision === undefined || incident.revision > revision)
    return `plan ${incident.revision} of ${incident.incidentId} was never counted, the last is ${revision ?? 'none'}`;
  return undefined;
};
