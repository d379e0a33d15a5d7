import * as z from 'zod';
import { Instant, InstanceId, Label, Name, Region } from '../identifiers.ts';
import { Sha256 } from '../sha256.ts';

/** As many parts as one recording is carried in: what a session wrote beyond them stays where it was written. */
export const MOST_RECORDING_PARTS = 64;

/** A session on a forensic machine, as Session Manager tells of it. */
const session = {
  /** As Session Manager has it; whoever starts a session chooses its beginning. */
  sessionId: Name.max(96),
  region: Region,
  /** The machine. */
  instanceId: InstanceId,
  /** ARN of whoever started it. */
  owner: Name.max(2_048),
  /** The session document by which it was started. */
  document: Name.max(128),
  startedAt: Instant,
  endedAt: Instant,
} as const;

/** A session's recording lies in the vault: in a ledger of its own, whose objects are its parts, in order. */
export const sessionRecorded = z
  .strictObject({
    kind: z.literal('session-recorded'),
    ...session,
    /** Where the parts lie. */
    ledgerId: Name.max(128),
    parts: z
      .array(z.strictObject({ label: Label, sha256: Sha256 }).readonly())
      .min(1)
      .max(MOST_RECORDING_PARTS)
      .readonly(),
    /** Of all parts, one after the other. */
    sha256: Sha256,
    sizeBytes: z.int().min(1),
    /** How many events of the log it is. */
    events: z.int().min(1),
    /** When the machine wrote the first and the last of them, by its own clock. */
    firstAt: Instant,
    lastAt: Instant,
    /** The recording stops long before the session did: its stream was ended on the machine, or never whole. */
    endsEarly: z.literal('yes').optional(),
    /** There is more than so many parts hold. */
    bound: z.literal('reached').optional(),
  })
  .readonly();

/** A session of which there is no recording, and why. */
export const recordingMissing = z
  .strictObject({ kind: z.literal('recording-missing'), ...session, because: Name })
  .readonly();
