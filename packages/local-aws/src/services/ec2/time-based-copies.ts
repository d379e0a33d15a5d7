import type { CopySnapshotCommandInput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import { ebsDurations } from './ebs-durations.ts';
import { stateOf } from './lookup.ts';
import type { Snapshot } from './state.ts';

const MINUTE_MS = 60_000;
/** 15 minutes to 48 hours, by quarters of an hour. https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html */
const SHORTEST_MINUTES = 15;
const LONGEST_MINUTES = 2_880;
/** Of one copy, and of all into a Region together, in MiB a second. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html */
const MOST_OF_ONE = 500;
const MOST_OF_ALL = 2_000;

const throughput = (sizeGiB: number, minutes: number): number => (sizeGiB * 1_024) / (minutes * 60);

/**
 * Refuses a completion duration that is not valid, that the size cannot keep, or for which no throughput is left at all; one for which too
 * little is left succeeds and is late. https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html
 *
 * @throws ServiceFault InvalidParameterValue; ResourceLimitExceeded without quota. The page names no codes: the local organization's choice.
 */
export const acceptDeadline = (input: CopySnapshotCommandInput, call: Call, source: Snapshot): void => {
  const minutes = input.CompletionDurationMinutes;
  if (minutes === undefined) return;
  if (minutes < SHORTEST_MINUTES || minutes > LONGEST_MINUTES || minutes % SHORTEST_MINUTES !== 0)
    throw new ServiceFault(
      'InvalidParameterValue',
      `CompletionDurationMinutes ${minutes} is not valid: want a multiple of ${SHORTEST_MINUTES} up to ${LONGEST_MINUTES}`,
    );
  if (throughput(source.sizeGiB, minutes) > MOST_OF_ONE)
    throw new ServiceFault(
      'InvalidParameterValue',
      `${source.sizeGiB} GiB cannot be copied in ${minutes} minutes at ${MOST_OF_ONE} MiB/s`,
    );
  const quota = stateOf(call).timeBasedCopyQuota ?? MOST_OF_ALL;
  const used = [...stateOf(call).snapshots.values()]
    .filter(({ state }) => state === 'pending')
    .reduce(
      (sum, { sizeGiB, completionDurationMinutes }) =>
        completionDurationMinutes === undefined ? sum : sum + throughput(sizeGiB, completionDurationMinutes),
      0,
    );
  if (quota - used <= 0)
    throw new ServiceFault(
      'ResourceLimitExceeded',
      `no throughput is left for time-based copies: ${Math.round(used)} of ${quota} MiB/s are used`,
    );
};

/** How long a copy takes: as any, or less where a deadline was bought. */
export const copyMs = ({ sizeGiB, completionDurationMinutes }: Snapshot): number =>
  Math.min(ebsDurations.copy(sizeGiB), (completionDurationMinutes ?? Number.POSITIVE_INFINITY) * MINUTE_MS);
