import { endMachinesInput, endMachinesOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { endMachines } from '../steps/end-machines.ts';

/** Called by its schedule: it takes no wish from anybody, so that who may call it can end nothing that is not due. */
export const handler = lambda(endMachinesInput, endMachinesOutput, endMachines);
