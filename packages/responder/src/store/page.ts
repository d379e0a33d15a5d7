import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { TOPIC_NAME } from '@cordon/incident';
import { asMail, mailSubject, type Notice } from '@cordon/incident/notifications';
import type { Services } from '../services.ts';

/** What is published to people. */
interface Paged {
  readonly subject: string;
  /** For machines: every protocol but mail. */
  readonly message: string;
  readonly notice: Notice;
}

/**
 * A message to the topic of people. Where the deployment writes mails these are a text to read, by SNS's own means, so that they need no
 * function that may fail; all others get the JSON.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (MessageStructure)
 */
export const pageOf = (
  { config, partition }: Pick<Services, 'config' | 'partition'>,
  { subject, message, notice }: Paged,
): PublishCommandInput => {
  const TopicArn = `arn:${partition}:sns:${config.homeRegion}:${config.accounts.security}:${TOPIC_NAME}`;
  const mails = (config.notifications?.email ?? []).length > 0;
  return mails
    ? {
        TopicArn,
        Subject: mailSubject(notice),
        MessageStructure: 'json',
        Message: JSON.stringify({ default: message, email: asMail(notice) }),
      }
    : { TopicArn, Subject: subject, Message: message };
};
