import { quoted } from '../quoted.ts';

/** A finding of Amazon Inspector, as far as a report counts it. */
export interface Weakness {
  readonly severity?: string | undefined;
  readonly status?: string | undefined;
  /** `YES` where an exploit is known. */
  readonly exploitAvailable?: string | undefined;
  /** Such as `CVE-2026-1234`; of a path through the network there is none. */
  readonly vulnerabilityId?: string | undefined;
}

/** Names of weaknesses that a sentence holds. */
const MOST_NAMED = 5;

const counted = (count: number, word: string): string => `${count} ${word}`;

/**
 * What Amazon Inspector knows of an instance, in a sentence; pure. Suppressed ones are counted by themselves: a rule of the administrator, not
 * the instance, made them silent. https://docs.aws.amazon.com/inspector/latest/user/findings-understanding.html
 */
export const weaknessSentence = (all: readonly Weakness[]): string => {
  const open = all.filter(({ status }) => status === 'ACTIVE');
  const suppressed = all.filter(({ status }) => status === 'SUPPRESSED').length;
  const silent = suppressed === 0 ? '' : `; ${suppressed} more suppressed by a rule`;
  if (open.length === 0) return `Amazon Inspector has no open finding of the instance${silent}`;
  const of = (severity: string): number => open.filter((one) => one.severity === severity).length;
  const exploited = open.filter(({ exploitAvailable }) => exploitAvailable === 'YES');
  const names = [...new Set(exploited.flatMap(({ vulnerabilityId }) => vulnerabilityId ?? []))];
  const named = names.slice(0, MOST_NAMED).map(quoted).join(', ');
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  const exploits =
    exploited.length === 0
      ? 'an exploit is known for none of them'
      : `an exploit is known for ${exploited.length} of them${named === '' ? '' : `: ${named}${more}`}`;
  return `Amazon Inspector has ${open.length} open finding(s) of the instance: ${counted(of('CRITICAL'), 'critical')}, ${counted(of('HIGH'), 'high')}; ${exploits}${silent}`;
};
