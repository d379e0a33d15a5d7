import * as z from 'zod';

/** What the clock calls the watch of sessions with: nothing. */
export const sessionWatchInput = z.strictObject({});
/** What the clock calls the watch of sessions with. */
export type SessionWatchInput = z.infer<typeof sessionWatchInput>;

/** What it came to. */
export const sessionWatchOutput = z.object({
  /** Recordings that are in custody since this look. */
  recorded: z.int(),
  /** Sessions without a recording, of which people were told. */
  missing: z.int(),
  /** Sessions that go on, or whose recording is awaited. */
  waiting: z.int(),
});
/** What it came to. */
export type SessionWatchOutput = z.infer<typeof sessionWatchOutput>;
