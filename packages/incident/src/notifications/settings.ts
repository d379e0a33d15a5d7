import * as z from 'zod';
import type { NoticeWay } from '../contract.ts';

/** An address that SNS sends to. https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html */
const address = z
  .string()
  .max(320)
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
    'want an address such as security@example.com',
  );

/** An address of a receiver: by HTTPS alone, and without a name and password, which would stand in the function's configuration. */
const receiver = z.string().max(512).refine(isReceiver, {
  message: 'want an https:// address without user, password and fragment',
});

function isReceiver(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && hash === '';
}

/** Where people are told what the topic `cordon-notifications` carries. Each way is off unless it is named. */
export const notificationSettings = z.strictObject({
  /** Addresses that SNS writes to; each person confirms once, by a link in the first mail. */
  email: z.array(address).max(20).default([]),
  /** Whether the topic `cordon-chat` is made, whose messages Amazon Q Developer renders in Slack and Teams. */
  chat: z.boolean().default(false),
  /** An address that is sent each message, signed with a secret that a SecureString parameter of the home Region holds. */
  webhook: z
    .strictObject({
      url: receiver,
      /** Under `/cordon/`, encrypted with the account's key `aws/ssm`; its value is `whsec_` and base64 of 24 to 64 bytes. */
      secretParameter: z
        .string()
        .max(200)
        .regex(/^\/cordon(\/[A-Za-z0-9_.-]+)+$/, 'want a parameter such as /cordon/webhook-secret'),
    })
    .optional(),
  /** Whether findings that Security Hub has get a note and a workflow status. */
  securityHub: z.boolean().default(false),
});
/** Where people are told. */
export type NotificationSettings = z.infer<typeof notificationSettings>;

/** The ways that a function is needed for: mail is SNS's own. */
export const NOTICE_WAYS: readonly NoticeWay[] = ['chat', 'webhook', 'security-hub'];

/** The ways of the notifier that a deployment wants; none where there is to be no notifier. */
export const noticeWays = (settings: NotificationSettings | undefined): readonly NoticeWay[] =>
  NOTICE_WAYS.filter((way) => {
    switch (way) {
      case 'chat':
        return settings?.chat === true;
      case 'webhook':
        return settings?.webhook !== undefined;
      case 'security-hub':
        return settings?.securityHub === true;
    }
  });
