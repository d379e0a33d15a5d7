import { disposerReply, disposerRequest } from '@cordon/incident/keeping';
import { disposer } from '../disposer/disposer.ts';
import { lambda } from '../lambda.ts';

/** Called by the evidence desk alone, once two people decided; deployed in the evidence account. */
export const handler = lambda(disposerRequest, disposerReply, disposer);
