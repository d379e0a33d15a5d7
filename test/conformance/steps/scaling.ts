import {
  AttachInstancesCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  SetInstanceProtectionCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { POOL } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

const ABSENT = 'i-00000000000000000';

const group = { AutoScalingGroupName: POOL.group };
const suspect = (at: At) => ({ ...group, InstanceIds: [at.known.of('suspect')] });
const nobody = { ...group, InstanceIds: [ABSENT] };

const describeGroup = (at: At) =>
  at.member.autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [POOL.group] }));

const describeSuspect = (at: At) =>
  at.member.autoscaling.send(
    new DescribeAutoScalingInstancesCommand({ InstanceIds: [at.known.of('suspect')] }),
  );

type SuspectAnswer = Awaited<ReturnType<typeof describeSuspect>>;
type GroupAnswer = Awaited<ReturnType<typeof describeGroup>>;

const suspectIs =
  (wanted: string) =>
  ({ AutoScalingInstances }: SuspectAnswer): boolean =>
    AutoScalingInstances?.[0]?.LifecycleState === wanted;

const has =
  (members: number) =>
  ({ AutoScalingGroups }: GroupAnswer): boolean => {
    const { Instances = [] } = AutoScalingGroups?.[0] ?? {};
    return Instances.length === members && Instances.every((one) => one.LifecycleState === 'InService');
  };

const looks: readonly Step[] = [
  step('autoscaling: describes a group', describeGroup),
  step('autoscaling: finds no group by a name that none has', (at) =>
    at.member.autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['absent'] })),
  ),
  step('autoscaling: describes an instance of a group', describeSuspect),
  step('autoscaling: leaves an instance of no group out', (at) =>
    at.member.autoscaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [ABSENT] })),
  ),
  step('autoscaling: protects a member from scale-in', (at) =>
    at.member.autoscaling.send(
      new SetInstanceProtectionCommand({ ...suspect(at), ProtectedFromScaleIn: true }),
    ),
  ),
  step('autoscaling: describes a member that is protected', describeSuspect),
  step('autoscaling: takes the protection of a member away', (at) =>
    at.member.autoscaling.send(
      new SetInstanceProtectionCommand({ ...suspect(at), ProtectedFromScaleIn: false }),
    ),
  ),
];

const standby: readonly Step[] = [
  step('autoscaling: puts a member on standby, one less', (at) =>
    at.member.autoscaling.send(
      new EnterStandbyCommand({ ...suspect(at), ShouldDecrementDesiredCapacity: true }),
    ),
  ),
  step('autoscaling: describes a member on standby', describeSuspect, { until: suspectIs('Standby') }),
  step('autoscaling: describes a group with a member on standby', describeGroup),
  step('autoscaling: puts a member back into service', (at) =>
    at.member.autoscaling.send(new ExitStandbyCommand(suspect(at))),
  ),
  step('autoscaling: describes a member that is back in service', describeSuspect, {
    until: suspectIs('InService'),
  }),
  step('autoscaling: describes a group whose member is back', describeGroup, { until: has(2) }),
];

const detaching: readonly Step[] = [
  step('autoscaling: detaches a member, one less', (at) =>
    at.member.autoscaling.send(
      new DetachInstancesCommand({ ...suspect(at), ShouldDecrementDesiredCapacity: true }),
    ),
  ),
  step('autoscaling: describes a group that lost a member', describeGroup, { until: has(1) }),
  step('autoscaling: leaves a detached instance out', describeSuspect),
  step(
    'autoscaling: describes the targets of a group that lost a member',
    (at) =>
      at.member.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: at.known.of('target group') })),
    { until: ({ TargetHealthDescriptions }) => TargetHealthDescriptions?.length === 1 },
  ),
  step('autoscaling: attaches an instance', (at) =>
    at.member.autoscaling.send(new AttachInstancesCommand(suspect(at))),
  ),
  step('autoscaling: describes an instance that was attached', describeSuspect, {
    until: suspectIs('InService'),
  }),
  step('autoscaling: describes a group with an attached member', describeGroup, { until: has(2) }),
];

