import * as z from 'zod';

/** Input of `cordon-watch` from its schedule, which says nothing, and from the queue of changes, as SQS hands them to a function. */
export const watchInput = z.object({
  Records: z
    .array(
      z.object({
        messageId: z.string(),
        receiptHandle: z.string(),
        body: z.string(),
        attributes: z.object({ SentTimestamp: z.string() }),
      }),
    )
    .optional(),
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
  /** Of changes: those that the queue is to hand over again. */
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).optional(),
});
/** What the watch saw. */
export type WatchOutput = z.infer<typeof watchOutput>;
