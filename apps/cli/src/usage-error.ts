/** What was given cannot be used: what was wrong and what to do. Exit code 2. */
export class UsageError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'UsageError';
    this.code = code;
    this.hint = hint;
  }
}

/** One line for a person. */
export const usageLine = ({ message, hint }: UsageError): string =>
  `${[message, hint].join('; ').replaceAll(/\p{Cc}+/gu, ' ')}\n`;

/** The document that `--json` prints in place of a result. */
export const usageDocument = ({ code, message, hint }: UsageError): string =>
  `${JSON.stringify({ schemaVersion: 1, error: { code, message, hint } }, null, 2)}\n`;

/** The code of an error of the file system, such as ENOENT; undefined for any other error. */
export const fileErrorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
    ? error.code
    : undefined;
