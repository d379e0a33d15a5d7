import { createHmac } from 'node:crypto';

/** A secret as Standard Webhooks writes it: 24 to 64 bytes in base64. */
const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** What of a message is signed. */
export interface Signed {
  readonly id: string;
  /** Epoch seconds of this attempt: receivers refuse what is older than a few minutes. */
  readonly seconds: number;
  readonly body: string;
}

/**
 * The headers of a signed message: HMAC-SHA-256 over id, time and body, by the scheme of Standard Webhooks, for which receivers find libraries.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @throws Error for a secret of another form, without saying what it is
 */
export const signedHeaders = (
  secret: string,
  { id, seconds, body }: Signed,
): Readonly<Record<string, string>> => {
  const key = Buffer.from(SECRET.exec(secret.trim())?.[1] ?? '', 'base64');
  if (key.length < LEAST_BYTES || key.length > MOST_BYTES)
    throw new Error(
      'the secret of the webhook is of another form: want whsec_ and base64 of 24 to 64 bytes; put a new one into the parameter (docs/notifications.md)',
    );
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${mac}` };
};
