import { defineState } from '../../core/world.ts';

/** Calls of one kind in one second: an account's, or those about one snapshot. */
export interface Spent {
  second: number;
  calls: number;
}

/** What the EBS direct APIs keep: how many calls were made lately. Snapshots are EC2's. */
export const ebsState = defineState<{ readonly spent: Map<string, Spent> }>('ebs', 'regional', () => ({
  spent: new Map(),
}));
