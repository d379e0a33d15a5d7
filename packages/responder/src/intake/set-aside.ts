import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SET_ASIDE_QUEUE_NAME } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { tell } from '../store/notify.ts';

/** Why an event is set aside. */
export interface SetAside {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly findingId?: string;
}

/** Text for a message attribute: SQS takes no control characters, and a reader must not be fooled by a forged line. */
const attribute = (text: string) => ({
  DataType: 'String',
  StringValue: text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 1_000) || '-',
});

/** Puts an event aside with its reason, and calls a person: an event is never lost, whatever it holds. */
export const setAside = async (body: string, because: SetAside, services: Services): Promise<void> => {
  const { homeRegion, accounts } = services.config;
  await clientFor(SQSClient, { ...services.own, region: homeRegion }).send(
    new SendMessageCommand({
      QueueUrl: `https://sqs.${homeRegion}.amazonaws.com/${accounts.security}/${SET_ASIDE_QUEUE_NAME}`,
      MessageBody: body,
      MessageAttributes: {
        code: attribute(because.code),
        message: attribute(because.message),
        hint: attribute(because.hint),
      },
    }),
  );
  await tell(services, {
    kind: 'finding-set-aside',
    schemaVersion: 1,
    code: because.code,
    ...(because.findingId === undefined ? {} : { findingId: because.findingId }),
  });
};
