import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, examine, sha256 } from './examine.ts';
import { makeHive } from './hive.ts';
import { blank, plant, type Files } from './images.ts';
import { cannotTry, run } from './tools.ts';

const RUN_KEY = 'Microsoft\\Windows\\CurrentVersion\\Run';

/** Fills an image through a mount of this machine; the examination itself never sees it mounted. */
const fill = (mount: readonly string[], folder: string, files: Files): void => {
  mkdirSync(folder);
  run(mount[0] ?? '', [...mount.slice(1), folder]);
  try {
    plant(folder, files);
  } finally {
    run('umount', [folder]);
  }
};

describe.skipIf(cannotTry)('NTFS, XFS and FAT on whole disks', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-triage-'));
  const images = {
    ntfs: join(work, 'ntfs.img'),
    xfs: join(work, 'xfs.img'),
    fat: join(work, 'fat.img'),
    swap: join(work, 'swap.img'),
  };
  const hive = join(work, 'SOFTWARE');
  const fs = { ntfs: 'evidence-1/fs-1', xfs: 'evidence-2/fs-2', fat: 'evidence-3/fs-3' };
  let before: readonly string[] = [];
  let seen: ReturnType<typeof examine>;

  beforeAll(() => {
    makeHive(hive, {
      [RUN_KEY]: { Updater: 'C:\\ProgramData\\evil.exe', '$(reboot),"x': '<script>' },
      'Microsoft\\Windows NT\\CurrentVersion\\Winlogon': { Shell: 'explorer.exe, evil.exe' },
    });
    run('mkntfs', ['-F', '-q', blank(images.ntfs, 32)]);
    fill(['ntfs-3g', images.ntfs], join(work, 'mount'), {
      'Windows/System32/config/SOFTWARE': readFileSync(hive),
      'Windows/System32/Tasks/Evil Task': '<Task/>',
      'Windows/System32/winevt/Logs/Security.evtx': 'ElfFile\0',
      'Users/mallory/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/x.lnk': 'L',
      'Users/mallory/invoice\u202Efdp.exe': 'MZ',
    });
    run('mkfs.xfs', ['-q', blank(images.xfs, 320)]);
    fill(['mount', '-o', 'loop', images.xfs], join(work, 'mount-xfs'), {
      'etc/systemd/system/evil.service': 'unit\n',
      'etc/-rf': 'dash\n',
      'etc/new\nline\ttab': 'newline\n',
      'etc/$(reboot)': 'shell\n',
    });
    run('mkfs.vfat', [blank(images.fat, 16)]);
    writeFileSync(join(work, 'autorun'), 'fat\n');
    run('mcopy', ['-i', images.fat, join(work, 'autorun'), '::autorun.inf']);
    run('mkswap', [blank(images.swap, 1)]);
    before = Object.values(images).map(digestOf);
    seen = examine(
      join(work, 'out'),
      Object.values(images).flatMap((image) => ['--disk', image]),
    );
  }, 180_000);
  afterAll(() => rmSync(work, { recursive: true }));

  it('changes none of them', () => {
    expect(Object.values(images).map(digestOf)).toEqual(before);
    expect(seen.results.evidence.map(({ unchanged }) => unchanged)).toEqual([true, true, true, true]);
  });

  it('finds tasks, start-up folders, hives and event logs of Windows', () => {
    const found = seen.list(`${fs.ntfs}/persistence.jsonl`);
    expect(new Set(found.map(({ category }) => category))).toEqual(
      new Set(['hive-software', 'startup', 'task']),
    );
    expect(found.find(({ category }) => category === 'hive-software')?.sha256).toBe(digestOf(hive));
    expect(seen.list(`${fs.ntfs}/login.jsonl`)).toMatchObject([
      { category: 'evtx', name: '/Windows/System32/winevt/Logs/Security.evtx', sha256: sha256('ElfFile\0') },
    ]);
  });

  it('reads what starts by itself from the hive, with names that change nothing', () => {
    const inode = seen
      .list(`${fs.ntfs}/persistence.jsonl`)
      .find(({ category }) => category === 'hive-software')?.inode;
    const keys = seen.read(`${fs.ntfs}/registry-${inode}-run.csv`);
    expect(keys).toContain('evil.exe');
    expect(keys).toContain('$(reboot)%2C%22x');
    expect(seen.read(`${fs.ntfs}/registry-${inode}-winlogon.csv`)).toContain('explorer.exe');
  });

  it('hashes files of NTFS by their data, and writes what turns a name round as %XX', () => {
    const listed = new Map(seen.list(`${fs.ntfs}/hashes.jsonl`).map((file) => [file.name, file.sha256]));
    expect(listed.get('/Users/mallory/invoice%E2%80%AEfdp.exe')).toBe(sha256('MZ'));
    expect(listed.get('/Windows/System32/config/SOFTWARE')).toBe(digestOf(hive));
  });

  it('reads XFS, whatever its names are, and says that it lists no deleted files of it', () => {
    const listed = new Map(seen.list(`${fs.xfs}/hashes.jsonl`).map((file) => [file.name, file.sha256]));
    expect(Object.fromEntries(listed)).toEqual({
      '/etc/systemd/system/evil.service': sha256('unit\n'),
      '/etc/-rf': sha256('dash\n'),
      '/etc/new%0Aline%09tab': sha256('newline\n'),
      '/etc/$(reboot)': sha256('shell\n'),
    });
    expect(seen.list(`${fs.xfs}/persistence.jsonl`)).toMatchObject([
      { category: 'systemd', name: '/etc/systemd/system/evil.service' },
    ]);
    expect(seen.read(`${fs.xfs}/timeline.csv`)).toContain('"/etc/new%0Aline%09tab"');
    expect(seen.results.missing).toContainEqual(
      expect.objectContaining({ check: 'deleted', target: fs.xfs, status: 'absent' }),
    );
  });

  it('reads FAT, and says of swap that it is not read', () => {
    expect(seen.list(`${fs.fat}/hashes.jsonl`)).toContainEqual(
      expect.objectContaining({ name: '/autorun.inf', sha256: sha256('fat\n') }),
    );
    expect(seen.results.missing).toContainEqual(
      expect.objectContaining({ check: 'file-system', target: 'evidence-4/fs-4', status: 'absent' }),
    );
  });
});
