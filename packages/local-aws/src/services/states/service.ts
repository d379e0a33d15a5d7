import type { Service } from '../../core/operation.ts';
import { getExecutionHistory } from './execution-history.ts';
import { mapRunOperations } from './map-run-operations.ts';
import { executionOperations } from './operations.ts';
import { statesResourceRemoval } from './resource-removal.ts';
import { statesResourceTypes } from './resource-types.ts';
import { taskTokenOperations } from './task-tokens.ts';

/** Step Functions, Standard workflows. */
export const statesService: Service = {
  name: 'states',
  operations: {
    ...executionOperations,
    ...mapRunOperations,
    ...taskTokenOperations,
    GetExecutionHistory: getExecutionHistory,
  },
  resourceTypes: statesResourceTypes,
  resourceRemoval: statesResourceRemoval,
};
