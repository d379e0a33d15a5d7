import type { As } from '../testing.ts';
import type { FurnishedWorld } from './furnished-world.ts';

/** One representative request. */
export interface Sample {
  readonly operation: string;
  /** What is special about it, where an operation has several. */
  readonly what?: string;
  readonly input: object;
  readonly as?: As;
  /** Performs it too, and lets a day pass, so that the checks are seen that AWS makes late. */
  readonly late?: true;
}

/** The requests of one service, in a furnished world. */
export type Samples = (furnished: FurnishedWorld) => readonly Sample[];
