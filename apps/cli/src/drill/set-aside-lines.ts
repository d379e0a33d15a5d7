import type { DrillResult, RunRecord } from '@cordon/drill';

const WHAT_TO_DO = 'correct it, or look for who sent it';

/**
 * One line for each finding that was set aside: which one, its code and reason, and what to do. The reasons of such a finding
 * are code, message and hint where intake gave them. The words may be an attacker's: print them through `printable`.
 */
export const setAsideLines = (
  { findings }: Pick<DrillResult, 'findings'>,
  deliveries: RunRecord['deliveries'],
): readonly string[] =>
  findings.flatMap(({ disposition, reasons }, index) => {
    if (disposition !== 'set-aside') return [];
    const { findingId, notPlanted } = deliveries[index] ?? {};
    const [code, message, hint] = reasons.length > 1 ? reasons : ['not-taken', ...reasons];
    const which = `finding ${findingId ?? 'without an id'} (${index + 1} of ${findings.length})`;
    const why = [
      message,
      ...(notPlanted === undefined ? [] : [`it was not planted in GuardDuty: ${notPlanted}`]),
    ];
    const todo =
      notPlanted === undefined ? (hint ?? WHAT_TO_DO) : 'correct the finding and run the drill again';
    return [`${which} was set aside: ${code}: ${[...why, todo].join('; ')}`];
  });
