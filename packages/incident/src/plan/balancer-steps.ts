import type { BalancerFacts, InstanceFacts } from './facts.ts';
import { cuttingGate, type Gate } from './gate.ts';
import type { Posture } from './posture.ts';
import type { PlanStep, StepOf } from './steps.ts';

/** A step that takes the instance out of one load balancer. */
export type BalancerStep = StepOf<'deregister-target' | 'deregister-from-classic-balancer'>;

const WHY =
  'what sends requests to an instance that is cut off fails them until its health checks notice; deregistered, it is sent none';

const effectOf = (others: number, who: string): string =>
  others === 0
    ? `it is the only healthy one: ${who} serves nobody until another is there, as it would once the instance is cut off`
    : `${who} sends to its ${others} other healthy one(s); requests under way may end within the deregistration delay`;

/** One step for each registration that was found, each with the undo that registers it again exactly. Pure. */
export const deregistrations = (found: BalancerFacts, gate: Gate): readonly BalancerStep[] => [
  ...found.targets.map(({ othersHealthy, ...target }) => ({
    kind: 'deregister-target' as const,
    gate,
    id: `deregister-target:${target.targetGroupArn.slice(target.targetGroupArn.indexOf(':targetgroup/') + ':targetgroup/'.length)}:${target.targetId}:${target.port}`,
    ...target,
    because: WHY,
    effectOnOthers: effectOf(othersHealthy, 'the target group'),
    undo: { kind: 'register-target' as const, ...target },
  })),
  ...found.classic.map(({ name, othersInService }) => ({
    kind: 'deregister-from-classic-balancer' as const,
    gate,
    id: `deregister-from-classic-balancer:${name}`,
    name,
    because: WHY,
    effectOnOthers: effectOf(othersInService, 'the balancer'),
    undo: { kind: 'register-with-classic-balancer' as const, name },
  })),
];

/**
 * What takes the instance out of load balancers, with the cut. Which ones have it takes a look at every target group of the
 * account (there is no look-up the other way: aws-facts 2.8), so that isolation does not wait for it:
 * one step stands for what the look will find, and the journal gets each with its undo before it is deregistered.
 */
export const balancerSteps = (facts: InstanceFacts, posture: Posture): PlanStep[] => {
  const gate = cuttingGate(posture);
  if (facts.networkInterfaces.length === 0) return [];
  return [
    {
      kind: 'leave-balancers',
      gate,
      id: 'leave-balancers',
      vpcIds: [...new Set(facts.networkInterfaces.map(({ vpcId }) => vpcId))],
      addresses: [...new Set(facts.networkInterfaces.flatMap(({ privateIps }) => privateIps ?? []))],
      because: WHY,
      effectOnOthers: 'each target group and classic balancer that has it sends to its other healthy ones',
      undo: { kind: 'register-as-found' },
    },
  ];
};