const sizes: readonly Step[] = [
  step('autoscaling: changes the sizes of a group', (at) =>
    at.member.autoscaling.send(new UpdateAutoScalingGroupCommand({ ...group, MinSize: 2, MaxSize: 2 })),
  ),
  step('autoscaling: describes a group whose sizes were changed', describeGroup),
];

const replacing: readonly Step[] = [
  step('autoscaling: detaches a member that is replaced', (at) =>
    at.member.autoscaling.send(
      new DetachInstancesCommand({ ...suspect(at), ShouldDecrementDesiredCapacity: false }),
    ),
  ),
  step('autoscaling: describes a group that replaced a member', describeGroup, {
    until: (answer) =>
      has(2)(answer) &&
      answer.AutoScalingGroups?.[0]?.Instances?.every(({ HealthStatus }) => HealthStatus === 'Healthy') ===
        true,
  }),
  step('autoscaling: leaves an instance that was replaced out', describeSuspect),
];

/** Last of all: moto does most of what is refused here, and the group is another one there from then on. */
const refusals: readonly Step[] = [
  step('autoscaling: refuses to change a group that is not there', (at) =>
    at.member.autoscaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'absent', MinSize: 0 }),
    ),
  ),
  step('autoscaling: refuses to detach from a group that is not there', (at) =>
    at.member.autoscaling.send(
      new DetachInstancesCommand({
        ...suspect(at),
        AutoScalingGroupName: 'absent',
        ShouldDecrementDesiredCapacity: true,
      }),
    ),
  ),
  step('autoscaling: refuses to attach an instance above the maximum', (at) =>
    at.member.autoscaling.send(new AttachInstancesCommand(suspect(at))),
  ),
  step('autoscaling: refuses to attach an instance that is not there', (at) =>
    at.member.autoscaling.send(new AttachInstancesCommand(nobody)),
  ),
  step('autoscaling: refuses to protect an instance of no group', (at) =>
    at.member.autoscaling.send(new SetInstanceProtectionCommand({ ...nobody, ProtectedFromScaleIn: true })),
  ),
  step('autoscaling: refuses to put an instance of no group on standby', (at) =>
    at.member.autoscaling.send(new EnterStandbyCommand({ ...nobody, ShouldDecrementDesiredCapacity: true })),
  ),
  step('autoscaling: refuses to detach an instance of no group', (at) =>
    at.member.autoscaling.send(
      new DetachInstancesCommand({ ...nobody, ShouldDecrementDesiredCapacity: true }),
    ),
  ),
  step('autoscaling: refuses to put a member back that is in service', (at) =>
    at.member.autoscaling.send(
      new ExitStandbyCommand({ ...group, InstanceIds: [at.known.of('other member')] }),
    ),
  ),
  step('autoscaling: refuses to detach below the minimum', (at) =>
    at.member.autoscaling.send(
      new DetachInstancesCommand({
        ...group,
        InstanceIds: [at.known.of('other member')],
        ShouldDecrementDesiredCapacity: true,
      }),
    ),
  ),
  step('autoscaling: refuses a minimum above the maximum', (at) =>
    at.member.autoscaling.send(new UpdateAutoScalingGroupCommand({ ...group, MinSize: 4, MaxSize: 3 })),
  ),
  step('autoscaling: refuses a capacity above the maximum', (at) =>
    at.member.autoscaling.send(new UpdateAutoScalingGroupCommand({ ...group, DesiredCapacity: 9 })),
  ),
];

/** A group of the pool and its members. */
export const scalingSteps: readonly Step[] = [
  ...looks,
  ...standby,
  ...detaching,
  ...sizes,
  ...replacing,
  ...refusals,
];
