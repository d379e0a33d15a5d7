import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileErrorCode, UsageError } from './usage-error.ts';

/** A file's text, and what to call it in a message. */
interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Reads a file, or standard input for `-`. A byte order mark is dropped. Throws UsageError for what cannot be read. */
export const readText = async (path: string): Promise<NamedText> => {
  const withoutMark = (read: string): string => read.replace(/^\uFEFF/, '');
  if (path === '-') return { name: 'standard input', text: withoutMark(await text(process.stdin)) };
  try {
    return { name: path, text: withoutMark(await readFile(path, 'utf8')) };
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    throw new UsageError(
      'no-such-file',
      `cannot read ${path}: ${READ_ERRORS[code] ?? code}`,
      'give the path of a file that can be read, or - for standard input',
    );
  }
};

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};
