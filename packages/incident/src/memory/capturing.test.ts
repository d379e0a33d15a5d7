import { describe, expect, it } from 'vitest';
import { beginCapturing, capturingIsOver, enterCapturing, readSaid, reasonOf } from './capturing.ts';

const AT = '2026-11-21T03:00:00.000Z';
const after = (seconds: number): number => Date.parse(AT) + seconds * 1_000;
const in_ = (phase: Parameters<typeof enterCapturing>[1], since = AT) =>
  enterCapturing(beginCapturing(AT), phase, since);

describe('the bounds of a capture', () => {
  it.each([
    ['freeze', 30],
    ['agent', 900],
    ['attach', 900],
    ['attached', 900],
    ['running', 900],
    ['detach', 180],
    ['detaching', 180],
  ] as const)('%s may take %d seconds', (phase, seconds) => {
    expect(capturingIsOver(in_(phase), 900, after(seconds - 1))).toBe(false);
    expect(capturingIsOver(in_(phase), 900, after(seconds))).toBe(true);
  });

  it('counts what the agent does from the first look, and the taking away from its own beginning', () => {
    const late = new Date(after(890)).toISOString();
    expect(capturingIsOver(in_('running', late), 900, after(900))).toBe(true);
    expect(capturingIsOver(in_('detach', late), 900, after(900))).toBe(false);
  });
});

const SAID = {
  status: 'captured',
  sha256: 'a'.repeat(64),
  bytes: 5,
  toolSha256: 'b'.repeat(64),
  kernel: '6.1',
};
const line = (what: unknown): string => `noise\nCORDON-MEMORY ${JSON.stringify(what)}\n`;

describe('what the host says', () => {
  it('is the last line of ours', () => {
    expect(readSaid(line({ status: 'refused', because: 'no-volume' }) + line(SAID))).toEqual(SAID);
    expect(readSaid(`${line(SAID).replaceAll('\n', '\r\n')}more`)).toEqual(SAID);
  });

  it.each([
    ['nothing', ''],
    ['no line of ours', 'done\n'],
    ['a line that is cut', line(SAID).slice(0, 60)],
    ['a hash that is none', line({ ...SAID, sha256: '$(reboot)' })],
    ['no bytes', line({ ...SAID, bytes: 0 })],
    ['another status', line({ ...SAID, status: 'fine' })],
    ['prose for a reason without end', line({ status: 'refused', because: 'x'.repeat(301) })],
  ])('is nothing where it is %s', (_what, output) => {
    expect(readSaid(output)).toBeUndefined();
  });

  it('never reaches a row as a reason that the script does not know', () => {
    expect(reasonOf('kernel-lockdown')).toContain('locked down');
    expect(reasonOf('<script>')).not.toContain('script>');
  });
});
