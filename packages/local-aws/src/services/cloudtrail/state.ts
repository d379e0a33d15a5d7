import { defineState } from '../../core/world.ts';
import type { Selects } from './event-selectors.ts';

/** CloudTrail of one account and Region: the events themselves follow from the organization's journal. */
export interface CloudTrailState {
  /** Virtual epoch ms of the lookups of the last second, oldest first. */
  lookups: number[];
}

/** State of CloudTrail, per account and Region. */
export const cloudtrailState = defineState<CloudTrailState>('cloudtrail', 'regional', () => ({
  lookups: [],
}));

/** A trail as far as it has behaviour: which events it records, and where. Its files are not written. */
export interface Trail {
  readonly arn: string;
  readonly name: string;
  /** Where it was made. */
  readonly region: string;
  readonly isLogging: boolean;
  readonly isMultiRegion: boolean;
  readonly selects: Selects;
}

/** Trails of an account, by name. */
export const trailState = defineState<{ readonly trails: Map<string, Trail> }>('trails', 'account', () => ({
  trails: new Map(),
}));
