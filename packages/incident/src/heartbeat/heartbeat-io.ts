import * as z from 'zod';

/** The function that listens to Regions, and its role: where the deployment wants it. */
export const HEARTBEAT_FUNCTION_NAME = 'cordon-heartbeat';

/** Partition of the incident table with one row for each Region that is listened to. */
export const HEARTBEATS = 'heartbeat';

/** Input of `cordon-heartbeat`, from its schedule: it takes no wish. */
export const heartbeatInput = z.object({});

/** What became of each Region. */
export const heartbeatOutput = z.object({
  regions: z.array(
    z.object({
      region: z.string(),
      asked: z.enum(['no', 'new', 'again']),
      problem: z.enum(['region-silent', 'region-undelegated']).optional(),
    }),
  ),
});
/** What became of each Region. */
export type HeartbeatOutput = z.infer<typeof heartbeatOutput>;
