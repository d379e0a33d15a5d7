import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryDocuments, readSaid } from '@cordon/incident';

const VOLUME = 'vol0123456789abcdef0';
const TOOL = '#!/bin/sh\n[ "$1" = acquire ] && printf "the memory of a host" > "$2"\n';
const MODULE = 'a module for one kernel';
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
  write('module', MODULE);
  // It is asked for a link, and where to put what lies there.
  standIn(
    'curl',
    `for last; do :; done; case "$last" in */module) cp ${root}/module lime.ko ;; *) cp ${root}/tool tool ;; esac`,
  );
  // As LiME does: the image is there when it has been loaded.
  standIn(
    'insmod',
    `echo "$@" >> ${root}/loaded; at=\${2#path=}; printf "the memory of another" > "\${at%% *}"`,
  );
  standIn('rmmod', `echo "$@" >> ${root}/unloaded`);
});
/** Which kernel and machine the host has. */
const host = (machine: 'x86_64' | 'aarch64'): void =>
  standIn('uname', `[ "$1" = -m ] && echo ${machine} || echo ${KERNEL}.${machine}`);
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(root, name), text);
/** A program of the host's, found before the real one. */
const standIn = (name: string, does: string): void =>
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });

const KERNEL = '6.1.102-108.177.amzn2023';
/** A module for one kernel, on either machine. */
const moduleFor = (machine: 'x86_64' | 'aarch64', sha: string = sha256(MODULE)) => ({
  kernel: `${KERNEL}.${machine}`,
  machine,
  version: '1.10.0',
  sha256: sha,
});
type Lime = ReturnType<typeof moduleFor>;

/** The script that a deployment with these tools has. */
const scriptFor = (tool: string, lime: readonly Lime[] = []): string =>
  (
    memoryDocuments({
      minutes: 15,
      linux: { name: 'avml', version: '0.20.0', sha256: tool },
      lime: [...lime],
    }).Linux?.mainSteps[0]?.inputs.runCommand ?? []
  ).join('\n');

interface Given {
  readonly tool?: string;
  readonly lime?: readonly Lime[];
  readonly Volume?: string;
  readonly ToolUrl?: string;
}

const run = ({ tool = sha256(TOOL), lime = [], ...values }: Given = {}) => {
  const given: Readonly<Record<string, string>> = {
    Volume: VOLUME,
    ToolUrl: 'https://tools/a',
    Modules: lime.length === 0 ? 'none' : lime.map((one) => `${one.sha256}=https://tools/module`).join(' '),
    Seconds: '60',
    ...values,
  };
  const script = scriptFor(tool, lime)
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
      'it is Graviton, and no module is named for its kernel',
      'no-module',
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
      'another-run',
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

  describe('with a LiME module for its kernel', () => {
    const graviton = (more: Given = {}) => {
      host('aarch64');
      return run({ lime: [moduleFor('x86_64'), moduleFor('aarch64')], ToolUrl: 'none', ...more });
    };

    it('loads it on Graviton, has it write to the volume, and takes it out again', () => {
      const { status, said } = graviton();
      expect(status).toBe(0);
      expect(said).toMatchObject({
        status: 'captured',
        by: 'lime',
        sha256: sha256('the memory of another'),
        toolSha256: sha256(MODULE),
      });
      expect(left('loaded')).toMatch(/^\.\/lime\.ko path=.*image\.lime format=lime\n$/);
      expect(left('unloaded')).toBe('lime\n');
      expect(left('unmounted')).toContain('cordon-memory');
    });

    it('takes it where AVML fails, and not where it does not', () => {
      host('x86_64');
      expect(run({ lime: [moduleFor('x86_64')] }).said).toMatchObject({ by: 'avml' });
      expect(left('loaded')).toBe('');
      const failing = '#!/bin/sh\nexit 3\n';
      write('tool', failing);
      expect(run({ tool: sha256(failing), lime: [moduleFor('x86_64')] }).said).toMatchObject({ by: 'lime' });
    });

    it('takes it on a kernel that is locked down, which may trust its signature', () => {
      host('x86_64');
      write('sys/kernel/security/lockdown', 'none [integrity] confidentiality\n');
      expect(run({ lime: [moduleFor('x86_64')] }).said).toMatchObject({ status: 'captured', by: 'lime' });
    });

    it.each([
      [
        'it has another hash',
        'tool-hash-differs',
        () => graviton({ lime: [moduleFor('aarch64', 'b'.repeat(64))] }),
      ],
      [
        'it is for another kernel',
        'no-module',
        () => graviton({ lime: [{ ...moduleFor('aarch64'), kernel: '5.10' }] }),
      ],
      ['it is for another machine', 'no-module', () => graviton({ lime: [moduleFor('x86_64')] })],
      [
        'the kernel does not trust its signature',
        'module-rejected',
        () => {
          standIn(
            'insmod',
            'echo "insmod: ERROR: could not insert module ./lime.ko: Key was rejected by service" >&2; exit 1',
          );
          return graviton();
        },
      ],
      [
        'the kernel is locked down and lets none in',
        'module-rejected',
        () => {
          standIn(
            'insmod',
            'echo "insmod: ERROR: could not insert module ./lime.ko: Operation not permitted" >&2; exit 1',
          );
          return graviton();
        },
      ],
      [
        'it was built for another kernel all the same',
        'module-does-not-fit',
        () => {
          standIn(
            'insmod',
            'echo "insmod: ERROR: could not insert module ./lime.ko: Invalid module format" >&2; exit 1',
          );
          return graviton();
        },
      ],
      [
        'it writes nothing',
        'tool-failed',
        () => {
          standIn('insmod', ':');
          return graviton();
        },
      ],
    ])('refuses where %s, and nothing else is loaded', (_where, because, act) => {
      expect(act().said).toEqual({ status: 'refused', because });
    });
  });

  it('lets nothing of a kernel with an odd name through', () => {
    standIn('uname', '[ "$1" = -m ] && echo x86_64 || echo \'"}$(reboot)<script>\'');
    expect(run().said).toMatchObject({ status: 'captured', kernel: 'rebootscript' });
  });

  it('is accepted by the shell', () => {
    expect(() =>
      execFileSync('bash', ['-n'], { input: scriptFor('a'.repeat(64), [moduleFor('aarch64')]) }),
    ).not.toThrow();
  });

  // Where shellcheck is there: `.ci/run` brings it.
  it.skipIf(spawnSync('shellcheck', ['--version']).status !== 0)('is clean to shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-'], {
      input: scriptFor('a'.repeat(64), [moduleFor('aarch64')]),
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
