import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { CHAT_TOPIC_NAME } from '@cordon/incident';
import { asChat, type Notice } from '@cordon/incident/notifications';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import type { Message } from './message.ts';

/** Publishes a notice as chats render it. Delivered twice it is published twice: the id is the same. */
export const sendChat = async (notice: Notice, { id }: Message, services: Services): Promise<void> => {
  const { partition, config } = services;
  const { homeRegion, accounts } = config;
  await clientFor(SNSClient, { ...services.own, region: homeRegion }).send(
    new PublishCommand({
      TopicArn: `arn:${partition}:sns:${homeRegion}:${accounts.security}:${CHAT_TOPIC_NAME}`,
      Message: JSON.stringify(asChat(notice, { id, partition })),
    }),
  );
};
