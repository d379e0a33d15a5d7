import type { DiskInput, HandOverInput, HandOverOutput } from '@cordon/incident';
import type { Services } from '../services.ts';
import { handOver } from './hand-over.ts';
import { sweepLocked } from './sweep-locked.ts';

const isDisk = (input: HandOverInput): input is DiskInput => 'disk' in input;

/** What the function that hands disks over is asked: to go on with one, or to delete what stayed in members until its lock had ended. */
export const handOverOrSweep = (input: HandOverInput, services: Services): Promise<HandOverOutput> =>
  isDisk(input) ? handOver(input, services) : sweepLocked(services);
