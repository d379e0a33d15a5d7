import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import {
  EMPTY_GROUP,
  joinMember,
  scalingGroupName,
  shareExceeded,
  type IncidentRef,
  type Posture,
} from '@cordon/incident';
import { classify } from '../../aws/classify.ts';
import { clientFor, type Connection } from '../../aws/connection.ts';
import type { Services } from '../../services.ts';
import { readOrGoOn, writeGroup, type ReadLimits } from '../../store/limit-table.ts';

/** Each is lost only to another member of the group that was counted in it. */
const MOST_ROUNDS = 20;

/** A member of an Auto Scaling group on its way into a plan. */
export interface Member {
  readonly incident: IncidentRef;
  readonly posture: Posture;
  /** Name of the group, as Auto Scaling itself says. */
  readonly group: string;
  /** The inspect duty in the member account. */
  readonly connection: Connection;
}

/** The group's row, read beside the facts where intake was told the group's name already; nothing otherwise. */
export const readGroupAhead = async (
  { account, region, scalingGroup }: IncidentRef,
  services: Services,
): Promise<ReadLimits | undefined> =>
  scalingGroup === undefined || services.config.policy.limits === 'off'
    ? undefined
    : readOrGoOn(
        { breakers: [], resets: [], groups: [scalingGroupName(account, region, scalingGroup)] },
        services,
      );

/**
 * Holds a member of an Auto Scaling group against the limits of its group: a repeat joins the earlier case and asks, and what is
 * beyond the group's share asks. Only what would be contained without asking is held back, and nothing that a person started,
 * which has no case. A row that cannot be read or written, or a group that cannot be described, holds nothing back.
 */
export const judgeGroup = async (
  { incident, posture, group, connection }: Member,
  ahead: ReadLimits | undefined,
  services: Services,
): Promise<Posture> => {
  const { limits } = services.config.policy;
  const { caseId, instanceId } = incident;
  if (limits === 'off' || posture.containment !== 'contain' || caseId === undefined) return posture;
  const name = scalingGroupName(incident.account, incident.region, group);
  const asks = (because: readonly string[]): Posture => ({
    ...posture,
    containment: 'ask',
    because: [...because, ...posture.because],
  });
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const known = round === 0 && incident.scalingGroup === group ? ahead : undefined;
    const rows = known ?? (await readOrGoOn({ breakers: [], resets: [], groups: [name] }, services));
    if (rows === undefined) return posture;
    const row = rows.groups[name] ?? EMPTY_GROUP;
    const now = services.now();
    const joined = joinMember(limits, { instanceId, caseId }, { row, now, automatic: true });
    if (joined.write !== undefined && !(await wrote(name, joined.write, { rows, services }))) continue;
    if (joined.repeats) return asks(joined.because);
    const counted = joined.write ?? row;
    // The group's size is asked only where another member came before: the first may go in any case.
    if (shareExceeded(limits, instanceId, { row: counted, now, size: 0 }) === undefined) return posture;
    const size = await sizeOf(group, connection, services);
    const exceeded =
      size === undefined ? undefined : shareExceeded(limits, instanceId, { row: counted, now, size });
    return exceeded === undefined ? posture : asks([exceeded]);
  }
  services.log({ level: 'error', message: 'a scaling group could not be counted, so it holds nothing back' });
  return posture;
};

const wrote = async (
  name: string,
  row: Parameters<typeof writeGroup>[1],
  { rows, services }: { readonly rows: ReadLimits; readonly services: Services },
): Promise<boolean> => {
  try {
    return await writeGroup(name, row, { versions: rows.versions, services });
  } catch (error) {
    services.log({
      level: 'error',
      message: 'a scaling group cannot be counted',
      code: classify(error).code,
    });
    return true;
  }
};

/** The capacity that the group keeps up; undefined when it cannot be told. */
const sizeOf = async (
  group: string,
  connection: Connection,
  services: Services,
): Promise<number | undefined> => {
  try {
    const { AutoScalingGroups: groups = [] } = await clientFor(AutoScalingClient, {
      ...connection,
      impatient: true,
    }).send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }));
    return groups[0]?.DesiredCapacity;
  } catch (error) {
    services.log({
      level: 'error',
      message: 'a scaling group cannot be described',
      code: classify(error).code,
    });
    return undefined;
  }
};
