import type { PowerCase } from '../power-case.ts';
import { readsOf } from './duty-cases.ts';

/** Reads of the inspect duty that no scenario makes. */
export const memberInspectCases: readonly PowerCase[] = readsOf('inspect', {
  'autoscaling:DescribeAutoScalingGroups':
    'looks how large a scaling group is of which another member was contained',
});
