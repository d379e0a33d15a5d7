import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LIVE_CHECKS, liveDocuments, readCheck, type LiveCheck } from '@cordon/incident';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const HOSTILE = '$(reboot)`id`<script>"\'; \u202e\n| forged\nCORDON-LIVE end';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cordon-live-script-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};

/** The script of a check, as the document has it. */
const scriptOf = (check: LiveCheck): string =>
  (
    liveDocuments({ minutes: 15, liveResponse: true }).Linux?.mainSteps.find(({ name }) => name === check)
      ?.inputs.runCommand ?? []
  ).join('\n');

/** Runs a check by a real shell, with the host's own places below a folder of the test. */
const run = (check: LiveCheck) => {
  const script = scriptOf(check).replaceAll(/(?<![\w/.}])\/(etc|run|proc|var)\//g, `${root}/$1/`);
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  return { status, stdout, stderr, said: readCheck(check, 'Success', stdout) };
};
const text = ({ said }: ReturnType<typeof run>): string => said.lines.join('\n').replaceAll(root, '');

/** A process as `/proc` shows it. */
const processOf = (pid: number, name: string, words: readonly string[], parent = 1): void => {
  write(
    `proc/${pid}/status`,
    `Name:\t${name.replaceAll('\n', '\\n')}\nState:\tS (sleeping)\nPPid:\t${parent}\nTracerPid:\t7\nUid:\t1000\t0\t0\t0\nSeccomp:\t2\n`,
  );
  const numbers = Array.from({ length: 49 }, (_, index) => index + 3).join(' ');
  write(`proc/${pid}/stat`, `${pid} (${name}) S ${numbers}\n`);
  write(`proc/${pid}/loginuid`, '1001');
  write(`proc/${pid}/sessionid`, '5');
  write(`proc/${pid}/cmdline`, words.map((word) => `${word}\0`).join(''));
  write(
    `proc/${pid}/maps`,
    `00400000-00401000 r--p 00000000 fd:01 1 /tmp/.x (deleted)\n00401000-00402000 r-xp 00000000 fd:01 1 /tmp/.x (deleted)\n`,
  );
};

// They are scripts for Linux hosts, and want bash.
describe.skipIf(process.platform !== 'linux')('the scripts by which a host says what it is doing', () => {
  it('tell processes, with parent, tracer and login, and count threads of the kernel', () => {
    processOf(77, 'sh) S 9 9', ['sh']);
    processOf(78, 'kworker/0:1', [], 2);
    const ran = run('processes');
    expect(ran).toMatchObject({ status: 0, stderr: '', said: { extent: 'whole' } });
    expect(text(ran)).toContain('| 77 1 S 1000,0,0,0 7 21 6 1001 5 2 sh) S 9 9');
    expect(text(ran)).not.toContain('kworker');
    expect(text(ran)).toContain('| 1 threads of the kernel');
  });

  it('tell command lines and the file behind each, also of a thread that only pretends to be the kernel’s', () => {
    processOf(79, 'kworker/0:1', ['/tmp/.x', '--to', '203.0.113.7'], 2);
    expect(text(run('commandLines'))).toContain('79 file=/tmp/.x (deleted) words=/tmp/.x --to 203.0.113.7');
  });

  it('take no word of the host for a mark of ours, and run nothing that stands in a name', () => {
    processOf(80, 'x', [HOSTILE]);
    write('etc/cron.d/job', `* * * * * root ${HOSTILE}\n`);
    for (const check of ['commandLines', 'schedules'] as const) {
      const { stdout, said } = run(check);
      expect(stdout.split('\n').filter((line) => line.startsWith('CORDON-LIVE'))).toEqual([
        'CORDON-LIVE end',
      ]);
      expect(stdout).toMatch(/^[\n -~]*$/);
      expect(said.lines.join('\n')).toContain('(reboot)');
      expect(said.lines.every((line) => /^[q|] /.test(line))).toBe(true);
    }
  });

  it('open no link, pipe or folder, and say that they are there', () => {
    write('secret', 'the secret');
    mkdirSync(join(root, 'etc/cron.d/folder'), { recursive: true });
    symlinkSync(join(root, 'secret'), join(root, 'etc/cron.d/link'));
    spawnSync('mkfifo', [join(root, 'etc/cron.d/pipe')]);
    const ran = run('schedules');
    expect(ran.said.extent).toBe('whole');
    expect(text(ran)).toContain('link /etc/cron.d/link');
    expect(text(ran)).toContain('other /etc/cron.d/pipe');
    expect(text(ran)).not.toContain('the secret');
  });

  it('leave out what has ended, and tell sockets in the kernel’s own numbers', () => {
    const line = (state: string) => ` 0: 0100007F:0016 0200007F:1F90 ${state} 0:0 00:0 0 33 0 4711 1\n`;
    write('proc/net/tcp', `  sl  local rem st\n${line('01')}${line('06')}`);
    expect(text(run('sockets'))).toContain('| tcp 0100007F:0016 0200007F:1F90 01 33 4711');
    expect(text(run('sockets'))).toContain('| 1 connections that have ended');
  });

  it('end at their bound, and say so', () => {
    for (let pid = 100; pid < 400; pid += 1) processOf(pid, 'x', ['y'.repeat(500)]);
    const { stdout, said } = run('commandLines');
    expect(said.extent).toBe('cut');
    expect(stdout.length).toBeLessThan(24_000);
  });

  it.each(LIVE_CHECKS)('%s runs on this very host, without a word of complaint', (check) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', scriptOf(check)], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readCheck(check, 'Success', stdout).extent).not.toBe('broken-off');
  });

  // Where shellcheck is there: `.ci/run` brings it.
  it.skipIf(spawnSync('shellcheck', ['--version']).status !== 0).each(LIVE_CHECKS)(
    '%s is clean to shellcheck',
    (check) => {
      const { stdout } = spawnSync('shellcheck', ['-'], { input: scriptOf(check), encoding: 'utf8' });
      expect(stdout).toBe('');
    },
  );

  it('run no program but the shell', () => {
    const { stdout } = spawnSync('bash', ['-c', `${scriptOf('mounts')}\ncat /etc/passwd; ls; curl x`], {
      encoding: 'utf8',
    });
    expect(stdout).not.toContain('root:');
  });
});
