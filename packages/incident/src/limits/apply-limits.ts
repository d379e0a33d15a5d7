import type { Posture } from '../plan/posture.ts';
import { countCase, type Budget, type CountedCase } from './count-case.ts';
import { joinMember, type JudgedMember } from './judge-member.ts';
import type { HaltRow } from './halt.ts';
import { EMPTY_GROUP, scalingGroupName, type BreakerRow, type ScalingGroupRow } from './limit-row.ts';
import type { Limits } from './limits.ts';

/** An incident that is about to be opened. */
export interface Opening extends CountedCase, JudgedMember {
  readonly region: string;
  /** Name of the instance's Auto Scaling group, where the finding tells it. */
  readonly scalingGroup?: string | undefined;
}

/** What the table holds of the limits that an opening is under. Rows by name; one that is absent holds nothing yet. */
export interface LimitRows {
  readonly halt?: HaltRow | undefined;
  readonly breakers: Readonly<Record<string, BreakerRow>>;
  /** When people reset a breaker, by `resetScope` of its budget; epoch milliseconds. */
  readonly resets: Readonly<Record<string, number>>;
  readonly groups: Readonly<Record<string, ScalingGroupRow>>;
}

/** The posture under limits, and what is to be written with the incident. */
export interface Limited {
  readonly posture: Posture;
  readonly caseId: string;
  readonly breakers: Readonly<Record<string, BreakerRow>>;
  readonly groups: Readonly<Record<string, ScalingGroupRow>>;
  /** Budgets that this opening tripped: people are told. */
  readonly tripped: readonly Budget[];
}

const weaker = (posture: Posture, containment: 'ask' | 'tripped', because: readonly string[]): Posture => ({
  ...posture,
  containment,
  because: [...because, ...posture.because],
});

/**
 * Holds the posture that the policy gives against what has been contained already; pure, for all times and orders. Only an
 * automatic containment is counted: one that asks anyway, because of the policy, the halt switch or its group, uses up nothing.
 */
export const applyLimits = (
  limits: Limits,
  opening: Opening,
  { posture, rows, now }: { readonly posture: Posture; readonly rows: LimitRows; readonly now: number },
): Limited => {
  const halted = rows.halt?.halt === 'on';
  const name =
    opening.scalingGroup === undefined
      ? undefined
      : scalingGroupName(opening.account, opening.region, opening.scalingGroup);
  const joining = (automatic: boolean) =>
    name === undefined
      ? { caseId: opening.caseId, repeats: false, because: [] }
      : joinMember(limits, opening, { row: rows.groups[name] ?? EMPTY_GROUP, now, automatic });
  const repeated = joining(false).repeats;
  const wants = posture.containment === 'contain' && !halted && !repeated;
  const counted = wants
    ? countCase(limits, opening, { rows: rows.breakers, resets: rows.resets, now })
    : { automatic: false, writes: {}, tripped: [], because: [] };
  const joined = joining(counted.automatic);
  const groups = name === undefined || joined.write === undefined ? {} : { [name]: joined.write };
  const decided = ((): Posture => {
    if (halted) return weaker(posture, 'tripped', [haltWords(rows.halt)]);
    if (repeated) return weaker(posture, 'ask', joined.because);
    return counted.because.length > 0 ? weaker(posture, 'tripped', counted.because) : posture;
  })();
  return {
    posture: decided,
    caseId: joined.caseId,
    breakers: counted.writes,
    groups,
    tripped: counted.tripped,
  };
};

/** The reason is a person's words, so it may hold anything but control characters. */
const haltWords = (halt: HaltRow | undefined): string => {
  const by = (halt?.by ?? []).map(({ name }) => name).join(' and ');
  return `automatic containment is halted since ${halt?.at ?? ''} by ${by}: ${halt?.reason ?? ''}`
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .slice(0, 1_000);
};
