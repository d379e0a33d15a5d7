import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  afterComparison,
  afterParts,
  BLOCK_HASHER_FUNCTION_NAME,
  equalityOf,
  hasherReply,
  isOverdue,
  ledgerOf,
  partsToHash,
  recheckAfterSeconds,
  subjectOf,
  type DiskInput,
  type DiskOutput,
  type DiskState,
  type HashingState,
  type IncidentRef,
  type PartHashed,
  type PartToHash,
} from '@cordon/incident';
import { classify, faultLine } from '../aws/classify.ts';
import { clientFor, withoutRepeats } from '../aws/connection.ts';
import { instant, type Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';

/** As long as the block hasher may run, and a little more. A call that is still on its way is not sent again: the part would be read twice. */
const ANSWERS_WITHIN_MS = 610_000;

interface Work {
  readonly incident: IncidentRef;
  readonly disk: DiskState;
  readonly services: Services;
}

/**
 * Has the blocks of one disk hashed, of the source and of the evidence copy, and has the recorder say how they compare. A few parts a call; the
 * workflow comes back. Whatever comes of it the disk goes on to be cleaned up, in bounded time: containment and custody wait for none of it.
 */
export const hashBlocks = async ({ incident, disk }: DiskInput, services: Services): Promise<DiskOutput> => {
  const { blocks } = disk;
  if (blocks === undefined) return { disk: { ...disk, phase: 'clean-up', recheckAfterSeconds: 0 } };
  const work: Work = { incident, disk, services };
  const next = await advance(work, blocks);
  if (next.verdict === undefined)
    return { disk: { ...disk, blocks: next, recheckAfterSeconds: waitOf(work, blocks, next) } };
  await tellVerdict(work, next);
  return { disk: { ...disk, blocks: next, phase: 'clean-up', recheckAfterSeconds: 0 } };
};

/** Waits where nothing was gained, longer each time; goes on at once otherwise. */
const waitOf = ({ services }: Work, before: HashingState, after: HashingState): number => {
  const isSame =
    before.reading === after.reading &&
    before.next.source === after.next.source &&
    before.next.copy === after.next.copy &&
    before.through === after.through &&
    before.sourceRefused === after.sourceRefused;
  if (!isSame) return 0;
  const since = before.startedAt ?? instant(services);
  return recheckAfterSeconds((Date.parse(instant(services)) - Date.parse(since)) / 1_000);
};

const advance = async (work: Work, blocks: HashingState): Promise<HashingState> => {
  const { disk, services } = work;
  const fromMember = services.config.evidence.blockHashes?.fromMember === true;
  if (isOverdue(blocks, instant(services)))
    return giveUp(work, blocks, `hashing was not done in time, at part ${blocks.next.copy} of the copy`);
  const parts = partsToHash(blocks, disk.sizeGiB);
  if (parts.length === 0) return compare(work, blocks);
  const hashed = afterParts(
    blocks,
    await Promise.all(parts.map((part) => hashOne(work, blocks, part))),
    fromMember,
  );
  return hashed.verdict === undefined
    ? hashed
    : giveUp(work, hashed, hashed.because ?? 'the copy could not be read');
};

/** One part: what the block hasher of the Region answers. That it failed is an answer too, for the others go on. */
const hashOne = async (
  { incident, disk, services }: Work,
  blocks: HashingState,
  part: PartToHash,
): Promise<PartHashed> => {
  const snapshotId = part.of === 'source' ? disk.handedSnapshotId : disk.evidenceSnapshotId;
  if (snapshotId === undefined)
    return { ...part, status: 'refused', because: `there is no snapshot of the ${part.of}` };
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
            ...(part.of === 'source' && blocks.through === 'member' ? { inMember: incident.account } : {}),
            sizeGiB: disk.sizeGiB,
            // A direct source is under the volume's own key; all else under keys of the evidence account.
            ...(part.of === 'source' && disk.route === 'direct' && disk.kmsKeyArn !== undefined
              ? { keyArn: disk.kmsKeyArn }
              : {}),
            reading: blocks.reading,
            part: part.part,
          }),
        ),
      }),
    );
    const payload = Buffer.from(Payload).toString('utf8');
    if (failed !== undefined) return { ...part, status: 'failed', because: payload.slice(0, 500) };
    const answer = hasherReply.parse(JSON.parse(payload));
    return answer.status === 'hashed'
      ? { ...part, status: 'hashed' }
      : { ...part, status: 'refused', because: answer.because };
  } catch (error) {
    return { ...part, status: 'failed', because: faultLine(error) };
  }
};

/** The recorder reads both manifests from the vault and builds the roots itself: this function's word is never enough. */
const compare = async (work: Work, blocks: HashingState): Promise<HashingState> => {
  const { incident, disk, services } = work;
  try {
    const { blocks: compared } = await record(services, {
      kind: 'blocks',
      ...ledgerOf(incident),
      volumeId: disk.volumeId,
      sizeGiB: disk.sizeGiB,
      sourceSnapshotId: disk.handedSnapshotId ?? '',
      snapshotId: disk.evidenceSnapshotId ?? '',
      reading: blocks.reading,
      ...(blocks.sourceRefused === undefined ? {} : { sourceRefused: blocks.sourceRefused }),
    });
    if (compared === undefined) throw new Error('the recorder compared nothing');
    return afterComparison(blocks, compared);
  } catch (error) {
    const { code, message } = classify(error);
    if (code !== 'RecorderRefused') throw error;
    return giveUp(work, blocks, message);
  }
};

const giveUp = async (
  { incident, disk, services }: Work,
  blocks: HashingState,
  because: string,
): Promise<HashingState> => {
  await record(services, {
    kind: 'blocks-given-up',
    ...ledgerOf(incident),
    volumeId: disk.volumeId,
    // A second copy of the same volume is named by the same id in the ledger.
    because: `${disk.holds === undefined ? '' : `the copy that holds ${disk.holds}: `}${because}`.slice(
      0,
      2_000,
    ),
  });
  return { ...blocks, verdict: 'not-shown', because: because.slice(0, 2_000), recorded: true };
};

/** That the copy is the original is what was wanted: where it is not, or not shown, people are told at once. */
const tellVerdict = async (
  { incident, disk, services }: Work,
  { verdict, because }: HashingState,
): Promise<void> => {
  if (verdict === 'equal') return;
  await tell(services, {
    kind: 'evidence-missing',
    ...about(incident),
    subject: equalityOf(subjectOf(disk)),
    reasons: [`${verdict === 'tampered' ? 'tampered' : 'not shown'}: ${because ?? 'no reason was given'}`],
  });
};
