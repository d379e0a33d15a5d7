import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  BUS_NAME,
  EVENT_SOURCE,
  phaseEvent,
  phaseLine,
  subjectOf,
  TELLS_PEOPLE,
  type DiskState,
  type IncidentRef,
  type PhaseEvent,
} from '@cordon/incident';
import { noticeOfEvent } from '@cordon/incident/notifications';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { pageOf } from './page.ts';

const titleOf = (kind: PhaseEvent['kind']): string => `Cordon ${kind.replaceAll('-', ' ')}`;

/**
 * Tells a phase: an event on the bus for machines, a line that counts it, a message for people where somebody may have to act. Telling is never
 * a reason to stop: a fault here is swallowed after the SDK's retries, for the workflow's own record stands either way.
 */
export const tell = async (
  services: Services,
  event: PhaseEvent,
  page = TELLS_PEOPLE.has(event.kind),
): Promise<void> => {
  const detail = JSON.stringify(phaseEvent.parse(event));
  services.log(phaseLine(event.kind, services.now()));
  const home = { ...services.own, region: services.config.homeRegion };
  const bus = clientFor(EventBridgeClient, home).send(
    new PutEventsCommand({
      Entries: [
        { EventBusName: BUS_NAME, Source: EVENT_SOURCE, DetailType: titleOf(event.kind), Detail: detail },
      ],
    }),
  );
  const people = page
    ? clientFor(SNSClient, home).send(
        new PublishCommand(
          pageOf(services, {
            subject: titleOf(event.kind),
            message: JSON.stringify(JSON.parse(detail), undefined, 2),
            notice: noticeOfEvent(event),
          }),
        ),
      )
    : Promise.resolve(undefined);
  for (const told of await Promise.allSettled([bus, people]))
    if (told.status === 'rejected') faultCode(told.reason);
};

/** A disk that is given up is told at once: it must not be a silence until the incident ends. Gives the disk back. */
export const tellMissing = async (
  services: Services,
  incident: IncidentRef,
  disk: DiskState,
): Promise<DiskState> => {
  if (disk.phase === 'failed') {
    await tell(services, {
      kind: 'evidence-missing',
      ...about(incident),
      subject: subjectOf(disk),
      reasons: [disk.because ?? 'no reason was given'],
    });
  }
  return disk;
};

/** The members that every event about an incident has. */
export const about = (incident: IncidentRef) => ({
  schemaVersion: 1 as const,
  incidentId: incident.incidentId,
  account: incident.account,
  region: incident.region,
  instanceId: incident.instanceId,
  findingId: incident.findingId,
  ...(incident.caseId === undefined ? {} : { caseId: incident.caseId }),
});
