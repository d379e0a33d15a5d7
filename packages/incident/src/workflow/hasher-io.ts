import * as z from 'zod';
import { accountId, incidentId } from '../ids.ts';

/** What the security account may ask of the block hasher: some parts of one snapshot, hashed and written into the vault. */
export const hasherRequest = z.object({
  incidentId,
  ledgerId: z.string().regex(/^inc-[0-9a-z-]{6,70}$/),
  volumeId: z.string().regex(/^vol-[0-9a-f]{8,17}$/),
  snapshotId: z.string().regex(/^snap-[0-9a-f]{8,17}$/),
  /** The account that holds the snapshot, where it is to be read there and not through its share. */
  inMember: accountId.optional(),
  sizeGiB: z.int().min(1).max(65_536),
  /** The customer's key that the snapshot is under, where it is not one of the evidence account's. */
  keyArn: z.string().max(300).optional(),
  reading: z.int().min(1).max(2),
  part: z.int().min(0).max(99_999),
  /** From `part` on, as far as there is time; the first is always done. */
  parts: z.int().min(1).max(4_096).default(1),
});
/** What the security account may ask of the block hasher. */
export type HasherRequest = z.infer<typeof hasherRequest>;

/** `refused`: AWS does not let the hasher read the snapshot, and why; trying again does not help. */
export const hasherReply = z.discriminatedUnion('status', [
  z.object({ status: z.literal('hashed'), blocks: z.int() }),
  z.object({ status: z.literal('refused'), because: z.string().max(1_000) }),
]);
/** What the block hasher answers. */
export type HasherReply = z.infer<typeof hasherReply>;
