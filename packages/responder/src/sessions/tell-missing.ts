import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { EndedSession } from '@cordon/incident/sessions';
import { readNotice } from '@cordon/incident/notifications';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { pageOf } from '../store/page.ts';
import { toldOf } from './carry-recording.ts';

/** Calls people: of a session on a forensic machine there is no recording, or only a part of one. Throws when nobody could be told. */
export const tellMissing = async (
  services: Services,
  session: EndedSession,
  { incident, because }: { readonly incident: string | undefined; readonly because: string },
): Promise<void> => {
  const message = JSON.stringify(
    {
      schemaVersion: 1,
      kind: 'recording-missing',
      // Of a machine that is gone nobody knows for which it worked.
      incidentId: incident ?? 'unknown',
      ...toldOf(session),
      because,
      runbook: 'recording-missing',
    },
    undefined,
    2,
  );
  const subject = 'Cordon session without a whole recording';
  await clientFor(SNSClient, { ...services.own, region: services.config.homeRegion }).send(
    new PublishCommand(pageOf(services, { subject, message, notice: readNotice(message) })),
  );
};
