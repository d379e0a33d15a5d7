import * as z from 'zod';

const budget = z.int().min(1).max(500);

/**
 * How many containments a window may have without anybody being asked. Each is smaller than the next, so that no account
 * can use up its unit's budget, and no unit the organization's.
 */
const budgets = z
  .strictObject({ account: budget, unit: budget, organization: budget })
  .refine(
    ({ account, unit, organization }) => account < unit && unit < organization,
    'wanted account < unit < organization, else one account could use up the budget of all others',
  )
  .readonly();
/** How many containments a window may have in an account, a unit, and all accounts together. */
export type Budgets = z.infer<typeof budgets>;

const limits = z.strictObject({
  /** Length of the sliding window in minutes; also how long a tripped breaker stays so unless people reset it. */
  windowMinutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .default(60),
  ordinary: budgets.default({ account: 5, unit: 10, organization: 20 }),
  /** Findings of severity 9 and above have budgets of their own: a flood of lesser ones must not hold them up. */
  severe: budgets.default({ account: 5, unit: 10, organization: 20 }),
  /** Share of an Auto Scaling group's instances that may be contained in a window; one always may. */
  scalingGroupShare: z.number().min(0).max(1).default(0.34),
});

/** What a deployment allows itself. `off`: no limit, as documents of the policy's first form had none. */
export const limitsSchema = z.union([z.literal('off'), limits.readonly()]).prefault({});
/** What a deployment allows itself. */
export type Limits = z.infer<typeof limitsSchema>;

/** From this severity on a finding has budgets of its own. GuardDuty's Critical. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html */
export const SEVERE_FROM = 9;
