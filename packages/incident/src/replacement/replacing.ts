import * as z from 'zod';

/**
 * How far a replacement is. `contained`: what would be launched was looked at while the instance still ran as it did, and now containment is
 * waited for; `launch`; `running`: waits for EC2; `ended`.
 */
export const replacingState = z.object({
  phase: z.enum(['contained', 'launch', 'running', 'ended']),
  /** When the phase began. */
  since: z.iso.datetime(),
  /** Instance id of the replacement, once it was launched. */
  replacementId: z.string().max(32).optional(),
});
/** How far a replacement is. */
export type ReplacingState = z.infer<typeof replacingState>;

/** Seconds that each phase may take: containment is read back within a minute, a launch takes minutes. */
const BOUND_SECONDS = { contained: 900, launch: 300, running: 600, ended: 0 } as const;
/** Seconds between looks. */
export const REPLACING_RECHECK_SECONDS = 10;

/** The next phase, which begins now. */
export const enterReplacing = (
  phase: ReplacingState['phase'],
  since: string,
  replacementId?: string,
): ReplacingState => ({ phase, since, ...(replacementId === undefined ? {} : { replacementId }) });

/** Whether a phase has taken as long as it may; `now` is in epoch milliseconds. */
export const replacingIsOver = ({ phase, since }: ReplacingState, now: number): boolean =>
  now - Date.parse(since) >= BOUND_SECONDS[phase] * 1_000;
