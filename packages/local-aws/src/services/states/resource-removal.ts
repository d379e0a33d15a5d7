import type { ResourceRemoval, Service } from '../../core/operation.ts';
import { needs } from '../removal-checks.ts';
import { findMachine, statesState } from './state.ts';

/**
 * Executions that run are ended at their next transition (here: at once), and go with their machine.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
 */
const machine: ResourceRemoval = {
  checks: (_resource, { ref }) => needs(['states:DeleteStateMachine'], ref),
  remove: (_resource, { ref }, { world, account, region }) => {
    const found = findMachine(world, ref);
    if (found === undefined) return undefined;
    const running = [...found.executions.values()].filter(({ status }) => status === 'RUNNING');
    for (const { stop } of running) stop.abort({});
    world.of(statesState, account, region).machines.delete(found.name);
    return undefined;
  },
};

/** How state machines of templates are taken away. */
export const statesResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::StepFunctions::StateMachine': machine,
};
