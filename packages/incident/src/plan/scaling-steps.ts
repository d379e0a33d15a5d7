import type { InstanceFacts } from './facts.ts';
import { cuttingGate } from './gate.ts';
import type { Posture } from './posture.ts';
import type { PlanStep } from './steps.ts';

/** What each service does when one of its nodes leaves, where the instance is one. */
const NODE: Readonly<Record<NonNullable<InstanceFacts['nodeOf']>, string>> = {
  eks: 'it is an EKS node: its pods go down with it, the interfaces of their own are isolated too, and they are not drained first, for cordon and drain are actions in the cluster; the node group starts another node',
  'elastic-beanstalk':
    'it is an instance of an Elastic Beanstalk environment, whose health suffers until the environment has started another',
  emr: 'it is a node of an EMR cluster: tasks on it are lost, and EMR may end the cluster when it was the primary node',
};

/** Lifecycle states in which Auto Scaling lets an instance go, or will once it is in service (aws-facts 2.7). */
const mayLeave = (lifecycleState: string): boolean =>
  lifecycleState === 'InService' || lifecycleState.startsWith('Pending');

/** Why an instance stays in its Auto Scaling group, by its lifecycle state. */
const whyItStays = (lifecycleState: string): string => {
  if (lifecycleState === 'Standby' || lifecycleState === 'EnteringStandby')
    return 'it is on standby, where the group neither checks nor ends it, and detaching from standby may end other members (aws-facts 2.7): it stays, and must not be taken off standby';
  if (lifecycleState.startsWith('Warmed'))
    return 'it is in the warm pool, from which Auto Scaling detaches nothing: the group may start or end it, so a person should take the pool out of use';
  if (lifecycleState.startsWith('Detach')) return 'it is being detached already';
  return `Auto Scaling says ${lifecycleState} of it and is ending it: its disks are kept, and snapshots are taken of what is there`;
};

/** Plain sentences about the instance's place in a group or service, for the plan's reasons. */
export const scalingReasons = ({ autoScalingGroup, scaling, nodeOf }: InstanceFacts): string[] => [
  ...(nodeOf === undefined ? [] : [NODE[nodeOf]]),
  ...(autoScalingGroup === undefined || scaling === undefined || mayLeave(scaling.lifecycleState)
    ? []
    : [`it stays in its Auto Scaling group: ${whyItStays(scaling.lifecycleState)}`]),
];

/** What takes the instance out of its Auto Scaling group, so that the group replaces it and does not end it. */
export const scalingSteps = (facts: InstanceFacts, posture: Posture): PlanStep[] => {
  const { autoScalingGroup: groupName, scaling } = facts;
  if (groupName === undefined || (scaling !== undefined && !mayLeave(scaling.lifecycleState))) return [];
  return [
    {
      kind: 'detach-from-auto-scaling',
      gate: cuttingGate(posture),
      id: 'detach-from-auto-scaling',
      groupName,
      because: 'the group would terminate an isolated member as unhealthy, disks included (aws-facts 2.7)',
      effectOnOthers:
        "desired capacity stays, so the group launches a healthy replacement, of any type that a mixed group allows; it leaves the group's load balancers, which drain it",
      undo: { kind: 'attach-to-auto-scaling', groupName },
    },
  ];
};
