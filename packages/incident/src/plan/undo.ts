import type { Undo } from './steps.ts';

/** The undo of a step that has none, with the reason. */
export const nothingToUndo = (because: string): Undo => ({ kind: 'nothing', because });
