import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { asWebhook, type Notice } from '@cordon/incident/notifications';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import type { Message } from './message.ts';
import type { Post } from './post.ts';
import { signedHeaders } from './signature.ts';

const MS_PER_SECOND = 1_000;
/** For so long a secret is remembered: one that was changed counts within five minutes. */
const REMEMBERED_MS = 5 * 60 * MS_PER_SECOND;

/**
 * The secret, decrypted by Parameter Store; it is in no log, no error and no configuration.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
const readSecret = async (name: string, services: Services): Promise<string> => {
  const { remembered } = services;
  const [secret, until] = [remembered.get('webhook-secret'), remembered.get('webhook-secret-until')];
  if (secret !== undefined && services.now() < Number(until)) return secret;
  const { Parameter } = await clientFor(SSMClient, {
    ...services.own,
    region: services.config.homeRegion,
  }).send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  if (Parameter?.Type !== 'SecureString' || Parameter.Value === undefined)
    throw new Error(
      `parameter ${name} is of type ${Parameter?.Type ?? 'none'}: want a SecureString, encrypted with the key aws/ssm`,
    );
  remembered.set('webhook-secret', Parameter.Value);
  remembered.set('webhook-secret-until', String(services.now() + REMEMBERED_MS));
  return Parameter.Value;
};

/**
 * Posts a notice to the receiver that the deployment names, signed. Any answer of 200 to 299 is a receipt; everything else throws, and the
 * queue brings the message again.
 */
export const sendWebhook = async (
  notice: Notice,
  { id, at }: Message,
  { services, send }: { readonly services: Services; readonly send: Post },
): Promise<void> => {
  const webhook = services.config.notifications?.webhook;
  if (webhook === undefined) return;
  const body = asWebhook(notice, { id, at });
  const secret = await readSecret(webhook.secretParameter, services);
  const seconds = Math.floor(services.now() / MS_PER_SECOND);
  const status = await send({
    url: webhook.url,
    headers: signedHeaders(secret, { id, seconds, body }),
    body,
  });
  if (status >= 200 && status < 300) return;
  // A secret that was just changed is the likeliest reason to be refused: it is read anew next time.
  services.remembered.delete('webhook-secret');
  throw new Error(`the webhook answered ${status}: want 200 to 299; see the receiver's log for id ${id}`);
};
