import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { keepingLedger, type CustodyEvent } from '@cordon/evidence';
import { readNotice } from '@cordon/incident/notifications';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { pageOf } from '../store/page.ts';

/** What people are told of. */
interface ToldRead {
  readonly incident: string;
  readonly event: Extract<CustodyEvent, { kind: 'evidence-read' }>;
}

/**
 * Calls people: evidence was read, or asked for, by a session that the desk did not give. Throws when nobody could be told:
 * then nothing is written, and the message comes again.
 */
export const tellRead = async (services: Services, { incident, event }: ToldRead): Promise<void> => {
  const message = JSON.stringify(
    {
      schemaVersion: 1,
      kind: 'evidence-read-outside',
      incidentId: incident,
      caller: event.caller,
      from: event.from,
      accessKeyId: event.accessKeyId,
      reads: event.reads,
      ledgerId: keepingLedger(incident),
      runbook: 'evidence-read-outside',
    },
    undefined,
    2,
  );
  const subject = 'Cordon evidence read outside the desk';
  await clientFor(SNSClient, { ...services.own, region: services.config.homeRegion }).send(
    new PublishCommand(pageOf(services, { subject, message, notice: readNotice(message) })),
  );
};
