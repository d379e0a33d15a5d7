import type { Service } from '../../core/operation.ts';
import { getFunctionUrlConfig } from './function-url.ts';
import { invokeFunctionUrl } from './invoke-function-url.ts';
import { invoke } from './invoke.ts';
import { permissionOperations } from './permission-operations.ts';
import { compiledPolicyNow } from './permissions.ts';
import { lambdaResourceRemoval } from './resource-removal.ts';
import { lambdaResourceTypes } from './resource-types.ts';
import { findFunction } from './state.ts';

/** Lambda: functions, their policies and URLs, and queues as their event sources. */
export const lambdaService: Service = {
  name: 'lambda',
  operations: {
    ...permissionOperations,
    GetFunctionUrlConfig: getFunctionUrlConfig,
    Invoke: invoke,
    InvokeFunctionUrl: invokeFunctionUrl,
  },
  resourceTypes: lambdaResourceTypes,
  resourceRemoval: lambdaResourceRemoval,
  resourcePolicy: (arn, world) => {
    const fn = findFunction(world, arn);
    if (fn === undefined) return undefined;
    const policy = compiledPolicyNow(world, fn);
    return { mode: 'alone-suffices', ...(policy === undefined ? {} : { policy }) };
  },
};
