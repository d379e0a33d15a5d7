import * as z from 'zod';
import { accountId, region } from '../ids.ts';
import { coverageCheck } from './coverage-row.ts';
import { TRIED_DUTIES } from './names.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
const INSTANCE = /^i-[0-9a-f]{8,17}$/;

/** Input of the functions that try a duty. It holds no wish but where to try, and an instance in each Region to try it upon. */
export const tryInput = z.strictObject({
  duty: z.enum(TRIED_DUTIES),
  account: accountId,
  regions: z.array(region).min(1).max(50),
  /** By Region. Ids of instances, as the inspect duty read them. */
  samples: z.record(z.string(), z.string().regex(INSTANCE)).default({}),
});
export type TryInput = z.infer<typeof tryInput>;

/** What was found, by Region; and by the inspect duty some instance of each, for the other duties to be tried upon. */
export const tryOutput = z.strictObject({
  checks: z.record(z.string(), z.array(coverageCheck)),
  samples: z.record(z.string(), z.string().regex(INSTANCE)),
});
export type TryOutput = z.infer<typeof tryOutput>;

/** Called by the clock: it takes no wish, so that who may call it can only have it look sooner. */
export const coverInput = z.object({});
export type CoverInput = z.infer<typeof coverInput>;

/** Accounts that one run tried, those that it had to leave for the next, and places that are late. */
export const coverOutput = z.strictObject({ tried: z.number(), left: z.number(), late: z.number() });
export type CoverOutput = z.infer<typeof coverOutput>;
