import { AsyncLocalStorage } from 'node:async_hooks';
import type { AwsCall } from '@cordon/evidence';
import * as z from 'zod';

interface Listener {
  readonly hear: (call: AwsCall) => void;
  readonly now: () => number;
}

/** Who listens to the calls that are made in its course: an asynchronous context, so that two attempts side by side hear their own alone. */
const listening = new AsyncLocalStorage<Listener>();

/** As many as an entry of the ledger can hold; what asks more often than that polls. */
const MOST = 200;

/** What the work gave, and the calls to AWS that were answered in its course, in order. */
export interface Heard<Given> {
  readonly given: Given;
  readonly calls: readonly AwsCall[];
}

/**
 * Does some work and notes each call to AWS that succeeds in its course, with the request id by which CloudTrail knows it too.
 * A call that failed is no ground for a fact, and is not noted.
 *
 * @param now epoch milliseconds
 */
export const hearing = async <Given>(
  now: () => number,
  work: () => Promise<Given>,
): Promise<Heard<Given>> => {
  const calls: AwsCall[] = [];
  const hear = (call: AwsCall): void => {
    if (calls.length < MOST) calls.push(call);
  };
  return { given: await listening.run({ hear, now }, work), calls };
};

const answer = z.object({ output: z.object({ $metadata: z.object({ requestId: z.string() }) }) });
const command = z.object({ clientName: z.string(), commandName: z.string() });

/** What the middleware of every client does after an answer: tells whoever listens. Never throws. */
export const noteCall = (context: unknown, result: unknown, region: string): void => {
  const listener = listening.getStore();
  if (listener === undefined) return;
  const [asked, answered] = [command.safeParse(context), answer.safeParse(result)];
  if (!asked.success || !answered.success) return;
  listener.hear({
    // Such as EC2Client and DescribeSnapshotsCommand: CloudTrail's ec2.amazonaws.com and DescribeSnapshots.
    source: `${asked.data.clientName.replace(/Client$/, '').toLowerCase()}.amazonaws.com`,
    name: asked.data.commandName.replace(/Command$/, ''),
    region,
    requestId: answered.data.output.$metadata.requestId,
    at: new Date(listener.now()).toISOString(),
  });
};
