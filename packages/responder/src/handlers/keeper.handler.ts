import { keeperInput, keeperOutput } from '@cordon/incident/keeping';
import { keeper } from '../keeper/keeper.ts';
import { lambda } from '../lambda.ts';

/** Called by the desk, the archivist and the disposer alone; runs under the recorder's role in the evidence account. */
export const handler = lambda(keeperInput, keeperOutput, keeper);
