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
import { clientFor } from '../aws/connection.ts';
import { READ_BLOCKS } from '../needs/hasher.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { openVault } from '../recorder/vault.ts';
import { evidenceKeys, type Services } from '../services.ts';
import { readPart } from './read-blocks.ts';

/** AWS's no to reading this snapshot: by a policy, a key, or because it is not there or not shared. */
const REFUSALS: ReadonlySet<string> = new Set(['AccessDeniedException', 'ResourceNotFoundException']);

/**
 * Hashes one part of one snapshot, in the Region where it is, and writes the part's manifest into the vault. Runs in the evidence account:
 * no block leaves account or Region, only digests do. A part is written once, so that it is safe to run again, and twice at once: the
 * same snapshot gives the same bytes.
 */
export const hashPart = async (request: HasherRequest, services: Services): Promise<HasherReply> => {
  const { incidentId, snapshotId, sizeGiB, part } = request;
  const { evidence } = services.config.accounts;
  const { region } = services.own;
  const key = vaultKeys.object(request.ledgerId, blockPartLabel(request, part));
  const { homeRegion } = services.config;
  const connection = await services.reach({
    partition: services.partition,
    account: evidence,
    region,
    duty: 'hasher',
    incidentId,
    policy: sessionPolicy({
      reads: [],
      on: [
        {
          actions: READ_BLOCKS,
          resources: [`arn:${services.partition}:ec2:${region}::snapshot/${snapshotId}`],
        },
        {
          actions: ['kms:Decrypt'],
          resources: [request.keyArn, evidenceKeys(services, region)].flatMap((arn) => arn ?? []),
        },
        {
          actions: ['s3:PutObject'],
          resources: [`arn:${services.partition}:s3:::${vaultBucketName(evidence)}/${key}`],
        },
        { actions: ['kms:GenerateDataKey'], resources: [evidenceKeys(services, homeRegion)] },
      ],
    }),
  });
  const firstIndex = part * BLOCKS_IN_PART;
  try {
    const rows = await readPart(clientFor(EBSClient, connection), { snapshotId, sizeGiB, firstIndex });
    const bytes = encodeBlockPart({
      blockSizeBytes: BLOCK_SIZE_BYTES,
      volumeSizeGiB: sizeGiB,
      firstIndex,
      places: BLOCKS_IN_PART,
      rows,
    });
    await openVault({ ...services, own: connection }).put(key, bytes, 'application/octet-stream');
    return { status: 'hashed', blocks: rows.length };
  } catch (error) {
    if (!(error instanceof Error && REFUSALS.has(error.name))) throw error;
    return { status: 'refused', because: `${faultCode(error)}: ${faultLine(error)}`.slice(0, 1_000) };
  }
};
