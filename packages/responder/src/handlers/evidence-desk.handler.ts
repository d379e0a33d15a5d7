import { desk, deskAnswer, deskEvent } from '../desk/desk.ts';
import { lambda } from '../lambda.ts';

/** Called by people through its URL; deployed in the evidence account. */
export const handler = lambda(deskEvent, deskAnswer, desk);
