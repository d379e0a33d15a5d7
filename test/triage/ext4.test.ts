import { mkdirSync, mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, examine, filesBelow, sha256 } from './examine.ts';
import { ext4Image, partitioned, plant } from './images.ts';
import { cannotTry, run } from './tools.ts';

const UNIT = '[Service]\nExecStart=/usr/local/bin/miner\n[Install]\nWantedBy=multi-user.target\n';
const MALWARE = `harmless stand-in for a miner ${'x'.repeat(4000)}`;
const GONE = 'a script that the attacker deleted: PLANTED-IN-A-DELETED-FILE\n';

/** Names as attackers choose them; what comes out for each, where `%XX` stands for a byte and `^` is Sleuth Kit's for a control character. */
const HOSTILE: Readonly<Record<string, string>> = {
  '$(touch $HOME owned; reboot)': '$(touch $HOME owned; reboot)',
  '`reboot`': '`reboot`',
  '<script>alert(1)<script>': '<script>alert(1)<script>',
  '--files0-from=F': '--files0-from=F',
  '-rf': '-rf',
  '..x..': '..x..',
  '%2e%2e%2fetc': '%252e%252e%252fetc',
  'a|b|c': 'a%7Cb%7Cc',
  'say "yes"\\': 'say %22yes%22%5C',
  'new\nline': 'new^line',
  'esc\u001b[2J': 'esc^[2J',
  'invoice\u202Efdp.exe': 'invoice%E2%80%AEfdp.exe',
  'fake (deleted-realloc)': 'fake (deleted-realloc)',
};

const wtmp = (): string =>
  [
    '[7] [01234] [ts/0] [mallory ] [pts/0       ] [198.51.100.77       ] [198.51.100.77  ] [2026-11-01T03:04:05,000000+00:00]',
    '',
  ].join('\n');

