import type { StackSetOperationPreferences } from '@aws-sdk/client-cloudformation';
import { validationError } from './faults.ts';

/**
 * How an operation goes through accounts and Regions, with the defaults of AWS in place of what was left out.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
 */
export interface Preferences {
  /** As the request had it, for readers. */
  readonly asked: StackSetOperationPreferences;
  readonly regionOrder: readonly string[];
  readonly parallelRegions: boolean;
  /** Of so many accounts of a Region this many may fail. */
  readonly tolerance: (accounts: number) => number;
  /** Of so many accounts of a Region this many are worked on at once, before any failure. */
  readonly atOnce: (accounts: number) => number;
  /** Whether failures leave concurrency as it is. */
  readonly soft: boolean;
}

/** Every member that preferences have. */
export const PREFERENCE_MEMBERS = [
  'ConcurrencyMode',
  'FailureToleranceCount',
  'FailureTolerancePercentage',
  'MaxConcurrentCount',
  'MaxConcurrentPercentage',
  'RegionConcurrencyType',
  'RegionOrder',
] as const;

const either = (asked: StackSetOperationPreferences, one: string, other: string): void => {
  const given = new Map(Object.entries(asked));
  if (given.get(one) !== undefined && given.get(other) !== undefined)
    throw validationError(`You can specify either ${one} or ${other}, but not both`);
};

const within = (value: number | undefined, name: string, [least, most]: readonly [number, number]): void => {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
    throw validationError(`Value '${value}' at '${name}' is not within ${least} and ${most}`);
};

/** Reads preferences. @throws ServiceFault ValidationError */
export const readPreferences = (
  asked: StackSetOperationPreferences = {},
  regions: readonly string[],
): Preferences => {
  const strange = Object.keys(asked).find((member) => !PREFERENCE_MEMBERS.some((known) => known === member));
  if (strange !== undefined) throw validationError(`OperationPreferences has no member ${strange}`);
  either(asked, 'FailureToleranceCount', 'FailureTolerancePercentage');
  either(asked, 'MaxConcurrentCount', 'MaxConcurrentPercentage');
  within(asked.FailureToleranceCount, 'failureToleranceCount', [0, Number.MAX_SAFE_INTEGER]);
  within(asked.FailureTolerancePercentage, 'failureTolerancePercentage', [0, 100]);
  within(asked.MaxConcurrentCount, 'maxConcurrentCount', [1, Number.MAX_SAFE_INTEGER]);
  within(asked.MaxConcurrentPercentage, 'maxConcurrentPercentage', [1, 100]);
  const order = asked.RegionOrder ?? [];
  const strangeRegion = order.find((region) => !regions.includes(region));
  if (strangeRegion !== undefined)
    throw validationError(
      `RegionOrder names ${strangeRegion}, which is not among the Regions of the operation`,
    );
  const soft = asked.ConcurrencyMode === 'SOFT_FAILURE_TOLERANCE';
  // Percentages are rounded down; of concurrency at least one is left.
  const part = (percentage: number, accounts: number): number => Math.floor((accounts * percentage) / 100);
  const tolerance = (accounts: number): number =>
    asked.FailureToleranceCount ?? part(asked.FailureTolerancePercentage ?? 0, accounts);
  const most = (accounts: number): number =>
    asked.MaxConcurrentPercentage === undefined
      ? (asked.MaxConcurrentCount ?? 1)
      : Math.max(1, part(asked.MaxConcurrentPercentage, accounts));
  return {
    asked,
    // What the order leaves out comes after it, as it was given.
    regionOrder: [...order, ...regions.filter((region) => !order.includes(region))],
    parallelRegions: asked.RegionConcurrencyType === 'PARALLEL',
    tolerance,
    atOnce: (accounts) => (soft ? most(accounts) : Math.min(most(accounts), tolerance(accounts) + 1)),
    soft,
  };
};
