import { describe, expect, it } from 'vitest';
import { differencesOf } from './member-view.ts';
import { weaknessSentence } from './weaknesses.ts';

const SEEN = { type: 'Backdoor:EC2/C&CActivity.B', severity: 8, archived: false };

describe("the member's view of a finding", () => {
  it('says nothing where both say the same and nobody has put it away', () => {
    expect(differencesOf(SEEN, { ...SEEN })).toEqual([]);
  });

  it.each([
    ['archived in the member account, and not', { ...SEEN, archived: true }, SEEN],
    ['archived since by the administrator, and not', SEEN, { ...SEEN, archived: true }],
    [
      'in the member account and by the administrator',
      { ...SEEN, archived: true },
      { ...SEEN, archived: true },
    ],
    ["said of the finding: 'NOT_USEFUL'", { ...SEEN, feedback: 'NOT_USEFUL' }, SEEN],
    ["severity is '2' in the member account, and '8'", { ...SEEN, severity: 2 }, SEEN],
    ["type is 'x??script?' in the member account", { ...SEEN, type: 'x\n<script>' }, SEEN],
    ['to the administrator, and not in the member', undefined, SEEN],
    ['in the member account, and not to the administrator', SEEN, undefined],
    ['neither', undefined, undefined],
  ])('says: %s', (words, member, administrator) => {
    const differences = differencesOf(member, administrator);
    expect(differences).toHaveLength(1);
    expect(differences[0]).toContain(words);
  });
});

describe('what Amazon Inspector knows', () => {
  const one = (severity: string, exploitAvailable: string, vulnerabilityId: string, status = 'ACTIVE') => ({
    severity,
    exploitAvailable,
    vulnerabilityId,
    status,
  });

  it('is counted: critical, high, and those for which an exploit is known', () => {
    const all = [
      one('CRITICAL', 'YES', 'CVE-2026-1'),
      one('CRITICAL', 'NO', 'CVE-2026-2'),
      one('HIGH', 'YES', '<script>'),
      one('LOW', 'NO', 'CVE-2026-4'),
      one('CRITICAL', 'YES', 'CVE-2026-5', 'SUPPRESSED'),
      one('CRITICAL', 'YES', 'CVE-2026-6', 'CLOSED'),
    ];
    expect(weaknessSentence(all)).toBe(
      "Amazon Inspector has 4 open finding(s) of the instance: 2 critical, 1 high; an exploit is known for 2 of them: 'CVE-2026-1', '?script?'; 1 more suppressed by a rule",
    );
  });

  it('names a few alone, and says so where there is none', () => {
    const many = Array.from({ length: 9 }, (_, index) => one('HIGH', 'YES', `CVE-${index}`));
    expect(weaknessSentence(many)).toContain("'CVE-4' and 4 more");
    expect(weaknessSentence([])).toBe('Amazon Inspector has no open finding of the instance');
    expect(weaknessSentence([one('HIGH', 'NO', 'CVE-1')])).toContain('an exploit is known for none of them');
  });
});
