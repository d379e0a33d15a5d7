import type { STSClientConfig } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, Pluggable, Provider } from '@smithy/types';
import { noteCall } from './heard-calls.ts';

/** A transport as every client of the SDK takes it, or the settings of its own. */
type Transport = NonNullable<STSClientConfig['requestHandler']>;

/** A retry strategy as every client of the SDK takes it. */
type Retries = NonNullable<STSClientConfig['retryStrategy']>;

/** How clients reach AWS: one place decides retries, timeouts and the transport, so that no client differs by accident. */
export interface Connection {
  readonly region: string;
  /** Absent for the function's own role, which the runtime's environment carries. */
  readonly credentials?: AwsCredentialIdentity | Provider<AwsCredentialIdentity>;
  /** True for what can be done without: two tries of three seconds, so that a slow answer holds nothing up. */
  readonly impatient?: boolean;
  /** How long an answer may take, where it is longer than other calls may: of a function that is waited for. */
  readonly answersWithinMs?: number;
  /** Absent for the SDK's own HTTPS transport. */
  readonly requestHandler?: Transport;
  /** Absent for the SDK's own, which waits on wall time; a simulation brings one that waits on its virtual clock. */
  readonly retryStrategy?: Retries;
  /** Absent where each call has a client of its own. */
  readonly kept?: KeptClients;
}

/**
 * Clients that an invocation has made, by class: a call that another one like it came before finds the way resolved and the socket open. Not
 * for longer than an invocation: a function that slept wakes with sockets that the other end has closed, and the SDK's allowance for retries
 * would be one for all that a function ever does.
 */
export type KeptClients = Map<object, { readonly connection: Connection; readonly client: unknown }[]>;

/**
 * Attempts per call. The SDK's three are too few where an attacker or an Auto Scaling storm shares the member account's
 * request buckets (aws-facts 10.1); eight with full jitter last about a minute.
 */
const MAX_ATTEMPTS = 8;

interface Settings {
  readonly region: string;
  readonly credentials?: AwsCredentialIdentity | Provider<AwsCredentialIdentity>;
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  readonly retryStrategy?: Retries;
  readonly requestHandler: Transport;
  /** SQS only: else the client sends to the host in the queue's URL, whatever endpoint is configured. */
  readonly useQueueUrlAsEndpoint: false;
  readonly forcePathStyle: false;
}

/** What every client of the SDK has: where its calls can be listened to. */
interface Listened<Input extends object, Output extends object> {
  readonly middlewareStack: { readonly use: (plugin: Pluggable<Input, Output>) => void };
}

/** Whether a client of the one connection does for the other: above all, whether both act as the same principal. */
const isSame = (one: Connection, other: Connection): boolean =>
  one.region === other.region &&
  one.credentials === other.credentials &&
  one.impatient === other.impatient &&
  one.answersWithinMs === other.answersWithinMs &&
  one.requestHandler === other.requestHandler &&
  one.retryStrategy === other.retryStrategy;

/** Gives a client of the SDK, one that the connection has kept or another; the only place that makes any. */
export const clientFor = <Client, Input extends object, Output extends object>(
  make: new (settings: Settings) => Client & Listened<Input, Output>,
  connection: Connection,
): Client => {
  const kept = connection.kept?.get(make) ?? [];
  const found = kept.find((one) => isSame(one.connection, connection));
  // Under a class there are its own clients alone.
  if (found !== undefined) return found.client as Client;
  const client = newClient(make, connection);
  connection.kept?.set(make, [...kept, { connection, client }]);
  return client;
};

const newClient = <Client, Input extends object, Output extends object>(
  make: new (settings: Settings) => Client & Listened<Input, Output>,
  connection: Connection,
): Client => {
  const client = new make({
    region: connection.region,
    ...(connection.credentials === undefined ? {} : { credentials: connection.credentials }),
    maxAttempts: connection.impatient === true ? 2 : MAX_ATTEMPTS,
    retryMode: 'standard',
    ...(connection.retryStrategy === undefined ? {} : { retryStrategy: connection.retryStrategy }),
    requestHandler: connection.requestHandler ?? {
      connectionTimeout: 2_000,
      requestTimeout: connection.answersWithinMs ?? (connection.impatient === true ? 3_000 : 15_000),
    },
    useQueueUrlAsEndpoint: false,
    forcePathStyle: false,
  });
  client.middlewareStack.use(listener<Input, Output>(connection.region));
  return client;
};

/** Once for each call, not for each try of it: what is noted is the answer that the caller got. */
const listener = <Input extends object, Output extends object>(region: string): Pluggable<Input, Output> => ({
  applyToStack: (stack) =>
    stack.add(
      (next, context) => async (given) => {
        const result = await next(given);
        noteCall(context, result, region);
        return result;
      },
      { name: 'noteCall', step: 'initialize' },
    ),
});

type RetryStrategy = Extract<Retries, { readonly acquireInitialRetryToken: unknown }>;

/**
 * The same connection for a call that must not be sent again: not where the SDK would repeat it, for a reply that did not come says nothing
 * of the effect. The call fails then, and whoever made it decides.
 */
export const withoutRepeats = (connection: Connection): Connection => {
  const once: RetryStrategy = {
    acquireInitialRetryToken: () => Promise.resolve({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
    refreshRetryTokenForRetry: (_token, { error }) =>
      Promise.reject(error ?? new Error('the call failed, and must not be sent again')),
    recordSuccess: () => {},
  };
  return { ...connection, retryStrategy: once };
};
