import { defineState } from '../../core/world.ts';

/** CloudTrail of one account and Region: the events themselves follow from the organization's journal. */
export interface CloudTrailState {
  /** Virtual epoch ms of the lookups of the last second, oldest first. */
  lookups: number[];
}

/** State of CloudTrail, per account and Region. */
export const cloudtrailState = defineState<CloudTrailState>('cloudtrail', 'regional', () => ({
  lookups: [],
}));
