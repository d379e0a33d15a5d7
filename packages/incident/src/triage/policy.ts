import * as z from 'zod';
import { accountId } from '../ids.ts';

const leave = z.enum(['never', 'ask', 'automatic']);

/**
 * What an organization has decided about findings. An unknown key is refused, so that a misspelt exclusion cannot pass for one that works.
 */
export const policySchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    /** A finding of this severity or above is responded to; GuardDuty's scale, 1 to 10 (aws-facts 1.4). */
    respondAtSeverity: z.number().min(1).max(10).default(7),
    /** Accounts whose instances are never contained; each finding on one is paged. */
    neverContainAccounts: z.array(accountId).readonly().default([]),
    /** Accounts whose instances are left to their owners, without a page: sandboxes, training ranges. */
    excludeAccounts: z.array(accountId).readonly().default([]),
    /** Finding types, spelt exactly as GuardDuty spells them, that are only observed. */
    excludeTypes: z
      .array(z.string().regex(/^[A-Za-z0-9:/.!&_-]{1,200}$/))
      .readonly()
      .default([]),
    /** Whether a contained instance is stopped once its volumes are frozen. Stopping loses the memory that was not captured. */
    stop: z.enum(['never', 'after-freeze']).default('never'),
    /** Whether it is crashed before that, so that a prepared host leaves its memory on a disk. */
    crash: leave.default('never'),
    /** Whether all volumes of a stopped instance are detached and held. */
    detachVolumes: leave.default('never'),
    /** Whether an instance is cut off at once, or after a person was asked (and, when nobody answers in time, all the same). */
    containment: z.enum(['contain', 'ask']).default('contain'),
  })
  .readonly();
export type Policy = z.infer<typeof policySchema>;

/** Takes a policy as written (JSON), gives it with its defaults; throws a `TypeError` that names every wrong part. */
export function parsePolicy(value: unknown): Policy {
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `the policy is not valid:\n${z.prettifyError(parsed.error)}\ncorrect it and deploy again`,
  );
}

/** The policy of an organization that has decided nothing: severity 7 and above is responded to, no instance is stopped. */
export const defaultPolicy: Policy = parsePolicy({ schemaVersion: 1 });
