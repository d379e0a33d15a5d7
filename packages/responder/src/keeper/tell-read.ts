import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { keepingLedger, type CustodyEvent } from '@cordon/evidence';
import { TOPIC_NAME } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

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
  const { homeRegion, accounts } = services.config;
  await clientFor(SNSClient, { ...services.own, region: homeRegion }).send(
    new PublishCommand({
      TopicArn: `arn:${services.partition}:sns:${homeRegion}:${accounts.security}:${TOPIC_NAME}`,
      Subject: 'Cordon evidence read outside the desk',
      Message: JSON.stringify(
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
      ),
    }),
  );
};
