import { readNotice } from '@cordon/incident/notifications';
import type * as z from 'zod';
import type { Services } from '../services.ts';
import { messageOf, type Message, type noticesOutput, type NoticesInput } from './message.ts';
import { noteFinding } from './note-finding.ts';
import { post, type Post } from './post.ts';
import { sendChat } from './send-chat.ts';
import { sendWebhook } from './send-webhook.ts';

/**
 * Sends what people are told on, by the way that each message's queue stands for. One that cannot be sent holds none of the others up: SQS
 * brings it again every few minutes for an hour, then sets it aside, and an alarm says so. Containment waits for none of it.
 *
 *     topic cordon-notifications -> queue of a way -> here -> chat, webhook, Security Hub
 */
export const notifierBy =
  (send: Post) =>
  async ({ Records }: NoticesInput, services: Services): Promise<z.infer<typeof noticesOutput>> => {
    const failures = await Promise.all(
      Records.map(async (record) => {
        try {
          await sendOn(messageOf(record), { services, send });
          return [];
        } catch (error) {
          services.log({
            level: 'error',
            message: 'a message to people was not sent',
            messageId: record.messageId,
            queue: record.eventSourceARN,
            because: String(error),
          });
          return [{ itemIdentifier: record.messageId }];
        }
      }),
    );
    return { batchItemFailures: failures.flat() };
  };

/** The notifier as it is deployed. */
export const notifier = notifierBy(post());

const sendOn = (
  message: Message,
  on: { readonly services: Services; readonly send: Post },
): Promise<void> => {
  const notice = readNotice(message.text);
  switch (message.way) {
    case 'chat':
      return sendChat(notice, message, on.services);
    case 'webhook':
      return sendWebhook(notice, message, on);
    case 'security-hub':
      return noteFinding(notice, message, on.services);
  }
};
