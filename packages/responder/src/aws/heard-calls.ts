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

/** Calls to AWS that were answered, in order. */
export interface HeardCalls {
  readonly calls: readonly AwsCall[];
  /** How many more there were, which are not named. */
  readonly leftOut: number;
}

/** What the work gave, and the calls to AWS that were answered in its course. */
export interface Heard<Given> extends HeardCalls {
  readonly given: Given;
}

/**
 * Does some work and notes each call to AWS that succeeds in its course, with the request id by which CloudTrail knows it too.
 * A call that failed is no ground for a fact, and is not noted.
 *
 * @param now epoch milliseconds
 * @param isOf which calls are noted and counted; all when absent
 */
export const hearing = async <Given>(
  now: () => number,
  work: () => Promise<Given>,
  isOf: (call: AwsCall) => boolean = () => true,
): Promise<Heard<Given>> => {
  const calls: AwsCall[] = [];
  let leftOut = 0;
  const hear = (call: AwsCall): void => {
    if (!isOf(call)) return;
    if (calls.length < MOST) calls.push(call);
    else leftOut += 1;
  };
  return { given: await listening.run({ hear, now }, work), calls, leftOut };
};

/** As many as travel through the workflow with what they did. */
const MOST_TOLD = 10;

/** What changes nothing, and how one came to be allowed to. */
const READS = /^(Describe|Filter|Get|List|Head|Lookup|Search|AssumeRole)/;

/** Whether a call changed something: by these the ledger names what was done. */
export const changes = ({ name }: AwsCall): boolean => !READS.test(name);

/** Whether a call read something: by these the ledger names what a read-back rests on. */
export const reads = ({ name }: AwsCall): boolean => READS.test(name) && name !== 'AssumeRole';

/** The first ten calls, for whoever tells the ledger, and how many are left out; nothing where none was heard. */
export const tellCalls = ({
  calls,
  leftOut,
}: HeardCalls): { readonly calls?: AwsCall[]; readonly callsLeftOut?: number } => {
  const more = leftOut + Math.max(0, calls.length - MOST_TOLD);
  return {
    ...(calls.length === 0 ? {} : { calls: calls.slice(0, MOST_TOLD) }),
    ...(more === 0 ? {} : { callsLeftOut: more }),
  };
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
