import type { ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';

/** What every command is given: where to write, and how to say how it ended (ok, when it says nothing). */
export interface Context {
  readonly output: Output;
  readonly end: (code: ExitCode) => void;
}
