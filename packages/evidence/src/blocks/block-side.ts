import * as z from 'zod';

/** Which snapshot was read: the one that was shared with the evidence account, or the evidence copy. */
export const BlockSide = z.enum(['source', 'copy']);
export type BlockSide = z.infer<typeof BlockSide>;
