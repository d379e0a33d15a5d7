import { balancerSteps } from './balancer-steps.ts';
import type { InstanceFacts } from './facts.ts';
import type { Posture } from './posture.ts';
import type { PlanStep, Undo } from './steps.ts';
import { scalingSteps } from './scaling-steps.ts';

const before = (attribute: string, value: string | boolean | undefined): Undo => ({
  kind: 'restore-attribute',
  attribute,
  ...(value === undefined ? {} : { before: String(value) }),
});

/** What keeps the instance and its disks from being destroyed. Leaving its Auto Scaling group and its load balancers takes it out of service, so that waits with the cut. */
export const protectSteps = (facts: InstanceFacts, posture: Posture): PlanStep[] => {
  const steps: PlanStep[] = [];
  steps.push(...scalingSteps(facts, posture), ...balancerSteps(facts, posture));
  if (!facts.spot) {
    steps.push({
      kind: 'protect-from-termination',
      gate: 'automatic',
      id: 'protect-from-termination',
      because: 'termination would destroy memory and, with it, evidence',
      effectOnOthers: 'none',
      undo: before('disableApiTermination', facts.attributes.disableApiTermination),
    });
  }
  steps.push({
    kind: 'stop-on-shutdown',
    gate: 'automatic',
    id: 'stop-on-shutdown',
    because: "an attacker's poweroff must stop the instance, not terminate it (aws-facts 2.6)",
    effectOnOthers: 'none',
    undo: before('instanceInitiatedShutdownBehavior', facts.attributes.shutdownBehavior),
  });
  if (facts.volumes.length > 0) {
    steps.push({
      kind: 'keep-volumes',
      gate: 'automatic',
      id: 'keep-volumes',
      deviceNames: facts.volumes.map((volume) => volume.deviceName),
      volumeIds: facts.volumes.map((volume) => volume.volumeId),
      because: 'the disks must survive a termination that protection cannot stop',
      effectOnOthers: 'none',
      undo: { kind: 'restore-delete-on-termination', devices: facts.attributes.deleteOnTermination },
    });
  }
  steps.push({
    kind: 'tag-instance',
    gate: 'automatic',
    id: 'tag-instance',
    networkInterfaceIds: facts.networkInterfaces.map(({ networkInterfaceId }) => networkInterfaceId),
    because:
      'whoever looks at the instance must see which incident holds it, and guardrails keep others from what carries the tag',
    effectOnOthers: 'none',
    undo: {
      kind: 'remove-tags',
      resourceIds: [
        facts.instanceId,
        ...facts.networkInterfaces.map(({ networkInterfaceId }) => networkInterfaceId),
      ],
    },
  });
  return steps;
};
