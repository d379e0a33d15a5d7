import { sizeBytes } from './json-value.ts';
import type { Json } from './json-value.ts';
import { StateFailure } from './state-failure.ts';
import type { FailureEvent } from './state-failure.ts';

/** The largest input, output, argument or result: 256 KiB of UTF-8. */
const PAYLOAD_LIMIT_BYTES = 262_144;

/**
 * Fails with `States.DataLimitExceeded` when `value` is larger than 262,144 bytes; `what` is named in the cause.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export function checkPayloadSize(value: Json, what: string, event?: FailureEvent): void {
  const size = sizeBytes(value);
  if (size <= PAYLOAD_LIMIT_BYTES) return;
  const cause = `${what} has ${size} bytes, more than the ${PAYLOAD_LIMIT_BYTES} that a payload may have; pass a reference to an object instead`;
  throw new StateFailure('States.DataLimitExceeded', cause, event);
}
