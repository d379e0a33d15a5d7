import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, examine, sha256 } from './examine.ts';
import { blank, ext4Image, place, plant } from './images.ts';
import { cannotTry, run } from './tools.ts';

/** Metadata of LVM alone is written: this kernel need have no device mapper. */
const lvm = (command: string, devices: readonly string[], args: readonly string[]): string =>
  run('lvm', [command, '--driverloaded', 'n', '--devices', devices.join(','), ...args]);

/** Extents of 4 MiB from 1 MiB on, as LVM lays them out by default. */
const extentAt = (extent: number): number => 1 + 4 * extent;

describe.skipIf(cannotTry)('logical volumes on two disks', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-triage-'));
  const disks = [join(work, 'one.img'), join(work, 'two.img')] as const;
  const out = join(work, 'out');
  let before: readonly string[] = [];
  let seen: ReturnType<typeof examine>;

  beforeAll(() => {
    const plain = join(work, 'plain');
    plant(plain, { 'etc/systemd/system/evil.service': 'plain\n', 'gone.txt': 'was here\n' });
    const large = join(work, 'large');
    plant(large, { 'etc/cron.d/evil': 'across\n', big: 'b'.repeat(10 * 1024 * 1024) });
    const images = { plain: join(work, 'plain.img'), large: join(work, 'large.img') };
    ext4Image(images.plain, plain, ['gone.txt']);
    ext4Image(images.large, large);
    const loops = disks.map((disk) => run('losetup', ['--find', '--show', blank(disk, 64)]).trim());
    const [one = '', two = ''] = loops;
    try {
      // Whoever had the loop device before may have left it read-only.
      for (const loop of loops) run('blockdev', ['--setrw', loop]);
      for (const loop of loops) lvm('pvcreate', loops, [loop]);
      lvm('vgcreate', loops, ['-s', '4m', 'vg-of.the_suspect', ...loops]);
      const make = ['-an', '-Zn', '-Wn'];
      lvm('lvcreate', loops, [...make, '-n', 'plain', '-l', '4', 'vg-of.the_suspect', `${one}:5-8`]);
      // Two extents on one disk, two on the other.
      lvm('lvcreate', loops, [...make, '-n', 'across', '-l', '2', 'vg-of.the_suspect', `${one}:1-2`]);
      lvm('lvextend', loops, ['-l', '4', 'vg-of.the_suspect/across', `${two}:7-8`]);
      lvm('lvcreate', loops, [
        ...make,
        '-i2',
        '-nstriped',
        '-l2',
        'vg-of.the_suspect',
        `${one}:10`,
        `${two}:10`,
      ]);
    } finally {
      for (const loop of loops) run('losetup', ['--detach', loop]);
    }
    place(disks[0], images.plain, extentAt(5));
    place(disks[0], images.large, extentAt(1), { mib: 8 });
    place(disks[1], images.large, extentAt(7), { skip: 8 });
    before = disks.map(digestOf);
    seen = examine(out, ['--disk', disks[0], '--disk', disks[1], '--yara', work, '--clamav', work]);
  }, 180_000);
  afterAll(() => rmSync(work, { recursive: true }));

  /** Where the results of the file system are that has a file. */
  const folderOf = (name: string): string => {
    const found = seen.results.checks.find(
      ({ check, target }) =>
        check === 'hashes' && seen.list(`${target}/hashes.jsonl`).some((file) => file.name === name),
    );
    if (found === undefined) throw new Error(`no file system has ${name}`);
    return found.target;
  };

  it('changes neither disk', () => {
    expect(disks.map(digestOf)).toEqual(before);
    expect(seen.results.evidence.map(({ unchanged }) => unchanged)).toEqual([true, true]);
  });

  it('reads the one that lies in one piece: persistence and what was deleted', () => {
    const folder = folderOf('/etc/systemd/system/evil.service');
    expect(seen.list(`${folder}/persistence.jsonl`)).toMatchObject([
      { category: 'systemd', sha256: sha256('plain\n') },
    ]);
    expect(seen.list(`${folder}/recovered.jsonl`)).toMatchObject([{ sha256: sha256('was here\n') }]);
  });

  it('reads the one whose pieces lie on both disks, with a file that goes across', () => {
    const folder = folderOf('/etc/cron.d/evil');
    const [big] = seen.list(`${folder}/hashes.jsonl`).filter(({ name }) => name === '/big');
    expect(big?.sha256).toBe(sha256('b'.repeat(10 * 1024 * 1024)));
  });

  it('says of a striped one that it is not put together, and that there were no rules', () => {
    const reasons = seen.results.missing.map(({ because }) => because ?? '');
    expect(reasons.filter((because) => because.includes('(striped)'))).toHaveLength(1);
    expect(reasons.filter((because) => because.startsWith('no YARA, or no rules in'))).toHaveLength(2);
    expect(reasons.filter((because) => because.startsWith('no ClamAV, or no database in'))).toHaveLength(2);
    expect(seen.results.missing).toHaveLength(5);
  });

  it('leaves no device behind', () => {
    expect(run('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'])).not.toContain(work);
  });
});
