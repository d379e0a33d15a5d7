import { coverInput, coverOutput } from '@cordon/incident/coverage';
import { cover } from '../coverage/cover.ts';
import { lambda } from '../lambda.ts';

/** Called by its schedule: it takes no wish from anybody. */
export const handler = lambda(coverInput, coverOutput, cover);
