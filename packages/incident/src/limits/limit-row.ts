import * as z from 'zod';

/** Partition of every row about limits; the row's name is its sort key. */
const LIMIT_PARTITION = 'limit#';
/** Sort key of all rows about limits: each has a partition of its own, so that no account's findings slow another's. */
export const LIMIT_SORT = 'limit';

/** Which budget: findings of severity 9 and above have their own. */
export type Tier = 'ordinary' | 'severe';
/** What a budget is of. */
export type Scope = 'account' | 'unit' | 'organization';

/** Name of the row that counts for a budget. `id`: of the account, unit or organization. */
export const breakerName = (scope: Scope, id: string, tier: Tier): string => `breaker#${scope}#${id}#${tier}`;
/** Name of the row that counts the members of an Auto Scaling group. */
export const scalingGroupName = (account: string, region: string, group: string): string =>
  `scaling-group#${account}#${region}#${group}`;
/** Partition key of a row about limits. */
export const limitKey = (name: string): string => `${LIMIT_PARTITION}${name}`;

/** What a budget's row holds. Times are epoch milliseconds. */
export const breakerRow = z.object({
  /** Cases that were contained without asking; each counts once. */
  cases: z.array(z.object({ caseId: z.string(), at: z.number() })),
  /** When the budget was first exceeded; absent while it was not. */
  trippedAt: z.number().optional(),
});
/** What a budget's row holds. */
export type BreakerRow = z.infer<typeof breakerRow>;

/** What a group's row holds. */
export const scalingGroupRow = z.object({
  /** Members that an incident was opened for, in the order in which they came. Times are epoch milliseconds. */
  members: z.array(
    z.object({
      instanceId: z.string(),
      caseId: z.string(),
      at: z.number(),
      /** True for one that was to be contained without asking. */
      automatic: z.boolean(),
    }),
  ),
});
/** What a group's row holds. */
export type ScalingGroupRow = z.infer<typeof scalingGroupRow>;

/** The row of a group that no finding has named. */
export const EMPTY_GROUP: ScalingGroupRow = { members: [] };
