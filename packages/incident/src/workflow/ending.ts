import * as z from 'zod';
import { stepOutcome } from './incident-ref.ts';

/**
 * How far the end of a host is. The workflow carries this from look to look; `phase` says what is next.
 *
 *     freeze -> crash -> stop -> stopping -> memory -> detach -> detaching -> ended
 */
export const endingState = z.object({
  phase: z.enum(['freeze', 'crash', 'stop', 'stopping', 'memory', 'detach', 'detaching', 'ended']),
  /** When the phase began; every wait is bounded by it. */
  since: z.iso.datetime(),
  /** Looks of the phase so far. */
  looks: z.int().min(0),
  /** True once something may have left memory on a disk. */
  memoryOnDisk: z.boolean(),
  /** True once the guest is asked no more. */
  forced: z.boolean(),
  /** What became of the steps so far. */
  outcomes: z.array(stepOutcome),
});
/** How far the end of a host is. */
export type EndingState = z.infer<typeof endingState>;

/** Where it begins. @param now ISO 8601 */
export const beginEnding = (now: string): EndingState => ({
  phase: 'freeze',
  since: now,
  looks: 0,
  memoryOnDisk: false,
  forced: false,
  outcomes: [],
});

/** The state at the beginning of another phase. */
export const enterPhase = (ending: EndingState, phase: EndingState['phase'], now: string): EndingState => ({
  ...ending,
  phase,
  since: now,
  looks: 0,
});

/** Longest that a stop may take after the guest was asked no more, in seconds; then it is a row that calls a person. */
export const STOP_DEADLINE_SECONDS = 600;

/**
 * What a look at an instance that is to stop leads to: it has stopped, it is waited for, the guest is asked no more, or it is given up.
 * Pure.
 *
 * @param waitedSeconds since the stop was asked for in this way
 */
export const judgeStop = (
  state: string,
  { forced }: Pick<EndingState, 'forced'>,
  {
    waitedSeconds,
    forceAfterSeconds,
  }: { readonly waitedSeconds: number; readonly forceAfterSeconds: number },
): 'stopped' | 'wait' | 'force' | { readonly failed: string } => {
  if (state === 'stopped') return 'stopped';
  if (state !== 'stopping' && state !== 'running')
    return { failed: `it is ${state}, and will not be stopped` };
  if (!forced) return waitedSeconds >= forceAfterSeconds ? 'force' : 'wait';
  return waitedSeconds >= STOP_DEADLINE_SECONDS
    ? { failed: `still ${state} ${Math.round(waitedSeconds)} seconds after the guest was asked no more` }
    : 'wait';
};
