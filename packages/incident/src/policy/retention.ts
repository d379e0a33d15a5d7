import type { CordonConfig } from '../config.ts';

export { ARCHIVED_FROM_BYTES } from '@cordon/evidence';

/** What a deployment says of how long evidence is kept. */
export type Keeping = Pick<CordonConfig['evidence'], 'lockMode' | 'lockDays' | 'lockDaysAtMost'>;

/** No case is kept for longer, whatever a policy says. */
export const longestDays = ({ lockDays, lockDaysAtMost }: Keeping): number =>
  Math.max(lockDays, lockDaysAtMost);

/**
 * For how many days a case is kept: as its policy says, but never for less than every case, nor for more than the deployment's bound.
 *
 * @param wanted what the policy sets for the case; undefined where it sets nothing, or cannot be read
 */
export const keptDays = (keeping: Keeping, wanted: number | undefined): number =>
  Math.min(Math.max(keeping.lockDays, wanted ?? 0), longestDays(keeping));

/** How a case is kept, in one sentence for plans and explanations. */
export const retentionSentence = (keeping: Keeping, wanted: number | undefined): string => {
  const days = keptDays(keeping, wanted);
  const bound =
    wanted !== undefined && wanted > days
      ? `; the policy says ${wanted}, \`evidence.lockDaysAtMost\` ends it`
      : '';
  const least =
    wanted !== undefined && wanted < days
      ? `; the policy says ${wanted}, and no case is kept for less than all`
      : '';
  return `evidence is kept for ${days} days (${keeping.lockDays} by default), locked in ${keeping.lockMode} mode${bound}${least}`;
};
