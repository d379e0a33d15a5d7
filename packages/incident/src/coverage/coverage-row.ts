import * as z from 'zod';

/** What one look at an account and Region found of one thing that a response there needs. */
export const coverageCheck = z.strictObject({
  /** What was looked at: `role-inspect`, `probe`, `transit-key`, `endpoints`, `agents`, ... Stable, for machines. */
  id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  /** `unknown`: it could not be looked at, and nothing follows from it. */
  result: z.enum(['ok', 'failed', 'unknown']),
  /** For a person: what was found, in one sentence. Our words; an error of AWS's is named by its code. */
  says: z.string().max(500),
});
/** What one look found of one thing. */
export type CoverageCheck = z.infer<typeof coverageCheck>;

/** How far a response in an account and Region was shown to work, when it was last tried. One row of the table `cordon-coverage`. */
export const coverageRow = z.strictObject({
  account: z.string().regex(/^\d{12}$/),
  region: z.string().min(1),
  verdict: z.enum(['protected', 'partly', 'not']),
  checks: z.array(coverageCheck),
  /** When the account was first seen to need protection here. ISO 8601. */
  firstSeen: z.iso.datetime(),
  /** When it was last tried; absent until then. */
  tried: z.iso.datetime().optional(),
  /** Since when it has been protected without a break; absent while it is not. */
  protectedSince: z.iso.datetime().optional(),
});
/** One account in one Region. */
export type CoverageRow = z.infer<typeof coverageRow>;

/** A row as the table holds it, JSON in `body`; undefined where it cannot be read. Never throws. */
export const readCoverageRow = (body: string | undefined): CoverageRow | undefined => {
  try {
    return coverageRow.safeParse(JSON.parse(body ?? '')).data;
  } catch {
    return undefined;
  }
};
