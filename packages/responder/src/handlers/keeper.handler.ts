import { keeperReply, keeperRequest } from '@cordon/incident';
import { keeper } from '../keeper/keeper.ts';
import { lambda } from '../lambda.ts';

/** Called by the evidence desk alone; runs under the recorder's role in the evidence account. */
export const handler = lambda(keeperRequest, keeperReply, keeper);
