import * as z from 'zod';
import { stepOutcome } from '../workflow/incident-ref.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Most parts that an image may be sent in; their names have four digits, and each is an entry of the ledger. */
export const MOST_LANDED_PARTS = 1_000;
/**
 * An image in the landing bucket, as the host says: its digest, in how many parts it lies there, and the digest of the list of theirs. The list lies
 * beside the parts, for Run Command shows 24,000 characters.
 */
export const landedImage = z.object({
  bytes: z.int().min(1),
  sha256,
  parts: z.int().min(1).max(MOST_LANDED_PARTS),
  digests: sha256,
});
/** An image in the landing bucket, as the host says. */
export type LandedImage = z.infer<typeof landedImage>;

/**
 * How far a capture of memory is. The workflow carries this from look to look; `phase` says what is next.
 *
 *     freeze -> profile -> agent -> make -> attach -> attached -> running -> detach -> detaching -> ended
 *                             |        +--------+--------+           ^
 *                             |                 v (no volume)        |
 *                             +------------> landing ----------------+   where the image goes to the landing bucket
 *
 * Whatever happens on the way, what was attached is detached again.
 */
export const capturingState = z.object({
  phase: z.enum([
    'freeze',
    'profile',
    'agent',
    'make',
    'attach',
    'attached',
    'landing',
    'running',
    'detach',
    'detaching',
    'ended',
  ]),
  /** When the capture began: its deadline is counted from here. */
  startedAt: z.iso.datetime(),
  /** When the phase began. */
  since: z.iso.datetime(),
  /** The volume that takes the image. */
  volumeId: z.string().max(32).optional(),
  kmsKeyArn: z.string().max(2_000).optional(),
  /** Run Command's id. */
  commandId: z.string().max(64).optional(),
  /** What the agent said that it is. */
  platform: z.enum(['Linux', 'Windows']).optional(),
  /** Why no volume takes the image, where the host sends it to the landing bucket. */
  landing: z.string().max(1_000).optional(),
  /** Set where another command than the one that was sent last turned out to be at it. */
  followed: z.literal(true).optional(),
  /** True once the image was written, as the host says. */
  written: z.boolean(),
  /** What the host then told of it. */
  image: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number() }).optional(),
  /** What the host says that it sent to the landing bucket. */
  landed: landedImage.optional(),
  outcomes: z.array(stepOutcome),
});
/** How far a capture of memory is. */
export type CapturingState = z.infer<typeof capturingState>;

/** Where it begins. @param now ISO 8601 */
export const beginCapturing = (now: string): CapturingState => ({
  phase: 'freeze',
  startedAt: now,
  since: now,
  written: false,
  outcomes: [],
});

/** The state at the beginning of another phase. */
export const enterCapturing = (
  capturing: CapturingState,
  phase: CapturingState['phase'],
  now: string,
): CapturingState => ({ ...capturing, phase, since: now });

/** Seconds between looks: a capture takes minutes, and memory-first holds the cut back for as long. */
export const CAPTURE_RECHECK_SECONDS = 5;
/** Longest wait for the freeze; and for a volume to come and to go. */
const FREEZE_SECONDS = 30;
const VOLUME_SECONDS = 180;

/** How long making a volume and attaching it may each take, where the image can be sent without one: a fourth of all the time. */
const VOLUME_SHARE = 4;

/**
 * Whether a volume has taken too long to come, where there is another way. Counted from the phase: an agent that answers late is no fault of the
 * volume's. Pure.
 *
 * @param now epoch milliseconds
 */
export const volumeIsLate = (
  { since }: Pick<CapturingState, 'since'>,
  deadlineSeconds: number,
  now: number,
): boolean => now - Date.parse(since) >= (deadlineSeconds / VOLUME_SHARE) * 1_000;

/**
 * Whether a phase has taken as long as it may. What the agent does is bounded by the plan's deadline, counted from the first look; taking the
 * volume away again has a bound of its own. Pure.
 *
 * @param now epoch milliseconds
 */
export const capturingIsOver = (
  { phase, since, startedAt }: CapturingState,
  deadlineSeconds: number,
  now: number,
): boolean => {
  const inPhase = (now - Date.parse(since)) / 1_000;
  const inAll = (now - Date.parse(startedAt)) / 1_000;
  switch (phase) {
    case 'freeze':
      return inPhase >= FREEZE_SECONDS;
    case 'profile':
    case 'agent':
    case 'make':
    case 'landing':
    case 'attach':
    case 'attached':
    case 'running':
      return inAll >= deadlineSeconds;
    case 'detach':
    case 'detaching':
      return inPhase >= VOLUME_SECONDS;
    case 'ended':
      return true;
  }
};

/**
 * What the document's script says at its end, as its last line. It comes from the host: nothing of it is taken for more than the host's word.
 */
const saidByHost = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('captured'),
    by: z.enum(['avml', 'lime', 'winpmem']).optional(),
    sha256,
    bytes: z.int().min(1),
    toolSha256: sha256,
    kernel: z.string().max(200).default(''),
    parts: landedImage.shape.parts.optional(),
    digests: sha256.optional(),
  }),
  z.object({ status: z.literal('refused'), because: z.string().max(300) }),
]);
/** What the host said of a capture. */
export type SaidByHost = z.infer<typeof saidByHost>;

/** Reasons that the script gives by name, in words. */
const REASONS: Readonly<Record<string, string>> = {
  'no-volume': 'the volume did not appear on the host',
  'tool-not-fetched': 'the host could not fetch the tool: S3 was not reached, or the link had expired',
  'tool-hash-differs': 'what the host fetched is not the pinned tool, so it was not run',
  'kernel-lockdown':
    "the kernel is locked down (UEFI Secure Boot), so that memory can't be read from it; a module that is signed for it would do (evidence.memory.lime)",
  'no-module': 'no LiME module is named for its kernel (evidence.memory.lime)',
  'module-rejected': 'the kernel did not take the LiME module: it wants one with a signature that it trusts',
  'module-does-not-fit': 'the LiME module that is named for its kernel was built for another',
  'no-file-system':
    'the host could not make a file system on the volume, nor in memory where it sends the image',
  'another-run': 'another run of the same capture was at it',
  'no-curl': 'the host has no curl, by which it could send the image',
  'links-differ': 'what the host fetched is not the list of links, so nothing was sent',
  'listens-abroad':
    'the LiME module would have given the memory to the network: it does not know `localhostonly`, and was ended before anybody could ask; build another release of it',
  'does-not-listen':
    'the LiME module did not listen at its port, or somebody else on the host was faster to ask it for the memory',
  'old-shell': 'the host has a PowerShell before 5, which the script is not written for',
  'image-too-large': 'the image was larger than the parts that it may be sent in',
  'upload-refused':
    'S3 refused a part: the link had expired, or a policy of the VPC endpoint does not admit the landing bucket',
  'upload-failed': 'a part could not be sent: S3 was not reached, or did not take it',
  'no-space': 'the image did not fit on the volume',
  'tool-failed': 'the tool failed',
};

/** A reason of the script in plain words; one that it does not know is the host's own text, and told as nothing more. */
export const reasonOf = (because: string): string =>
  REASONS[because] ?? 'the host gave a reason that the script does not know';

const MARK = 'CORDON-MEMORY ';

/** Reads the last line of ours in a command's output; undefined where there is none that can be read. */
export const readSaid = (output: string): SaidByHost | undefined => {
  const line = output.split(/\r?\n/).findLast((one) => one.startsWith(MARK));
  if (line === undefined) return undefined;
  try {
    const read = saidByHost.safeParse(JSON.parse(line.slice(MARK.length)));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
};
