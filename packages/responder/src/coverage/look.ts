import type { CoverageCheck } from '@cordon/incident/coverage';
import { classify } from '../aws/classify.ts';

/** With these AWS says that a dry run would have been a run. */
const WOULD_WORK: ReadonlySet<string> = new Set(['DryRunOperation', 'DryRunOperationException']);

/** Whether AWS itself answered, and not with a fault of its own: else nothing follows about the account. */
const isAnswer = (error: unknown): boolean => {
  const metadata: unknown = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  const status: unknown =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return typeof status === 'number' && status < 500;
};

/** The code of a refusal, fit to be shown: codes are AWS's words, but what answered may not have been AWS. */
const codeOf = (code: string): string => (/^[\w.:-]{1,80}$/.test(code) ? code : 'an error without a code');

/**
 * Does one thing and says what was found: `failed` where AWS refused, `unknown` where it was throttled, had a fault or did not answer. A bug
 * of ours is thrown on.
 *
 * @param what said of in one sentence, such as `reading instances`
 */
export const look = async (id: string, what: string, act: () => Promise<unknown>): Promise<CoverageCheck> => {
  try {
    await act();
  } catch (error) {
    const { code, retryable } = classify(error);
    if (!WOULD_WORK.has(code)) {
      const result = retryable || !isAnswer(error) ? 'unknown' : 'failed';
      return { id, result, says: `${what}: AWS answered ${codeOf(code)}` };
    }
  }
  return { id, result: 'ok', says: `${what} works` };
};
