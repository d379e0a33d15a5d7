import { quoted } from '../quoted.ts';

/** What GuardDuty says of a finding in one account, as far as views are compared. */
export interface FindingView {
  readonly type?: string | undefined;
  readonly severity?: number | undefined;
  readonly archived?: boolean | undefined;
  /** What people said of it there: `USEFUL` or `NOT_USEFUL`. */
  readonly feedback?: string | undefined;
}

const differs = (what: string, member: unknown, administrator: unknown): readonly string[] =>
  member === administrator
    ? []
    : [
        `${what} is ${quoted(member)} in the member account, and ${quoted(administrator)} for the administrator`,
      ];

/** Where people put a finding away; either place is worth a word, for whoever holds an account may have done it. */
const putAway = (member: FindingView, administrator: FindingView): readonly string[] => {
  const [there, here] = [member.archived === true, administrator.archived === true];
  if (there && here)
    return ['the finding was archived since, in the member account and by the administrator'];
  if (there) return ['the finding is archived in the member account, and not by the administrator'];
  return here ? ['the finding was archived since by the administrator, and not in the member account'] : [];
};

/**
 * In what the member's own view of a finding differs from the administrator's, and what people did with it there. Pure. Times and counts are
 * not compared: the two views are not read at one instant, and a recurrence reaches one before the other.
 *
 * @returns sentences; none where both say the same and nobody has put it away
 */
export const differencesOf = (
  member: FindingView | undefined,
  administrator: FindingView | undefined,
): readonly string[] => {
  if (member === undefined && administrator === undefined)
    return ['GuardDuty shows the finding neither in the member account nor to the administrator any more'];
  if (member === undefined)
    return ['GuardDuty shows the finding to the administrator, and not in the member account'];
  if (administrator === undefined)
    return ['GuardDuty shows the finding in the member account, and not to the administrator any more'];
  return [
    ...putAway(member, administrator),
    ...(member.feedback === undefined
      ? []
      : [`people of the member account said of the finding: ${quoted(member.feedback)}`]),
    ...differs('its type', member.type, administrator.type),
    ...differs('its severity', member.severity, administrator.severity),
  ];
};
