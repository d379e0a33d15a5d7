import * as z from 'zod';

/**
 * A finding type as GuardDuty spells it, or a pattern of types: `*` stands for any run of characters, as in
 * `Backdoor:EC2/*`. Nothing else is special.
 */
export const findingTypePattern = z.string().regex(/^[A-Za-z0-9:/.!&_*-]{1,200}$/);

/** Whether a type fits a pattern; linear in both, for the type comes from outside. Case counts, as it does for GuardDuty. */
export const fitsType = (pattern: string, type: string): boolean => {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === type;
  const tail = rest.pop() ?? '';
  if (!type.startsWith(head) || type.length < head.length + tail.length || !type.endsWith(tail)) return false;
  const end = type.length - tail.length;
  let at = head.length;
  for (const part of rest) {
    const found = type.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
};
