import type { Limits } from './limits.ts';
import type { ScalingGroupRow } from './limit-row.ts';

/** A member of an Auto Scaling group that an incident is about. */
export interface JudgedMember {
  readonly instanceId: string;
  readonly caseId: string;
}

/** Whether a finding on a member is a repeat. */
export interface MemberJudgement {
  /** The case that the incident belongs to: an earlier one's where it repeats it. */
  readonly caseId: string;
  readonly repeats: boolean;
  /** The row as it is to be; absent when the member is in it already. */
  readonly write?: ScalingGroupRow;
  readonly because: readonly string[];
}

/** How many members a row keeps: what is beyond asks in any case. */
const MOST_MEMBERS = 500;

/**
 * Joins findings on members of one group within a window into one case: the first is handled, each later one joins it and
 * asks, for a group that fails member by member is one event, or one false positive. Instances of one and the same case (an
 * attack sequence) do not repeat each other. Pure; what was judged before stays as it was.
 */
export const joinMember = (
  limits: Limits,
  member: JudgedMember,
  {
    row,
    now,
    automatic,
  }: { readonly row: ScalingGroupRow; readonly now: number; readonly automatic: boolean },
): MemberJudgement => {
  if (limits === 'off') return { caseId: member.caseId, repeats: false, because: [] };
  const recent = row.members.filter(({ at }) => at > now - limits.windowMinutes * 60_000);
  const index = recent.findIndex(({ instanceId }) => instanceId === member.instanceId);
  const before = recent[index];
  const earlier = recent
    .slice(0, before === undefined ? recent.length : index)
    .find(({ caseId }) => caseId !== member.caseId);
  const caseId = earlier?.caseId ?? before?.caseId ?? member.caseId;
  const repeats = earlier !== undefined;
  const because = repeats
    ? [
        `it joins case ${caseId}: another member of its Auto Scaling group had a finding within ${limits.windowMinutes} minutes`,
      ]
    : [];
  if (before !== undefined) return { caseId, repeats, because };
  const entry = { instanceId: member.instanceId, caseId, at: now, automatic: automatic && !repeats };
  return { caseId, repeats, write: { members: [...recent, entry].slice(-MOST_MEMBERS) }, because };
};

/**
 * Why containing a member goes beyond the share of its group that may be contained in a window without asking; undefined when
 * it does not. The first always may, whatever the share of a small group; of more, those that came first. `size` is the
 * capacity that the group keeps up: contained members are detached and replaced, which leaves it as it is.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
 */
export const shareExceeded = (
  limits: Limits,
  instanceId: string,
  { row, now, size }: { readonly row: ScalingGroupRow; readonly now: number; readonly size: number },
): string | undefined => {
  if (limits === 'off') return undefined;
  const taken = row.members.filter(
    ({ at, automatic }) => automatic && at > now - limits.windowMinutes * 60_000,
  );
  const rank = taken.findIndex((member) => member.instanceId === instanceId);
  const most = Math.max(1, Math.floor(limits.scalingGroupShare * size));
  if (rank < most) return undefined;
  return `${rank} member(s) of its Auto Scaling group of ${size} came before it within ${limits.windowMinutes} minutes, and the policy contains ${most} without asking`;
};
