import { DescribeSecurityGroupsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { openingStepOf, rulesThatOpen, type ContainmentJournal } from '@cordon/incident';
import type { Opening } from '../store/opening-rows.ts';
import { hasExactly, isOpeningOf } from '../steps/opening-group.ts';

/**
 * Groups that open an interface as the plan says, as `eni-1/sg-1`: of this incident, not due yet, and holding exactly the rules of their step.
 * A rule more or less, or a closing that did not come, is drift.
 */
export const knownOpenings = async (
  ec2: EC2Client,
  openings: readonly Opening[],
  { journal, now }: { readonly journal: ContainmentJournal; readonly now: number },
): Promise<ReadonlySet<string>> => {
  const standing = openings.filter(({ dueAt, groupId }) => groupId !== undefined && Date.parse(dueAt) > now);
  if (standing.length === 0) return new Set();
  const { SecurityGroups: groups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [{ Name: 'group-id', Values: standing.flatMap(({ groupId }) => groupId ?? []) }],
    }),
  );
  return new Set(
    standing.flatMap(({ groupId, networkInterfaceId, stepId, opens, incident }) => {
      const { account, incidentId } = incident;
      const group = groups.find(({ GroupId }) => GroupId === groupId);
      const step = openingStepOf(
        journal.plans.filter(({ revision }) => revision === incident.revision).map(({ plan }) => plan),
        stepId,
      );
      return group !== undefined &&
        step !== undefined &&
        isOpeningOf(group, { opens, account, incidentId }) &&
        hasExactly(group, rulesThatOpen(step))
        ? [`${networkInterfaceId}/${groupId}`]
        : [];
    }),
  );
};
