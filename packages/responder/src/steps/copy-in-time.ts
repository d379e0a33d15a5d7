import { CopySnapshotCommand, type CopySnapshotCommandInput, type EC2Client } from '@aws-sdk/client-ec2';
import { completionMinutes, type DiskState } from '@cordon/incident';
import { classify, faultLine } from '../aws/classify.ts';

/** A copy that was begun, and why without the completion duration that is wanted. */
export interface BegunCopy {
  readonly snapshotId: string;
  readonly withoutDeadline?: string | undefined;
}

/** What does not tell whether a copy was begun, or says that we ask too often: asking anew at once would help nobody. */
const isUnanswered = (code: string): boolean =>
  ['RequestLimitExceeded', 'TimeoutError', 'InternalError', 'InternalFailure', 'ServiceUnavailable'].includes(
    code,
  );

/**
 * Begins a copy, within the time that the plan says where it says one. What EC2 refuses so (no throughput is left for it, say) is
 * asked for as an ordinary copy, and the reason is given back. https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html
 *
 * @throws what EC2 answers to the ordinary copy
 */
export const beginCopy = async (
  ec2: EC2Client,
  copy: CopySnapshotCommandInput,
  { sizeGiB, copyWithinMinutes: wanted }: Pick<DiskState, 'sizeGiB' | 'copyWithinMinutes'>,
): Promise<BegunCopy> => {
  const minutes = completionMinutes(sizeGiB, wanted);
  const send = async (input: CopySnapshotCommandInput): Promise<string> => {
    const { SnapshotId } = await ec2.send(new CopySnapshotCommand(input));
    if (SnapshotId === undefined) throw new Error('CopySnapshot gave no id');
    return SnapshotId;
  };
  if (minutes === undefined)
    return {
      snapshotId: await send(copy),
      ...(wanted === undefined
        ? {}
        : { withoutDeadline: 'EC2 can keep no completion duration for its size' }),
    };
  try {
    return { snapshotId: await send({ ...copy, CompletionDurationMinutes: minutes }) };
  } catch (error) {
    if (isUnanswered(classify(error).code)) throw error;
    return { snapshotId: await send(copy), withoutDeadline: faultLine(error).slice(0, 500) };
  }
};
