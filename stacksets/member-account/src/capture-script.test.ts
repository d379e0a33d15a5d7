import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryDocuments, readSaid } from '@cordon/incident';

const VOLUME = 'vol0123456789abcdef0';
const TOOL = '#!/bin/sh\n[ "$1" = acquire ] && printf "the memory of a host" > "$2"\n';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cordon-capture-script-'));
  for (const folder of ['bin', 'run', 'proc', 'sys/block/nvme1n1/device', 'sys/kernel/security'])
    mkdirSync(join(root, folder), { recursive: true });
  write('sys/block/nvme1n1/device/serial', `${VOLUME}  \n`);
  write('sys/kernel/security/lockdown', '[none] integrity confidentiality\n');
  write('proc/mounts', '/dev/nvme0n1p1 / ext4 rw 0 0\n');
  write('tool', TOOL);
  standIn('uname', '[ "$1" = -m ] && echo x86_64 || echo "6.1-$(id)"');
  standIn('mkfs.ext4', `echo "$@" >> ${root}/made`);
  standIn('mount', `echo "$@" >> ${root}/mounted`);
  standIn('umount', `echo "$@" >> ${root}/unmounted`);
  standIn('sync', ':');
  standIn('sleep', ':');
  standIn('curl', `cp ${root}/tool tool`);
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(root, name), text);
/** A program of the host's, found before the real one. */
const standIn = (name: string, does: string): void =>
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });

/** The script that a deployment with this tool has. */
const scriptFor = (sha256: string): string =>
  (
    memoryDocuments({ minutes: 15, linux: { name: 'avml', version: '0.20.0', sha256 } }).Linux?.mainSteps[0]
      ?.inputs.runCommand ?? []
  ).join('\n');

const run = ({
  tool = sha256(TOOL),
  ...values
}: { readonly tool?: string; readonly Volume?: string } = {}) => {
  const given: Readonly<Record<string, string>> = {
    Volume: VOLUME,
    ToolUrl: 'https://tools/a',
    Seconds: '60',
    ...values,
  };
  const script = scriptFor(tool)
    .replaceAll(/\{\{ (\w+) \}\}/g, (_all, name: string) => given[name] ?? '')
    // The host's own places, below a folder of the test.
    .replace(' PATH=/usr/sbin', ` PATH=${root}/bin:/usr/sbin`)
    .replaceAll(/(?<![\w/.}])\/(sys|run|proc)\//g, `${root}/$1/`);
  const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  return { status, said: readSaid(stdout), stdout };
};
const left = (name: string): string =>
  existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : '';

// It is a script for Linux hosts, and wants their tools.
describe.skipIf(process.platform !== 'linux')('the script that captures memory', () => {
  it('writes the image to the one volume, by the pinned tool, and says its hash', () => {
    const { status, said } = run();
    expect(status).toBe(0);
    expect(said).toMatchObject({
      status: 'captured',
      sha256: sha256('the memory of a host'),
      bytes: 20,
      toolSha256: sha256(TOOL),
    });
    expect(left('made')).toContain('/dev/nvme1n1');
    expect(left('mounted')).toMatch(/nodev,nosuid .*nvme1n1 /);
    expect(left('unmounted')).toContain('cordon-memory');
  });

  it.each([
    ['the volume is not there', 'no-volume', () => run({ Volume: 'vol0000000000000bad' })],
    ['the tool is another', 'tool-hash-differs', () => run({ tool: 'b'.repeat(64) })],
    [
      'the kernel is locked down',
      'kernel-lockdown',
      () => {
        write('sys/kernel/security/lockdown', 'none [integrity] confidentiality\n');
        return run();
      },
    ],
    [
      'it is Graviton',
      'wrong-architecture',
      () => {
        standIn('uname', 'echo aarch64');
        return run();
      },
    ],
    [
      'the tool cannot be fetched',
      'tool-not-fetched',
      () => {
        standIn('curl', 'exit 22');
        return run();
      },
    ],
    [
      'there can be no file system',
      'no-file-system',
      () => {
        standIn('mkfs.ext4', 'exit 1');
        return run();
      },
    ],
    [
      'another run has the volume',
      'no-file-system',
      () => {
        write('proc/mounts', '/dev/nvme1n1 /run/cordon-memory.x ext4 rw 0 0\n');
        return run();
      },
    ],
    [
      'the tool fails',
      'tool-failed',
      () => {
        const failing = '#!/bin/sh\nexit 3\n';
        write('tool', failing);
        return run({ tool: sha256(failing) });
      },
    ],
  ])('refuses where %s', (_where, because, act) => {
    const { status, said } = act();
    expect(said).toEqual({ status: 'refused', because });
    expect(status).toBe(1);
  });

  it('runs no tool of another hash', () => {
    write('tool', `#!/bin/sh\ntouch ${root}/ran\n`);
    expect(run().said).toMatchObject({ because: 'tool-hash-differs' });
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });

  it('lets nothing of a kernel with an odd name through', () => {
    standIn('uname', '[ "$1" = -m ] && echo x86_64 || echo \'"}$(reboot)<script>\'');
    expect(run().said).toMatchObject({ status: 'captured', kernel: 'rebootscript' });
  });

  it('is accepted by the shell', () => {
    expect(() => execFileSync('bash', ['-n'], { input: scriptFor('a'.repeat(64)) })).not.toThrow();
  });

  // Where shellcheck is there: `.ci/run` brings it.
  it.skipIf(spawnSync('shellcheck', ['--version']).status !== 0)('is clean to shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-'], { input: scriptFor('a'.repeat(64)), encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});
