import type { WireFinding } from './wire.ts';

/**
 * Whether a finding is one that somebody had GuardDuty make up (`CreateSampleFindings`). All marks count: the title's
 * `[SAMPLE]`, the key `additionalInfo.sample`, and `"sample":true` inside the JSON text `additionalInfo.value`.
 * https://docs.aws.amazon.com/guardduty/latest/ug/sample_findings.html, aws-facts 1.2
 */
export function isSample(wire: WireFinding): boolean {
  if (/^\s*\[sample\]/i.test(wire.title ?? '')) return true;
  const info = wire.service?.additionalInfo;
  if (info === undefined) return false;
  if (typeof info === 'string') return saysSample(info);
  return info.sample === true || (info.value !== undefined && saysSample(info.value));
}

function saysSample(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'sample' in value && value.sample === true;
  } catch {
    // Not always valid JSON. Escaped quotes do not match: a domain name that spells the mark must not hide a finding.
    return /(?<!\\)"sample"\s*:\s*true\b/.test(text);
  }
}
