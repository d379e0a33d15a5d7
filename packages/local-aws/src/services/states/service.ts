import type { Service } from '../../core/operation.ts';
import { getExecutionHistory } from './execution-history.ts';
import { executionOperations } from './operations.ts';
import { statesResourceTypes } from './resource-types.ts';
import { taskTokenOperations } from './task-tokens.ts';

/** Step Functions, Standard workflows. */
export const statesService: Service = {
  name: 'states',
  operations: { ...executionOperations, ...taskTokenOperations, GetExecutionHistory: getExecutionHistory },
  resourceTypes: statesResourceTypes,
};
