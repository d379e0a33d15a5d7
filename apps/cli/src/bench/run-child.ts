import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const LARGEST_OUTPUT_BYTES = 256 * 2 ** 20;

/** What a child process printed, and how long it took from its start to its end, in wall milliseconds. */
interface ChildRun {
  readonly stdout: string;
  readonly wallMs: number;
}

/** Runs Node with these arguments. Rejects, with what the child said, when it does not exit with 0. */
export const runChild = async (args: readonly string[]): Promise<ChildRun> => {
  const began = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [...args], {
    maxBuffer: LARGEST_OUTPUT_BYTES,
  });
  return { stdout, wallMs: performance.now() - began };
};
