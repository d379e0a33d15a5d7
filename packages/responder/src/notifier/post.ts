import { request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';

/** What is sent to a receiver. */
export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a posting and gives the status of the answer; throws when there is none in time. */
export type Post = (posting: Posting) => Promise<number>;

/** An answer that takes longer counts as none: the function has more to send, and its time is bounded. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * Posts JSON once. A redirect is not followed, for the address is the deployment's choice and no receiver's; of the answer nothing but the
 * status is read. By http only what a test asks for: the configuration takes https alone.
 */
export const post =
  (withinMs = ANSWER_WITHIN_MS): Post =>
  ({ url, headers, body }) =>
    new Promise((resolve, reject) => {
      const send = url.startsWith('https:') ? requestByHttps : requestByHttp;
      const sent = send(
        url,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'content-length': String(Buffer.byteLength(body)),
            'user-agent': 'cordon-notifier',
            ...headers,
          },
          // Of the whole exchange: one that sends a byte now and then would reset the socket's own time-out.
          signal: AbortSignal.timeout(withinMs),
          // One connection for each message: none is kept open between invocations.
          agent: false,
        },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
          answer.destroy();
        },
      );
      sent.on('error', (error) => {
        reject(new Error(`the webhook gave no answer within ${withinMs / 1_000} s: ${error.message}`));
      });
      sent.end(body);
    });
