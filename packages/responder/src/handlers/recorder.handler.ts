import { recorderReply, recorderRequest } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { recorder } from '../recorder/recorder.ts';

/** Called by the security account's functions; deployed in the evidence account. */
export const handler = lambda(recorderRequest, recorderReply, recorder);
