import * as z from 'zod';
import { accountId, instanceId, region } from '../ids.ts';

/** Input of `cordon-watch`: every contained instance, or the one that a change is about. A schedule's event says nothing. */
export const watchInput = z.object({
  only: z.object({ account: accountId, region, instanceId }).optional(),
});
/** Input of `cordon-watch`. */
export type WatchInput = z.infer<typeof watchInput>;

/** What the watch saw. */
export const watchOutput = z.object({
  looked: z.int(),
  drifted: z.array(
    z.object({
      incidentId: z.string(),
      drifts: z.array(z.string()),
      /** The plan that was started; absent while the same drift is not yet due again. */
      revision: z.int().optional(),
    }),
  ),
});
/** What the watch saw. */
export type WatchOutput = z.infer<typeof watchOutput>;
