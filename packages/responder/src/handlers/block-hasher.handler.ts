import { hasherReply, hasherRequest } from '@cordon/incident';
import { hashParts } from '../hasher/hash-parts.ts';
import { lambda } from '../lambda.ts';

/** Called by the security account's step `hash-blocks`; deployed in the evidence account, in every Region. */
export const handler = lambda(hasherRequest, hasherReply, hashParts);
