import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { cannotTry } from './tools.ts';

const SCRIPT = join(import.meta.dirname, '../../apps/forensics-account/triage/examine-once');

const once = async (...args: readonly string[]) => {
  const child = spawn(SCRIPT, [...args]);
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.on('close', done)),
  ]);
  return { stdout, stderr, exitCode };
};

describe.skipIf(cannotTry)('an examination that is asked for by document', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-triage-'));
  afterAll(() => rmSync(work, { recursive: true }));

  it('is done once, however often it is asked for at once or later', async () => {
    const folder = join(work, 'often');
    const ask = () =>
      once('inc-0123456789', 'vol-0123456789abcdef0,vol-0fedcba987654321f', '600', 'none', 'none', folder);
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(JSON.parse(first.stdout)).toMatchObject({ status: 'failed', missingCount: 2 });
    expect([second.stdout, (await ask()).stdout]).toEqual([first.stdout, first.stdout]);
    expect(readdirSync(folder).filter((name) => /-\d$/.test(name))).toEqual(['inc-0123456789-1']);
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  });

  it('leaves one that was cut off as it is, and begins anew', async () => {
    const folder = join(work, 'cut');
    mkdirSync(join(folder, 'inc-0123456789-1'), { recursive: true });
    writeFileSync(join(folder, 'inc-0123456789-1/half'), '');
    const { stdout } = await once('inc-0123456789', 'vol-0123456789abcdef0', '600', 'none', 'none', folder);
    expect(stdout).toContain('"seal"');
    expect(readdirSync(join(folder, 'inc-0123456789-1'))).toEqual(['half']);
    expect(readdirSync(join(folder, 'inc-0123456789-2'))).toContain('SHA256SUMS');
  });

  it('examines memory by itself, and says of results whose volume is not there that they stay here', async () => {
    const folder = join(work, 'memory');
    const ask = (...args: readonly string[]) => once('inc-0123456789', ...args, folder);
    const memory = `vol-0123456789abcdef0:${'a'.repeat(64)}`;
    const { stdout } = await ask('none', '600', memory, 'vol-0fedcba987654321f');
    expect(JSON.parse(stdout)).toMatchObject({
      memory: [{ source: 'vol-0123456789abcdef0', verdict: 'not-compared', toldSha256: 'a'.repeat(64) }],
      carried: {
        volume: 'vol-0fedcba987654321f',
        because: 'no device here has the serial of vol-0fedcba987654321f',
      },
    });
    await ask('vol-0123456789abcdef0', '600', 'none', 'none');
    expect(
      readdirSync(folder)
        .filter((name) => /-\d$/.test(name))
        .toSorted(),
    ).toEqual(['inc-0123456789-1', 'inc-0123456789-memory-1']);
  });

  it.each([
    ['inc-0123456789', 'vol-0123456789abcdef0; reboot', '600', 'none', 'none'],
    ['../../inc-0123456789', 'vol-0123456789abcdef0', '600', 'none', 'none'],
    ['inc-0123456789', 'vol-0123456789abcdef0', 'a[$(reboot)]', 'none', 'none'],
    ['inc-0123456789', '', '600', 'none', 'none'],
    ['inc-0123456789', 'none', '600', 'none', 'none'],
    ['inc-0123456789', 'none', '600', 'vol-0123456789abcdef0:$(reboot)', 'none'],
    ['inc-0123456789', 'vol-0123456789abcdef0', '600', 'none', '/dev/sda'],
  ])('refuses %s %s %s %s %s', async (...args) => {
    const { exitCode, stderr } = await once(...args, join(work, 'refused'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('usage: examine-once');
  });
});
