import type { StepName } from '@cordon/incident';

/** Functions that tell machines and people of what they did. */
export const TELLERS: readonly StepName[] = [
  'intake',
  'freeze',
  'trace-sessions',
  'verify-containment',
  'hand-over',
  'take-custody',
  'hash-blocks',
  'investigate',
  'end-machines',
  'seal',
  'release',
  'lift-due',
  'watch',
  'open-path',
  'close-openings',
  'capture-memory',
];
