import type * as z from 'zod';

const MAX_ISSUES = 3;

/**
 * The first few faults of a form on one line: where, and what was wanted.
 *
 * @param error what a schema's `safeParse` gave
 */
export const describeIssues = (error: z.ZodError): string => {
  const lines = error.issues.slice(0, MAX_ISSUES).map((issue) => {
    const place = issue.path.map(String).join('.');
    return place === '' ? issue.message : `${place}: ${issue.message}`;
  });
  const more = error.issues.length - lines.length;
  return lines.join('; ') + (more > 0 ? `; and ${more} more` : '');
};
