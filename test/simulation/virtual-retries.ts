import type { Connection } from '@cordon/responder';

type RetryStrategy = Extract<
  NonNullable<Connection['retryStrategy']>,
  { readonly acquireInitialRetryToken: unknown }
>;
type Token = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

/** The SDK's own bound of the deployed clients: packages/responder/src/aws/connection.ts. */
const MAX_ATTEMPTS = 8;
const LONGEST_DELAY_MS = 20_000;
/** First delays of the SDK's standard strategy: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const FIRST_DELAY_MS = { THROTTLING: 500, TRANSIENT: 100 } as const;

const tokenOf = (retries: number): Token => ({
  getRetryCount: () => retries,
  // The wait is over when the token is given: it was spent on the virtual clock.
  getRetryDelay: () => 0,
});

/**
 * The SDK's standard strategy with its waits on the virtual clock, so that a storm of faults costs no wall time. Waits are
 * as long as full jitter may make them: what holds with the longest holds with shorter ones. `sleep` takes milliseconds.
 */
export const virtualRetries = (sleep: (ms: number) => Promise<void>): RetryStrategy => ({
  acquireInitialRetryToken: () => Promise.resolve(tokenOf(0)),
  refreshRetryTokenForRetry: async (token, { errorType, error }) => {
    const retries = token.getRetryCount() + 1;
    const status = error?.$metadata?.httpStatusCode ?? 500;
    // In process the SDK compares the virtual clock with the wall's, and takes a refusal for a call whose skew it has corrected.
    const retryable = errorType === 'THROTTLING' || (errorType === 'TRANSIENT' && status >= 500);
    if (!retryable || retries >= MAX_ATTEMPTS) throw error ?? new Error('the call failed for good');
    await sleep(Math.min(FIRST_DELAY_MS[errorType] * 2 ** (retries - 1), LONGEST_DELAY_MS));
    return tokenOf(retries);
  },
  recordSuccess: () => {},
});