describe.skipIf(cannotTry)('an ext4 file system in a partition', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-triage-'));
  const image = join(work, 'disk.img');
  const out = join(work, 'out');
  let before = '';
  let seen: ReturnType<typeof examine>;

  beforeAll(() => {
    const root = join(work, 'root');
    plant(root, {
      'etc/systemd/system/miner.service': UNIT,
      'etc/systemd/system/miner.timer': '[Timer]\nOnBootSec=60\n',
      'etc/cron.d/again': '* * * * * root /usr/local/bin/miner\n',
      'etc/ld.so.preload': '/usr/local/lib/hide.so\n',
      'etc/profile.d/zz.sh': 'export HISTFILE=\n',
      'root/.ssh/authorized_keys': 'ssh-ed25519 AAAA mallory\n',
      'usr/local/bin/miner': MALWARE,
      'usr/local/bin/rootshell': 'suid',
      'srv/ordinary.txt': 'ordinary\n',
      'srv/gone.sh': GONE,
      ...Object.fromEntries(Object.keys(HOSTILE).map((name) => [`srv/${name}`, `contents of ${name}`])),
    });
    chmodSync(join(root, 'usr/local/bin/rootshell'), 0o4755);
    mkdirSync(join(root, 'var/log'), { recursive: true });
    run('utmpdump', ['--reverse', '--output', join(root, 'var/log/wtmp')], wtmp());
    const lastlog = new Uint8Array(2 * 292);
    new DataView(lastlog.buffer).setUint32(292, 1_793_500_000, true);
    lastlog.set(new TextEncoder().encode('pts/0'), 296);
    lastlog.set(new TextEncoder().encode('\u001b]0;evil'), 328);
    writeFileSync(join(root, 'var/log/lastlog'), lastlog);
    partitioned(image, [ext4Image(join(work, 'fs.img'), root, ['srv/gone.sh'])]);
    plant(join(work, 'yara'), {
      'planted.yar':
        'rule planted { strings: $a = "PLANTED-IN-A-DELETED-FILE" condition: $a } rule miner { strings: $a = "stand-in for a miner" condition: $a }',
      'broken.yar': 'rule broken { condition: nothing }',
    });
    const md5 = createHash('md5').update(MALWARE).digest('hex');
    plant(join(work, 'clamav'), { 'planted.hdb': `${md5}:${MALWARE.length}:Planted.Miner\n` });
    before = digestOf(image);
    const searches = ['--yara', join(work, 'yara'), '--clamav', join(work, 'clamav')];
    seen = examine(out, ['--disk', image, ...searches]);
  }, 180_000);
  afterAll(() => rmSync(work, { recursive: true }));

  const fs = 'evidence-1/fs-1';
  const names = (file: string): readonly string[] => seen.list(`${fs}/${file}`).map(({ name }) => name);

  it('leaves the evidence as it was, and says so with digests of its own', () => {
    expect(digestOf(image)).toBe(before);
    expect(seen.results.evidence).toEqual([
      { name: 'evidence-1', source: image, unchanged: true, sha256Before: before, sha256After: before },
    ]);
  });

  it('is whole but for the rules that do not compile, which it names', () => {
    expect(seen.results.missing).toMatchObject([
      { check: 'yara', status: 'partly', because: 'the rules of broken.yar do not compile' },
    ]);
    expect([seen.exitCode, seen.printed.status]).toEqual([3, 'partly']);
  });

  it('has every file with its digest, whatever its name', () => {
    const listed = new Map(seen.list(`${fs}/hashes.jsonl`).map(({ name, sha256: digest }) => [name, digest]));
    expect(listed.get('/etc/systemd/system/miner.service')).toBe(sha256(UNIT));
    for (const [name, written] of Object.entries(HOSTILE))
      expect([name, listed.get(`/srv/${written}`)]).toEqual([name, sha256(`contents of ${name}`)]);
    expect(listed.size).toBe(12 + Object.keys(HOSTILE).length - 1);
  });

  it('has a timeline with one line a file, also of those whose names hold its own separators', () => {
    const lines = seen.read(`${fs}/timeline.csv`).split('\n');
    expect(lines[0]).toBe('Date,Size,Type,Mode,UID,GID,Meta,File Name');
    for (const written of Object.values(HOSTILE))
      expect(lines.filter((line) => line.endsWith(`"/srv/${written}"`)).length).toBeGreaterThan(0);
    expect(lines.some((line) => line.endsWith('"/srv/gone.sh (deleted)"'))).toBe(true);
  });

  it('finds the planted persistence, and keeps each file under its number', () => {
    const found = seen.list(`${fs}/persistence.jsonl`);
    expect(found.map(({ category, name }) => `${category} ${name}`).toSorted()).toEqual([
      'cron /etc/cron.d/again',
      'preload /etc/ld.so.preload',
      'shell /etc/profile.d/zz.sh',
      'ssh /root/.ssh/authorized_keys',
      'systemd /etc/systemd/system/miner.service',
      'systemd /etc/systemd/system/miner.timer',
    ]);
    for (const { inode, sha256: digest } of found)
      expect(sha256(seen.read(`${fs}/kept/${inode}`))).toBe(digest);
    expect(seen.list(`${fs}/set-id.jsonl`)).toMatchObject([
      { name: '/usr/local/bin/rootshell', mode: 'r/rrwsr-xr-x' },
    ]);
  });

  it('counts what each check found, for whoever reads the report', () => {
    const counts = new Map(seen.printed.counts.map(({ check, found }) => [check, found]));
    expect([
      counts.get('persistence'),
      counts.get('yara'),
      counts.get('clamav'),
      counts.get('recovered'),
    ]).toEqual([6, 2, 1, 1]);
    expect(seen.printed.counts.find(({ check }) => check === 'yara')).toMatchObject({ done: 0, short: 1 });
  });

  it('reads logins, without what would steer a terminal', () => {
    const logins = seen.list(`${fs}/login.jsonl`);
    expect(new Set(logins.map(({ category }) => category))).toEqual(new Set(['lastlog', 'wtmp']));
    const textOf = (category: string): string =>
      seen.read(`${fs}/login-${logins.find((login) => login.category === category)?.inode}.txt`);
    expect(textOf('wtmp')).toContain('[mallory ');
    expect(textOf('wtmp')).toContain('[198.51.100.77 ');
    expect(textOf('lastlog')).toBe('1\t1793500000\tpts/0\t?]0;evil\n');
  });

  it('brings a deleted file back, and lets YARA look at it as at the others', () => {
    const [recovered, ...others] = seen.list(`${fs}/recovered.jsonl`);
    expect(others).toEqual([]);
    expect(recovered).toMatchObject({ name: '/srv/gone.sh (deleted)', sha256: sha256(GONE) });
    expect(seen.read(`${fs}/recovered/${recovered?.inode}`)).toBe(GONE);
    expect(
      seen
        .list(`${fs}/yara.jsonl`)
        .map(({ name, hit }) => `${hit} ${name}`)
        .toSorted(),
    ).toEqual(['miner /usr/local/bin/miner', 'planted /srv/gone.sh (deleted)']);
    expect(seen.list(`${fs}/clamav.jsonl`)).toMatchObject([
      { name: '/usr/local/bin/miner', hit: 'Planted.Miner.UNOFFICIAL' },
    ]);
  });

  it('names no file after the attacker, and writes nothing but ASCII beside what it kept', () => {
    const files = filesBelow(out);
    for (const file of files) expect(file).toMatch(/^[A-Za-z0-9][A-Za-z0-9/.-]*$/);
    const own = files.filter((file) => !/\/(kept|recovered)\//.test(file));
    for (const file of own) expect(seen.read(file)).toMatch(/^[\t\n\u0020-\u007e]*$/);
    expect(names('hashes.jsonl')).not.toContain('/srv/owned');
  });

  it('says with which tools, in which versions, and with which commands', () => {
    const tools = new Map(seen.results.tools.map((tool) => [tool.name, tool]));
    expect(tools.get('fls')?.version).toMatch(/Sleuth Kit ver \d/);
    expect(tools.get('yara')?.sha256).toBe(digestOf(tools.get('yara')?.path ?? ''));
    const timeline = seen.results.checks.find(({ check }) => check === 'timeline');
    expect(timeline?.command?.slice(0, 4)).toEqual(['mactime', '-d', '-z', 'UTC']);
  });

  it('is sealed: every file but the list is in the list, and the digest of the list is printed', () => {
    const list = seen.read('SHA256SUMS');
    expect(seen.printed.seal).toBe(sha256(list));
    const sealed = list.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(66)]));
    expect(sealed).toEqual(
      filesBelow(out)
        .filter((file) => file !== 'SHA256SUMS')
        .map((file) => `./${file}`),
    );
    for (const line of list.split('\n').filter((text) => text !== ''))
      expect(digestOf(join(out, line.slice(66)))).toBe(line.slice(0, 64));
  });
});
