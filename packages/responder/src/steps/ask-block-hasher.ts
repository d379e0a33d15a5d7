import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  BLOCK_HASHER_FUNCTION_NAME,
  hasherReply,
  ledgerOf,
  type DiskState,
  type HashingState,
  type IncidentRef,
  type PartHashed,
} from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { clientFor, withoutRepeats } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/** As long as the block hasher may run, and a little more. A call that is still on its way is not sent again: the part would be read twice. */
const ANSWERS_WITHIN_MS = 610_000;

interface Asking {
  readonly incident: IncidentRef;
  readonly disk: DiskState;
  readonly blocks: HashingState;
  readonly services: Services;
}

/** Some parts of one snapshot: what the block hasher of the Region answers. That it failed is an answer too, for the others go on. */
export const askBlockHasher = async (
  { incident, disk, blocks, services }: Asking,
  { of, part, parts }: { readonly of: PartHashed['of']; readonly part: number; readonly parts: number },
): Promise<PartHashed> => {
  const snapshotId = of === 'source' ? disk.handedSnapshotId : disk.evidenceSnapshotId;
  if (snapshotId === undefined)
    return { of, status: 'refused', because: `there is no snapshot of the ${of}` };
  const { partition, config, own } = services;
  const lambda = clientFor(
    LambdaClient,
    withoutRepeats({ ...own, region: incident.region, answersWithinMs: ANSWERS_WITHIN_MS }),
  );
  try {
    const { Payload = new Uint8Array(), FunctionError: failed } = await lambda.send(
      new InvokeCommand({
        FunctionName: `arn:${partition}:lambda:${incident.region}:${config.accounts.evidence}:function:${BLOCK_HASHER_FUNCTION_NAME}`,
        Payload: Buffer.from(
          JSON.stringify({
            incidentId: incident.incidentId,
            ledgerId: ledgerOf(incident).ledgerId,
            volumeId: disk.volumeId,
            snapshotId,
            ...(of === 'source' && blocks.through === 'member' ? { inMember: incident.account } : {}),
            sizeGiB: disk.sizeGiB,
            // A direct source is under the volume's own key; all else under keys of the evidence account.
            ...(of === 'source' && disk.route === 'direct' && disk.kmsKeyArn !== undefined
              ? { keyArn: disk.kmsKeyArn }
              : {}),
            reading: blocks.reading,
            part,
            parts,
          }),
        ),
      }),
    );
    const payload = Buffer.from(Payload).toString('utf8');
    if (failed !== undefined) return { of, status: 'failed', because: payload.slice(0, 500) };
    const answer = hasherReply.parse(JSON.parse(payload));
    return answer.status === 'hashed'
      ? { of, status: 'hashed' }
      : { of, status: 'refused', because: answer.because };
  } catch (error) {
    return { of, status: 'failed', because: faultLine(error).slice(0, 500) };
  }
};
