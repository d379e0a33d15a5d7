import type { Output } from '../output.ts';

const GIB = 2 ** 30;

/** Told of bytes as they are read or written; says on standard error how far that is. */
export type Progress = (bytes: number) => void;

/** GiB with one digit behind the point, such as 0.3. */
export const gib = (bytes: number): string => (bytes / GIB).toFixed(1);

/**
 * A line for each GiB, and for each tenth more beyond ten: of small cases none, of the largest some dozens.
 *
 * @param what was done with the bytes, such as `verified`
 * @param totalBytes where it is known
 */
export const progressOf = (output: Output, what: string, totalBytes?: number): Progress => {
  const of = totalBytes === undefined ? '' : ` of ${gib(totalBytes)}`;
  let done = 0;
  let next = GIB;
  return (bytes) => {
    done += bytes;
    if (done < next) return;
    next = done + Math.max(GIB, done / 10);
    output.err(`  ${what} ${gib(done)}${of} GiB\n`);
  };
};
