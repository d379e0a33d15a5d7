import { EBSClient } from '@aws-sdk/client-ebs';
import {
  BLOCK_SIZE_BYTES,
  blockPartLabel,
  BLOCKS_IN_PART,
  encodeBlockPart,
  vaultKeys,
} from '@cordon/evidence';
import { vaultBucketName, type HasherReply, type HasherRequest } from '@cordon/incident';
import { faultCode, faultLine } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { READ_BLOCKS } from '../needs/hasher.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { openVault } from '../recorder/vault.ts';
import { evidenceKeys, type Services } from '../services.ts';
import { readParts } from './read-blocks.ts';

/** AWS's no to reading this snapshot: by a policy, a key, or because it is not there or not shared. */
const REFUSALS: ReadonlySet<string> = new Set(['AccessDeniedException', 'ResourceNotFoundException']);

/**
 * Hashes parts of one snapshot, in the Region where it is, and writes each part's manifest into the vault as it is done: the first, and as many more as
 * there is time for. Runs in the evidence account: no block leaves account or Region, only digests do. A part is written once, so that it is safe to
 * run again, and twice at once: the same snapshot gives the same bytes.
 */
export const hashParts = async (request: HasherRequest, services: Services): Promise<HasherReply> => {
  const { snapshotId, sizeGiB, part: firstPart, parts } = request;
  const keyOf = (part: number): string => vaultKeys.object(request.ledgerId, blockPartLabel(request, part));
  const [reading, writing] = await sessionsFor(
    request,
    parts === 1 ? keyOf(firstPart) : keyOf(firstPart).replace(/\d+$/, '*'),
    services,
  );
  const vault = openVault({ ...services, own: writing });
  const wanted = { snapshotId, sizeGiB, firstPart, parts };
  let blocks = 0;
  try {
    for await (const { part, rows } of readParts(clientFor(EBSClient, reading), wanted)) {
      const bytes = encodeBlockPart({
        blockSizeBytes: BLOCK_SIZE_BYTES,
        volumeSizeGiB: sizeGiB,
        firstIndex: part * BLOCKS_IN_PART,
        places: BLOCKS_IN_PART,
        rows,
      });
      await vault.put(keyOf(part), bytes, 'application/octet-stream');
      blocks += rows.length;
    }
    return { status: 'hashed', blocks };
  } catch (error) {
    if (!(error instanceof Error && REFUSALS.has(error.name))) throw error;
    return { status: 'refused', because: `${faultCode(error)}: ${faultLine(error)}`.slice(0, 1_000) };
  }
};

/**
 * Who reads, and who writes: one session of the hasher duty, narrowed to the snapshot and the part, or the parts of this
 * reading; or, for a source that is read where it
 * lies, a session of the member's read-source duty beside it.
 */
const sessionsFor = async (
  { incidentId, snapshotId, keyArn, inMember }: HasherRequest,
  objectKey: string,
  services: Services,
): Promise<readonly [reading: Connection, writing: Connection]> => {
  const { partition, config } = services;
  const { evidence } = config.accounts;
  const { region } = services.own;
  const of = { partition, region, incidentId };
  const reads = [
    { actions: READ_BLOCKS, resources: [`arn:${partition}:ec2:${region}::snapshot/${snapshotId}`] },
    {
      actions: ['kms:Decrypt'],
      resources: [
        ...[keyArn, evidenceKeys(services, region)].flatMap((arn) => arn ?? []),
        // Which of the member's keys it is under, the asker does not always know.
        ...(inMember === undefined ? [] : [`arn:${partition}:kms:${region}:${inMember}:key/*`]),
      ],
    },
  ];
  const writes = [
    {
      actions: ['s3:PutObject'],
      resources: [`arn:${partition}:s3:::${vaultBucketName(evidence)}/${objectKey}`],
    },
    { actions: ['kms:GenerateDataKey'], resources: [evidenceKeys(services, config.homeRegion)] },
  ];
  const hasher = await services.reach({
    ...of,
    account: evidence,
    duty: 'hasher',
    policy: sessionPolicy({ reads: [], on: inMember === undefined ? [...reads, ...writes] : writes }),
  });
  if (inMember === undefined) return [hasher, hasher];
  const source = await services.reach({
    ...of,
    account: inMember,
    duty: 'read-source',
    policy: sessionPolicy({ reads: [], on: reads }),
  });
  return [source, hasher];
};
