import type {
  EnterStandbyCommandInput,
  EnterStandbyCommandOutput,
  ExitStandbyCommandInput,
  ExitStandbyCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { actingFor } from './acting.ts';
import { activityOf, changing } from './activity.ts';
import { deregisterMember } from './balancing.ts';
import { enterService, fillLater } from './capacity.ts';
import { autoScalingDurations } from './durations.ts';
import {
  findGroup,
  findMembers,
  groupCheck,
  IDS_LIMIT,
  invalid,
  refuseAboveMaximum,
  requireFlag,
} from './group-target.ts';
import type { AutoScalingGroup } from './state.ts';

const refuseBelowMinimum = (group: AutoScalingGroup, leaving: number): void => {
  if (group.desiredCapacity - leaving >= group.minSize) return;
  throw invalid(
    `AutoScalingGroup ${group.name} has min-size=${group.minSize}, max-size=${group.maxSize}, and desired-size=${group.desiredCapacity}. ` +
      `To place into standby ${leaving} instance, please update the AutoScalingGroup sizes appropriately.`,
  );
};

/**
 * Members on standby stay in the group, but nobody checks their health and no load balancer sends them requests.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnterStandby.html
 */
export const enterStandby = operation<EnterStandbyCommandInput, Omit<EnterStandbyCommandOutput, '$metadata'>>(
  {
    checks: (input, call) => [groupCheck('EnterStandby', call, input.AutoScalingGroupName)],
    run: (input, call) => {
      acceptMembers(input, 'EnterStandby', [
        'InstanceIds',
        'AutoScalingGroupName',
        'ShouldDecrementDesiredCapacity',
      ]);
      const lowers = requireFlag(input.ShouldDecrementDesiredCapacity, 'shouldDecrementDesiredCapacity');
      const group = findGroup(call, input.AutoScalingGroupName);
      const members = findMembers(group, input.InstanceIds, IDS_LIMIT);
      const busy = members.find(({ lifecycleState }) => lifecycleState !== 'InService');
      if (busy !== undefined)
        throw invalid(`The instance ${busy.instanceId} is not in InService: it is ${busy.lifecycleState}.`);
      const acting = actingFor(call);
      const before = group.desiredCapacity;
      if (lowers) {
        refuseBelowMinimum(group, members.length);
        group.desiredCapacity -= members.length;
      } else {
        fillLater(group, acting);
      }
      for (const member of members) {
        member.lifecycleState = 'EnteringStandby';
        const drained = deregisterMember(group, member, acting);
        call.timeline.at(Math.max(drained, call.now + autoScalingDurations.enterStandby), () => {
          member.lifecycleState = 'Standby';
        });
      }
      const change = lowers ? { change: changing('shrinking', before, group.desiredCapacity) } : {};
      const words = { doing: 'Moving EC2 instance to Standby', done: 'was moved to standby' };
      return {
        Activities: members.map((member) => activityOf(group, member, { call, ...words, ...change })),
      };
    },
  },
);

/**
 * The desired capacity is raised again, and the health of the member is looked at as soon as it is in service.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExitStandby.html
 */
export const exitStandby = operation<ExitStandbyCommandInput, Omit<ExitStandbyCommandOutput, '$metadata'>>({
  checks: (input, call) => [groupCheck('ExitStandby', call, input.AutoScalingGroupName)],
  run: (input, call) => {
    acceptMembers(input, 'ExitStandby', ['InstanceIds', 'AutoScalingGroupName']);
    const group = findGroup(call, input.AutoScalingGroupName);
    const members = findMembers(group, input.InstanceIds, IDS_LIMIT);
    const busy = members.find(({ lifecycleState }) => lifecycleState !== 'Standby');
    if (busy !== undefined)
      throw invalid(`The instance ${busy.instanceId} is not in Standby: it is ${busy.lifecycleState}.`);
    refuseAboveMaximum(group, 'place into service', members.length);
    const before = group.desiredCapacity;
    group.desiredCapacity += members.length;
    for (const member of members) {
      member.lifecycleState = 'Pending';
      enterService(group, member, actingFor(call));
    }
    const change = changing('increasing', before, group.desiredCapacity);
    const words = { doing: 'Moving EC2 instance out of Standby', done: 'was moved out of standby', change };
    return {
      Activities: members.map((member) => ({
        ...activityOf(group, member, { call, ...words }),
        StatusCode: 'PreInService',
        Progress: 30,
      })),
    };
  },
});
