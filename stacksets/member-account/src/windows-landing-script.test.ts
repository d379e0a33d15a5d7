import { describe, expect, it } from 'vitest';
import { memoryDocuments, reasonOf } from '@cordon/incident';

const DOCUMENTS = memoryDocuments({
  minutes: 15,
  linux: { name: 'avml', version: '0.20.0', sha256: 'a'.repeat(64) },
  windows: { name: 'winpmem', version: '4.1', sha256: 'b'.repeat(64) },
  landing: { when: 'always', upToGiB: 16 },
});
const linesOf = (name: keyof typeof DOCUMENTS): readonly string[] =>
  DOCUMENTS[name]?.mainSteps[0]?.inputs.runCommand ?? [];
const SCRIPT = linesOf('WindowsLanding');

// It was never run on Windows: what can be seen of it without is here.
describe('the script that sends the memory of a Windows host', () => {
  it('takes exactly the parameters that its document has, each in quotes that no value can leave', () => {
    const named = SCRIPT.flatMap((line) => [...line.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name]) => name));
    expect(new Set(named)).toEqual(new Set(Object.keys(DOCUMENTS.WindowsLanding?.parameters ?? {})));
    expect(named).toHaveLength(new Set(named).size);
    expect(SCRIPT.filter((line) => line.includes('{{')).every((line) => /'\{\{ \w+ \}\}'/.test(line))).toBe(
      true,
    );
  });

  it('holds the list of links and the tool to their hashes before anything lies on the host or runs', () => {
    const at = (part: string): number => SCRIPT.findIndex((line) => line.includes(part));
    expect(at('links-differ')).toBeLessThan(at('WriteAllBytes'));
    expect(at('tool-hash-differs')).toBeLessThan(at('WriteAllBytes'));
    expect(at('WriteAllBytes')).toBeLessThan(at('-PassThru'));
  });

  it('writes nothing but the tool and its messages to a disk, and takes both away', () => {
    const writes = SCRIPT.filter((line) =>
      /WriteAll|OutFile|Set-Content|Out-File|Redirect|New-Item/.test(line),
    );
    expect(writes).toHaveLength(3);
    expect(writes.every((line) => line.includes('$at'))).toBe(true);
    expect(SCRIPT.some((line) => line.startsWith('Remove-Item -Recurse -Force $at'))).toBe(true);
  });

  it('sends each part by a link for a key that is new, and the list of digests by the first', () => {
    expect(SCRIPT.join('\n')).toMatch(/'If-None-Match', '\*'[\s\S]*Send \$part \$filled \$links\[\$number\]/);
    expect(SCRIPT).toContain('Send $list $list.Length $links[0]');
  });

  it('closes what it opens', () => {
    const text = SCRIPT.join('\n')
      .replaceAll(/'[^']*'/g, '')
      .replaceAll(/"[^"]*"/g, '');
    for (const [open, close] of [
      ['{', '}'],
      ['(', ')'],
      ['[', ']'],
    ] as const)
      expect(text.split(open).length).toBe(text.split(close).length);
  });
});

describe.each(['Linux', 'LinuxLanding', 'Windows', 'WindowsLanding'] as const)('the script %s', (name) => {
  it('gives no reason that people are not told in words', () => {
    const reasons = linesOf(name).flatMap((line) => [
      ...[...line.matchAll(/refuse ([a-z-]+)/g)].map(([, reason]) => reason ?? ''),
      ...[...line.matchAll(/Refuse '([a-z-]+)'/g)].map(([, reason]) => reason ?? ''),
      ...[...line.matchAll(/(?:echo|give_up) ([a-z]+(?:-[a-z]+)+)/g)].map(([, reason]) => reason ?? ''),
    ]);
    expect(reasons.length).toBeGreaterThan(4);
    expect(reasons.filter((reason) => reasonOf(reason).startsWith('the host gave a reason'))).toEqual([]);
  });

  it('has no line that says nothing to the shell', () => {
    expect(
      linesOf(name).filter((line, index) => line.trim() === '' || (index > 0 && line.startsWith('#'))),
    ).toEqual([]);
  });
});
