import type {
  AutoScalingGroup as GroupView,
  AutoScalingInstanceDetails,
  DescribeAutoScalingGroupsCommandInput,
  DescribeAutoScalingGroupsCommandOutput,
  DescribeAutoScalingInstancesCommandInput,
  DescribeAutoScalingInstancesCommandOutput,
  SetInstanceProtectionCommandInput,
  SetInstanceProtectionCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Service } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { ec2State } from '../ec2/state.ts';
import { takePage } from '../page.ts';
import { attachInstances } from './attach-instances.ts';
import { detachInstances } from './detach-instances.ts';
import { findGroup, findMembers, groupCheck, groupsOf, invalid, requireFlag } from './group-target.ts';
import { enterStandby, exitStandby } from './standby.ts';
import type { AutoScalingGroup, LaunchTemplateChoice, Member } from './state.ts';
import { updateAutoScalingGroup } from './update-group.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html */
const INSTANCES_PAGE = 50;
/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html */
const GROUPS_PAGE = { default: 50, max: 100 };
/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html */
const PROTECTION_IDS_LIMIT = 50;

const badToken = () => new ServiceFault('InvalidNextToken', 'The NextToken value is not valid.');

const pageSize = (
  asked: number | undefined,
  limits: { readonly default: number; readonly max: number },
): number => {
  const size = asked ?? limits.default;
  if (size < 1 || size > limits.max)
    throw invalid(
      `1 validation error detected: Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must have value between 1 and ${limits.max}`,
    );
  return size;
};

const templateView = (choice: LaunchTemplateChoice) => ({
  LaunchTemplateId: choice.launchTemplateId,
  LaunchTemplateName: choice.launchTemplateName,
  Version: choice.version,
});

const mixedView = ({ mixedInstances }: AutoScalingGroup): Pick<GroupView, 'MixedInstancesPolicy'> =>
  mixedInstances === undefined
    ? {}
    : {
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: templateView(mixedInstances.launchTemplate),
            Overrides: mixedInstances.types.map((InstanceType) => ({ InstanceType })),
          },
        },
      };

const memberView = (member: Member, call: Call) => {
  const instance = call.world.of(ec2State, call.caller.account, call.region).instances.get(member.instanceId);
  return {
    InstanceId: member.instanceId,
    AvailabilityZone: instance?.availabilityZone ?? '',
    LifecycleState: member.lifecycleState,
    ProtectedFromScaleIn: member.protectedFromScaleIn,
    ...(instance === undefined ? {} : { InstanceType: instance.instanceType }),
  };
};

const groupView = (group: AutoScalingGroup, call: Call): GroupView => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  MinSize: group.minSize,
  MaxSize: group.maxSize,
  DesiredCapacity: group.desiredCapacity,
  // Groups here scale by nothing but replacement, which no cooldown delays; AWS's default is shown.
  DefaultCooldown: 300,
  AvailabilityZones: [...group.availabilityZones],
  VPCZoneIdentifier: group.subnetIds.join(','),
  HealthCheckType: group.healthCheckType,
  HealthCheckGracePeriod: 0,
  TargetGroupARNs: [...group.targetGroupArns],
  LoadBalancerNames: [...group.loadBalancerNames],
  ...(group.launchTemplate === undefined ? {} : { LaunchTemplate: templateView(group.launchTemplate) }),
  ...mixedView(group),
  CreatedTime: new Date(group.createdAt),
  Instances: [...group.members.values()].map((member) => ({
    ...memberView(member, call),
    HealthStatus: member.healthStatus,
  })),
  Tags: [...group.tags].map(([Key, Value]) => ({
    Key,
    Value,
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
    PropagateAtLaunch: false,
  })),
});

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html */
const describeAutoScalingGroups = operation<
  DescribeAutoScalingGroupsCommandInput,
  Omit<DescribeAutoScalingGroupsCommandOutput, '$metadata'>
>({
  checks: () => [{ action: 'autoscaling:DescribeAutoScalingGroups', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'DescribeAutoScalingGroups', ['AutoScalingGroupNames', 'MaxRecords', 'NextToken']);
    const names = input.AutoScalingGroupNames ?? [];
    const wanted = [...groupsOf(call).values()].filter(
      ({ name }) => names.length === 0 || names.includes(name),
    );
    const page = takePage(
      wanted,
      { token: input.NextToken, size: pageSize(input.MaxRecords, GROUPS_PAGE) },
      badToken,
    );
    return {
      AutoScalingGroups: page.items.map((group) => groupView(group, call)),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** An instance that is in no group is left out. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html */
const describeAutoScalingInstances = operation<
  DescribeAutoScalingInstancesCommandInput,
  Omit<DescribeAutoScalingInstancesCommandOutput, '$metadata'>
>({
  checks: () => [{ action: 'autoscaling:DescribeAutoScalingInstances', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'DescribeAutoScalingInstances', ['InstanceIds', 'MaxRecords', 'NextToken']);
    const ids = input.InstanceIds ?? [];
    if (ids.length > INSTANCES_PAGE)
      throw invalid(`The number of instance IDs that may be passed in is limited to ${INSTANCES_PAGE}`);
    const wanted = [...groupsOf(call).values()].flatMap((group) =>
      [...group.members.values()]
        .filter(({ instanceId }) => ids.length === 0 || ids.includes(instanceId))
        .map((member): AutoScalingInstanceDetails => ({
          ...memberView(member, call),
          AutoScalingGroupName: group.name,
          // This operation writes it in capitals, DescribeAutoScalingGroups does not.
          HealthStatus: member.healthStatus.toUpperCase(),
        })),
    );
    const size = pageSize(input.MaxRecords, { default: INSTANCES_PAGE, max: INSTANCES_PAGE });
    const page = takePage(wanted, { token: input.NextToken, size }, badToken);
    return {
      AutoScalingInstances: [...page.items],
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** Protects from scale-in alone. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html */
const setInstanceProtection = operation<
  SetInstanceProtectionCommandInput,
  Omit<SetInstanceProtectionCommandOutput, '$metadata'>
>({
  checks: (input, call) => [groupCheck('SetInstanceProtection', call, input.AutoScalingGroupName)],
  run: (input, call) => {
    acceptMembers(input, 'SetInstanceProtection', [
      'InstanceIds',
      'AutoScalingGroupName',
      'ProtectedFromScaleIn',
    ]);
    const members = findMembers(
      findGroup(call, input.AutoScalingGroupName),
      input.InstanceIds,
      PROTECTION_IDS_LIMIT,
    );
    const wanted = requireFlag(input.ProtectedFromScaleIn, 'protectedFromScaleIn');
    for (const member of members) member.protectedFromScaleIn = wanted;
    return {};
  },
});

/** Amazon EC2 Auto Scaling: groups that keep their capacity. Scaling by policy, lifecycle hooks and warm pools are not here. */
export const autoscalingService: Service = {
  name: 'autoscaling',
  operations: {
    DescribeAutoScalingGroups: describeAutoScalingGroups,
    DescribeAutoScalingInstances: describeAutoScalingInstances,
    AttachInstances: attachInstances,
    DetachInstances: detachInstances,
    EnterStandby: enterStandby,
    ExitStandby: exitStandby,
    SetInstanceProtection: setInstanceProtection,
    UpdateAutoScalingGroup: updateAutoScalingGroup,
  },
};
