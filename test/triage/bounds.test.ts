import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf, examine, refusal } from './examine.ts';
import { blank, ext4Image, plant } from './images.ts';
import { cannotTry, run } from './tools.ts';

describe.skipIf(cannotTry)('the bounds of an examination', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-triage-'));
  afterAll(() => rmSync(work, { recursive: true }));
  let runs = 0;
  const examined = (...args: readonly string[]) => examine(join(work, `out-${(runs += 1)}`), args);
  const because = (seen: ReturnType<typeof examine>, check: string): string | undefined =>
    seen.results.missing.find((missing) => missing.check === check)?.because;

  it('leaves out what is beyond them, the oldest first, and says how much', () => {
    const root = join(work, 'root');
    plant(root, {
      large: 'x'.repeat(3000),
      small: 'small',
      'etc/crontab': 'y'.repeat(3000),
      gone: 'z'.repeat(3000),
    });
    const image = ext4Image(join(work, 'bounds.img'), root, ['gone']);
    const seen = examined('--disk', image, '--limit', 'file_bytes=2000');
    expect(because(seen, 'hashes')).toMatch(/^2 file\(s\) left out/);
    expect(because(seen, 'recovered')).toMatch(/^1 file\(s\) left out/);
    expect(because(seen, 'persistence')).toMatch(/^1 file\(s\) not kept/);
    expect(seen.results.limits['file_bytes']).toBe(2000);
    expect(seen.exitCode).toBe(3);
    const cut = examined('--disk', image, '--limit', 'output_bytes=200');
    expect(because(cut, 'timeline')).toBe('cut off after 200 bytes');
    expect(cut.results.evidence[0]?.unchanged).toBe(true);
  });

  it('fails, with a reason for each, when nothing could be read', () => {
    const garbage = join(work, 'garbage.img');
    writeFileSync(garbage, 'no file system\n'.repeat(1000));
    const seen = examined(
      '--disk',
      garbage,
      '--disk',
      join(work, 'none.img'),
      '--volume',
      'vol-0123456789abcdef0',
    );
    expect([seen.exitCode, seen.results.status]).toEqual([1, 'failed']);
    expect(seen.results.missing.map((missing) => missing.because)).toEqual([
      'neither block device nor file',
      'no device here has the serial of vol-0123456789abcdef0',
      'no file system is known here, or more than one claims the range',
    ]);
  });

  it('looks at a file system and at the partitions of a table that was written over it', () => {
    const root = join(work, 'both');
    plant(root, { 'etc/cron.d/hidden': 'behind the table\n' });
    const image = ext4Image(join(work, 'both.img'), root);
    run(
      'sfdisk',
      ['--quiet', '--no-tell-kernel', '--wipe', 'never', image],
      'label: dos\nstart=4096, size=4096\n',
    );
    const seen = examined('--disk', image);
    expect(seen.list('evidence-1/fs-1/persistence.jsonl')).toMatchObject([{ name: '/etc/cron.d/hidden' }]);
    expect(seen.results.missing).toContainEqual(expect.objectContaining({ target: 'evidence-1/fs-2' }));
  });

  it('does not read a device that is mounted, and sets one that is not read-only before it reads', () => {
    const root = join(work, 'device');
    plant(root, { 'etc/crontab': 'x\n' });
    const image = ext4Image(join(work, 'device.img'), root);
    const loop = run('losetup', ['--find', '--show', image]).trim();
    const folder = join(work, 'mounted');
    mkdirSync(folder);
    try {
      const seen = examined('--disk', loop);
      expect(run('blockdev', ['--getro', loop]).trim()).toBe('1');
      expect(seen.list('evidence-1/fs-1/persistence.jsonl')).toMatchObject([{ name: '/etc/crontab' }]);
      run('mount', ['-o', 'ro,noload', loop, folder]);
      expect(because(examined('--disk', loop), 'evidence')).toMatch(/is mounted/);
      run('umount', [folder]);
    } finally {
      // A loop device keeps it for whatever is attached to it next.
      run('blockdev', ['--setrw', loop]);
      run('losetup', ['--detach', loop]);
    }
  });

  it('takes an image of memory for what it is, and says why processes are missing', () => {
    const image = join(work, 'memory.lime');
    writeFileSync(image, Buffer.concat([Buffer.from('EMiL'), Buffer.alloc(100_000)]));
    const seen = examined('--memory', image, '--symbols', join(work, 'no-symbols'));
    expect(seen.results.checks[0]).toMatchObject({
      check: 'evidence',
      target: 'memory-1',
      status: 'done',
      because: 'LiME',
    });
    expect(because(seen, 'processes')).toMatch(/^no (Volatility 3|symbols)/);
    expect(because(seen, 'connections')).toMatch(/^no (Volatility 3|symbols)/);
    expect(seen.results.evidence).toMatchObject([
      { name: 'memory-1', unchanged: true, sha256Before: digestOf(image) },
    ]);
  });

  it('asks Volatility offline, with the staged symbols, as Linux and then as Windows', () => {
    const image = join(work, 'memory.raw');
    writeFileSync(image, Buffer.alloc(100_000, 1));
    // Stands in for Volatility, whose answer would need the memory of a real host: it knows Windows alone.
    const said =
      '#!/bin/sh\ncase "$*" in *windows*) printf "[{\\"asked\\":\\"%s\\"}]\\033" "$*" ;; *) exit 1 ;; esac\n';
    plant(join(work, 'tools'), { vol: said });
    chmodSync(join(work, 'tools/vol'), 0o755);
    plant(join(work, 'symbols'), { 'windows.zip': 'z' });
    const seen = examined(
      '--memory',
      image,
      '--symbols',
      join(work, 'symbols'),
      '--tools',
      join(work, 'tools'),
    );
    expect([seen.exitCode, seen.results.missing]).toEqual([0, []]);
    const asked =
      /^\[\{"asked":"-q --offline .*--symbol-dirs \S+\/symbols -r json -f \S+\/memory\.raw windows\.(\w+)\.\w+"\}\]\?$/;
    expect(asked.exec(seen.read('memory-1/processes.json'))?.[1]).toBe('pstree');
    expect(asked.exec(seen.read('memory-1/connections.json'))?.[1]).toBe('netscan');
  });

  it('stops a tool that takes too long, and says so when the evidence changed meanwhile', () => {
    const image = join(work, 'changed.raw');
    writeFileSync(image, Buffer.alloc(100_000, 1));
    // Stands in for whatever writes to evidence while it is examined: the image is the argument after -f.
    const writes =
      '#!/bin/bash\nwhile [ "$#" -gt 0 ]; do [ "$1" = -f ] && { echo changed >>"$2"; sleep 30; }; shift; done\n';
    plant(join(work, 'writing'), { vol: writes });
    chmodSync(join(work, 'writing/vol'), 0o755);
    plant(join(work, 'symbols'), { 'windows.zip': 'z' });
    const seen = examined(
      '--memory',
      image,
      '--symbols',
      join(work, 'symbols'),
      '--tools',
      join(work, 'writing'),
      '--limit',
      'tool_seconds=1',
    );
    expect(because(seen, 'processes')).toBe('stopped after 1 s');
    expect(because(seen, 'digest')).toMatch(/^THE EVIDENCE CHANGED/);
    expect(seen.results.evidence[0]).toMatchObject({ unchanged: false, sha256After: digestOf(image) });
  });

  it('keeps time for the second digest, and says what it had no time for', () => {
    const root = join(work, 'late');
    plant(root, { 'etc/crontab': 'x\n' });
    const seen = examined('--disk', ext4Image(join(work, 'late.img'), root), '--limit', 'contents_seconds=0');
    expect(seen.results.evidence[0]?.unchanged).toBe(true);
    expect(seen.results.checks.find(({ check }) => check === 'persistence')?.status).toBe('done');
  });

  it('finds a volume by its serial as EBS gives it, and none that two devices have', () => {
    const find = (devices: readonly object[]) =>
      run('bash', [
        '-c',
        'source "$1"; lsblk() { printf %s "$DEVICES"; }; DEVICES=$2; volume_device vol-0123456789abcdef0',
        'find',
        join(import.meta.dirname, '../../apps/forensics-account/triage/lib/device.sh'),
        JSON.stringify({ blockdevices: devices }),
      ]).trim();
    const device = { name: '/dev/nvme1n1', serial: 'vol0123456789abcdef0' };
    const root = { name: '/dev/nvme0n1', serial: 'vol0fedcba9876543210' };
    expect(find([root, device])).toBe('/dev/nvme1n1');
    expect(find([root, device, { ...device, name: '/dev/nvme2n1' }])).toBe('');
    expect(find([root])).toBe('');
  });

  it('gives its tools no network and none of its environment', () => {
    const seen = examined('--disk', blank(join(work, 'empty.img'), 1));
    expect(seen.results.interfaces).toEqual(['lo']);
    expect(seen.results.environment.filter((name) => /AWS|BASH_ENV/.test(name))).toEqual([]);
  });

  it.each([
    [['--disk', '/dev/null'], '--out is missing'],
    [['--out', '/nowhere/at/all', '--disk', '/dev/null'], '--out must be a new folder'],
    [['--out', '/dev/null'], 'names no evidence'],
    [['--out', '/x', '--disk'], '--disk wants a value'],
    [['--out', '/x', '--format', 'c:'], 'knows no --format'],
    [['--out', '/x', '--limit', 'file_bytes=-1'], '--limit wants KEY=N'],
    [['--out', '/x', '--limit', 'a[$(reboot)]=1'], '--limit wants KEY=N'],
  ])('refuses %j', (args, wanted) => {
    const { exitCode, stderr } = refusal(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(wanted);
  });
});
