import * as z from 'zod';
import { HASHING_WANTED, hashingState } from './hashing.ts';

const text = z.string().max(2_000);

/** A place among those that wait for a slot to copy in; kept when it has got one, with how long it waited. */
const queued = z.object({
  since: z.iso.datetime(),
  /** 1 is next. */
  position: z.int(),
  of: z.int(),
  waitedSeconds: z.number().optional(),
});

/**
 * One volume on its way into custody. The workflow carries this from state to state; `phase` says who acts next.
 *
 *     look-at-key -> probe-key -> hand-over -> take-custody -> hash-blocks -> clean-up -> secured
 *     (encrypted)        ^                          |      (if wanted)
 *          ^             +-------- next route ------+   the copy failed: the key is looked at again
 *          +-- waits, for an hour, while the key cannot be used at all
 */
export const diskState = z.object({
  volumeId: text,
  /**
   * `memory` on a second copy of the volume, taken for the memory that a crash or hibernation left on it, and on a volume that a capture wrote;
   * `results` on what an examination put out, in the forensics account.
   */
  holds: z.enum(['memory', 'results']).optional(),
  /** Of a volume that a capture wrote: the image, as the host told of it. */
  memoryImage: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number() }).optional(),
  /** The snapshot that the freeze made; absent when it made none. */
  snapshotId: text.optional(),
  sizeGiB: z.number(),
  encrypted: z.boolean(),
  kmsKeyArn: text.optional(),
  /** Root disks are copied first. */
  isRoot: z.literal(true).optional(),
  /**
   * `direct`: shared as it is; `transit`: re-encrypted in the member under the transit key first; `member-key`: the same under a key
   * that was made for it in the member; `grant`: shared as it is, the custodian admitted to its key by a grant.
   */
  route: z.enum(['direct', 'transit', 'member-key', 'grant']),
  phase: z.enum([
    'look-at-key',
    'probe-key',
    'hand-over',
    'take-custody',
    'hash-blocks',
    'clean-up',
    'secured',
    'failed',
  ]),
  /** What is known of the volume's key. */
  key: z
    .object({
      /** Absent where KMS did not tell. */
      manager: z.enum(['AWS', 'CUSTOMER']).optional(),
      /** As KMS names it, such as `Disabled`. */
      state: text.optional(),
      deletionAt: z.iso.datetime().optional(),
      /** The code with which KMS would not tell the acquire duty of it. */
      refused: text.optional(),
      /** Since when it is known that nobody can use it; absent while it can be used. */
      unusableSince: z.iso.datetime().optional(),
    })
    .optional(),
  /** Routes that were tried, and why each failed. */
  tried: z.array(z.object({ route: text, because: text })).optional(),
  /** Copied before all others: its key was unusable, and may be again. */
  urgent: z.literal(true).optional(),
  /** Its place in the queue of copies into the evidence account. */
  queue: queued.optional(),
  /** Its place in the queue of copies in the member, where it is re-encrypted there. */
  memberQueue: queued.optional(),
  /** The lock on the freeze's snapshot, or why there is none; absent until it was tried. */
  sourceLock: z.union([z.object({ days: z.int() }), z.object({ refused: text })]).optional(),
  /** When it was seen that somebody archived a snapshot on the way; people were told. */
  archivedSince: z.iso.datetime().optional(),
  /** Minutes within which EC2 is asked to end each copy of it. */
  copyWithinMinutes: z.int().optional(),
  /** Why a copy was made without the completion duration that is wanted. */
  withoutDeadline: text.optional(),
  /** Of a root disk: the image of the instance that is wanted, made, or was refused. */
  image: z.union([z.literal('wanted'), z.object({ imageId: text }), z.object({ refused: text })]).optional(),
  /** Snapshots that stay in the member until their lock has ended, and are then deleted; when. */
  kept: z.object({ snapshotIds: z.array(text), dueAt: z.iso.datetime() }).optional(),
  /** The key that was made in the member for this volume alone. */
  memberKeyArn: text.optional(),
  /** The grant that admits the custodian to the volume's key. */
  grantId: text.optional(),
  /** Copies in the member that came to nothing: clean-up takes them away. */
  leftovers: z.array(text).optional(),
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
    readonly holds?: 'memory' | 'results';
    readonly memoryImage?: DiskState['memoryImage'];
    readonly hashBlocks?: true | undefined;
    readonly isRoot?: boolean | undefined;
    readonly image?: true | undefined;
    readonly copyWithinMinutes?: number | undefined;
  },
  snapshotId: string | undefined,
  now: string,
): DiskState => ({
  volumeId: volume.volumeId,
  ...(volume.holds === undefined ? {} : { holds: volume.holds }),
  ...(volume.memoryImage === undefined ? {} : { memoryImage: volume.memoryImage }),
  ...(snapshotId === undefined ? {} : { snapshotId }),
  sizeGiB: volume.sizeGiB,
  encrypted: volume.encrypted,
  ...(volume.kmsKeyArn === undefined ? {} : { kmsKeyArn: volume.kmsKeyArn }),
  ...(volume.isRoot === true ? { isRoot: true as const } : {}),
  ...(volume.image === true ? { image: 'wanted' as const } : {}),
  ...(volume.copyWithinMinutes === undefined ? {} : { copyWithinMinutes: volume.copyWithinMinutes }),
  route: 'direct',
  phase: snapshotId === undefined ? 'failed' : volume.encrypted ? 'look-at-key' : 'hand-over',
  ...(snapshotId === undefined ? { because: 'no snapshot of the volume could be made' } : {}),
  locked: false,
  ...(volume.hashBlocks === undefined ? {} : { blocks: HASHING_WANTED }),
  startedAt: now,
  recheckAfterSeconds: 0,
});

/** What a look at a snapshot showed. `archived`: it must be restored before it can be copied. */
export interface SnapshotLook {
  readonly state: 'pending' | 'completed' | 'error' | 'gone' | 'archived';
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
    return {
      failed:
        look.state === 'archived'
          ? `somebody archived the snapshot, and nobody restored it within ${DISK_DEADLINE_SECONDS / 3600} hours`
          : `not completed after ${DISK_DEADLINE_SECONDS / 3600} hours`,
    };
  return { wait: recheckAfterSeconds(waited) };
};

/**
 * A copy failed, at once or late (KMS trouble shows in the copy's state: aws-facts 3.3). Of an encrypted volume the key is looked at
 * again, and the next route is tried, each once; everything else is given up with its reason.
 */
export const afterFailedCopy = (disk: DiskState, because: string): DiskState => {
  // Results have one way alone: their key is ours.
  if (!disk.encrypted || disk.holds === 'results')
    return { ...disk, phase: 'failed', recheckAfterSeconds: 0, because };
  const { handedSnapshotId: _given, evidenceSnapshotId: _failed, transitSnapshotId, ...kept } = disk;
  return {
    ...kept,
    ...(transitSnapshotId === undefined ? {} : { leftovers: [...(disk.leftovers ?? []), transitSnapshotId] }),
    tried: [...(disk.tried ?? []), { route: disk.route, because: because.slice(0, 500) }],
    phase: 'look-at-key',
    locked: false,
    recheckAfterSeconds: 0,
    because,
  };
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
