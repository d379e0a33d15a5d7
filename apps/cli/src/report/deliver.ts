import { writeFile } from 'node:fs/promises';
import type { Output } from '../output.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';

/** Prints a text, or writes it into a new file. Throws UsageError for a file that is there already. */
export const deliver = async (text: string, out: string | undefined, output: Output): Promise<void> => {
  if (out === undefined) return output.out(text);
  try {
    await writeFile(out, text, { flag: 'wx' });
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    throw new UsageError(
      'bad-file',
      `cannot write ${out} (${code})`,
      'give a file that does not exist yet, in a folder where you may write: nothing is overwritten',
    );
  }
};
