import * as z from 'zod';
import { HASHING_WANTED, hashingState } from './hashing.ts';

const text = z.string().max(2_000);

/**
 * One volume on its way into custody. The workflow carries this from state to state; `phase` says who acts next.
 *
 *     probe-key -> hand-over -> take-custody -> hash-blocks -> clean-up -> secured
 *     (encrypted)      ^             |         (if wanted)
 *                      +-- transit --+   the key turned out not to admit the custodian
 */
export const diskState = z.object({
  volumeId: text,
  /** Set on a second copy of the volume, taken for the memory that a crash or hibernation left on it. */
  holds: z.literal('memory').optional(),
  /** The snapshot that the freeze made; absent when it made none. */
  snapshotId: text.optional(),
  sizeGiB: z.number(),
  encrypted: z.boolean(),
  kmsKeyArn: text.optional(),
  /** `direct`: shared as it is; `transit`: re-encrypted in the member under the transit key first. */
  route: z.enum(['direct', 'transit']),
  phase: z.enum(['probe-key', 'hand-over', 'take-custody', 'hash-blocks', 'clean-up', 'secured', 'failed']),
  transitSnapshotId: text.optional(),
  /** The snapshot that was shared with the evidence account. */
  handedSnapshotId: text.optional(),
  evidenceSnapshotId: text.optional(),
  /** True once the lock on the evidence copy is in force. */
  locked: z.boolean(),
  /** When this disk entered the branch; every wait is bounded by it. */
  startedAt: z.iso.datetime(),
  /** How long to wait before the next look; 0 means go on at once. */
  recheckAfterSeconds: z.int().min(0),
  /** Set where the blocks of source and copy are to be hashed. */
  blocks: hashingState.optional(),
  /** Why it failed, or which route was given up. */
  because: text.optional(),
});
/** One volume on its way into custody. */
export type DiskState = z.infer<typeof diskState>;

/** After this long a disk is given up with a stated reason and a page: the largest volumes take about ten hours (aws-facts 10.2). */
export const DISK_DEADLINE_SECONDS = 24 * 3600;

/**
 * Seconds until the next look at a snapshot or copy: a quarter of what was waited so far, so that a copy of a day costs
 * some seventy looks and an execution's 25,000 history events hold forty disks (aws-facts 7.1).
 */
export const recheckAfterSeconds = (waitedSeconds: number): number =>
  Math.max(30, Math.min(1_800, Math.round(waitedSeconds / 4)));

/** The state in which a frozen volume enters its branch. */
export const enterDisk = (
  volume: {
    readonly volumeId: string;
    readonly sizeGiB: number;
    readonly encrypted: boolean;
    readonly kmsKeyArn?: string | undefined;
    readonly holds?: 'memory';
    readonly hashBlocks?: true | undefined;
  },
  snapshotId: string | undefined,
  now: string,
): DiskState => ({
  volumeId: volume.volumeId,
  ...(volume.holds === undefined ? {} : { holds: volume.holds }),
  ...(snapshotId === undefined ? {} : { snapshotId }),
  sizeGiB: volume.sizeGiB,
  encrypted: volume.encrypted,
  ...(volume.kmsKeyArn === undefined ? {} : { kmsKeyArn: volume.kmsKeyArn }),
  route: 'direct',
  phase: snapshotId === undefined ? 'failed' : volume.encrypted ? 'probe-key' : 'hand-over',
  ...(snapshotId === undefined ? { because: 'no snapshot of the volume could be made' } : {}),
  locked: false,
  ...(volume.hashBlocks === undefined ? {} : { blocks: HASHING_WANTED }),
  startedAt: now,
  recheckAfterSeconds: 0,
});

/** What the custodian learned of the volume's key. */
export type KeyProbe = 'admits-custodian' | 'refuses-custodian';

/** The route follows from whether the custodian may use the key: re-encrypting costs a second copy, so only when it must. */
export const afterProbe = (disk: DiskState, probe: KeyProbe): DiskState => ({
  ...disk,
  phase: 'hand-over',
  route: probe === 'admits-custodian' ? 'direct' : 'transit',
  recheckAfterSeconds: 0,
});

/** What a look at a snapshot showed. */
export interface SnapshotLook {
  readonly state: 'pending' | 'completed' | 'error' | 'gone';
  readonly message?: string | undefined;
}

/** Decides from a look at a snapshot: go on, wait (bounded), or give up with the reason. */
export const judgeLook = (
  disk: DiskState,
  look: SnapshotLook,
  now: string,
): 'go-on' | { readonly wait: number } | { readonly failed: string } => {
  if (look.state === 'completed') return 'go-on';
  if (look.state === 'error') return { failed: `the copy ended in error: ${look.message ?? 'no message'}` };
  if (look.state === 'gone') return { failed: 'the snapshot has disappeared' };
  const waited = (Date.parse(now) - Date.parse(disk.startedAt)) / 1000;
  if (waited > DISK_DEADLINE_SECONDS)
    return { failed: `not completed after ${DISK_DEADLINE_SECONDS / 3600} hours` };
  return { wait: recheckAfterSeconds(waited) };
};

/**
 * The copy into evidence failed late (KMS trouble shows in the copy's state: aws-facts 3.3). A direct route of an
 * encrypted volume is tried again by way of the transit key, once; everything else is given up with its reason.
 */
export const afterFailedCopy = (disk: DiskState, because: string): DiskState => {
  const retry = disk.encrypted && disk.route === 'direct';
  const { handedSnapshotId: _given, evidenceSnapshotId: _failed, ...kept } = disk;
  return retry
    ? { ...kept, route: 'transit', phase: 'hand-over', locked: false, recheckAfterSeconds: 0, because }
    : { ...disk, phase: 'failed', recheckAfterSeconds: 0, because };
};

/** How evidence of a disk is named among others: a second copy, for the memory on it, is another thing than the first. */
export const subjectOf = ({ volumeId, holds }: Pick<DiskState, 'volumeId' | 'holds'>): string =>
  holds === undefined ? volumeId : `${volumeId} (${holds})`;

/** The disk once its copy is in custody: its blocks are hashed first where that is wanted, for what was shared must be there until then. */
export const inCustody = (disk: DiskState, now: string): DiskState =>
  disk.blocks === undefined
    ? { ...disk, phase: 'clean-up', recheckAfterSeconds: 0 }
    : {
        ...disk,
        phase: 'hash-blocks',
        recheckAfterSeconds: 0,
        blocks: { ...disk.blocks, startedAt: now },
      };

/** Whether the evidence copy is in custody, whatever is still done about the disk. */
export const isHeld = ({ phase }: Pick<DiskState, 'phase'>): boolean =>
  phase === 'hash-blocks' || phase === 'secured';
