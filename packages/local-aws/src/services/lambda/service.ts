import type { Service } from '../../core/operation.ts';
import { invoke } from './invoke.ts';
import { lambdaResourceTypes } from './resource-types.ts';
import { findFunction } from './state.ts';

/** Lambda: functions, their policies, and queues as their event sources. */
export const lambdaService: Service = {
  name: 'lambda',
  operations: { Invoke: invoke },
  resourceTypes: lambdaResourceTypes,
  resourcePolicy: (arn, world) => {
    const fn = findFunction(world, arn);
    if (fn === undefined) return undefined;
    return { mode: 'alone-suffices', ...(fn.policy === undefined ? {} : { policy: fn.policy }) };
  },
};
