import type { InstanceFacts } from './facts.ts';
import { costlyGate } from './gate.ts';
import type { Posture } from './posture.ts';
import type { PlanStep } from './steps.ts';

/** What ends the running host, where the policy allows it: memory and instance-store data are lost with it. */
export const stopSteps = (facts: InstanceFacts, posture: Posture): PlanStep[] => {
  const gate = costlyGate(posture.stop, posture);
  if (gate === undefined || facts.state !== 'running') return [];
  return [
    {
      kind: 'stop-instance',
      gate,
      id: 'stop-instance',
      because: 'the policy wants a contained instance stopped once its disks are frozen',
      effectOnOthers: 'memory and instance-store data are lost',
      undo: { kind: 'start-instance' },
    },
  ];
};
