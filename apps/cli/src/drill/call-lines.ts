import type { JournalCall } from '@cordon/local-aws';

/** Bytes as base64, whatever holds them: a Buffer would write itself as a list of numbers first. */
const bytesAsText = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(bytesAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, bytesAsText(held)]));
};

/**
 * The journal as JSON lines: who asked for what, when (virtual time), what was checked and what came of it. Answers are
 * left out: some hold credentials.
 */
export const callLines = (calls: readonly JournalCall[]): string =>
  calls
    .map(
      ({
        index,
        sentAt,
        repliedAt,
        service,
        operation,
        region,
        account,
        caller,
        input,
        checks,
        outcome,
        requestId,
      }) => {
        const line = {
          index,
          sentAt: new Date(sentAt),
          ...(repliedAt === undefined ? {} : { repliedAt: new Date(repliedAt) }),
          service,
          operation,
          region,
          account,
          caller,
          input,
          checks,
          outcome,
          requestId,
        };
        return `${JSON.stringify(bytesAsText(line))}\n`;
      },
    )
    .join('');
