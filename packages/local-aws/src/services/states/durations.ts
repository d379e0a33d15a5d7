/** Virtual durations of Step Functions. */
export const STATES_DURATIONS = {
  /** For each state that is entered: the model's figure for a Standard workflow's transition. The organization's options may set it. */
  transitionMs: 50,
} as const;
