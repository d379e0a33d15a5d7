import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf, examine, refusal, sha256 } from './examine.ts';
import { blank, ext4Image, partitioned, plant, place, type Files } from './images.ts';
import { cannotTry, run } from './tools.ts';

const IMAGE = Buffer.concat([Buffer.from('EMiL'), Buffer.alloc(300_000, 7)]);
const HASH = sha256(IMAGE);
const OTHER = 'b'.repeat(64);

const record = (digest: string): string =>
  `{"image":"image.lime","started":"x","ended":"y","said":{"status":"captured","sha256":"${digest}"}}\n`;

describe.skipIf(cannotTry)('a volume that a capture wrote', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-captured-'));
  afterAll(() => rmSync(work, { recursive: true }));
  let count = 0;
  const fresh = (): string => join(work, String((count += 1)));

  /** The file system that the capture document makes, with what its script leaves there. */
  const volume = (files: Files): string => {
    const at = fresh();
    mkdirSync(at);
    plant(join(at, 'root'), files);
    return ext4Image(join(at, 'volume.img'), join(at, 'root'));
  };
  const seenOf = (told: string, path: string, ...more: readonly string[]) => {
    const before = digestOf(path);
    const seen = examine(fresh(), [
      '--captured',
      `${told}:${path}`,
      '--symbols',
      join(work, 'none'),
      ...more,
    ]);
    expect(digestOf(path)).toBe(before);
    return seen;
  };
  const whole = { 'image.lime': IMAGE, 'record.json': record(HASH), tool: 'x', 'tool.log': '<script>' };

  it('gives the image the hash that the host told, and says that it is equal', () => {
    const seen = seenOf(HASH, volume(whole));
    expect(seen.results.memory).toMatchObject([
      {
        name: 'memory-1',
        image: 'image.lime',
        verdict: 'equal',
        sha256: HASH,
        toldSha256: HASH,
        recordedSha256: HASH,
      },
    ]);
    expect(seen.results.memory[0]?.because).toBeUndefined();
    expect(seen.results.evidence).toMatchObject([{ name: 'memory-1', unchanged: true }]);
    expect([seen.exitCode, seen.printed.status]).toEqual([3, 'partly']);
    expect(seen.results.missing.map(({ check }) => check)).toEqual(['processes', 'connections']);
  });

  it('says that it changed where one byte differs, though the record beside it was changed as well', () => {
    const flipped = Buffer.from(IMAGE);
    flipped[200_000] = 8;
    const seen = seenOf(
      HASH,
      volume({ ...whole, 'image.lime': flipped, 'record.json': record(sha256(flipped)) }),
    );
    expect(seen.results.memory[0]).toMatchObject({
      verdict: 'changed',
      sha256: sha256(flipped),
      toldSha256: HASH,
    });
    expect(seen.results.memory[0]?.because).toMatch(
      /NOT THE ONE THAT THE HOST HASHED.*another digest than custody/,
    );
    expect(seen.printed.status).toBe('failed');
  });

  it('says of an equal image that the record beside it has another digest', () => {
    const seen = seenOf(HASH, volume({ ...whole, 'record.json': record(OTHER) }));
    expect(seen.results.memory[0]).toMatchObject({ verdict: 'equal', recordedSha256: OTHER });
    expect(seen.results.memory[0]?.because).toContain('another digest than custody');
  });

  it.each([
    ['custody has no digest of the host', 'unknown', whole],
    ['neither image.lime nor image.raw', HASH, { 'image.lime.txt': 'x', 'sub/image.lime': IMAGE }],
  ])('does not compare where there is a reason: %s', (because, told, files) => {
    const seen = seenOf(told, volume(files));
    expect(seen.results.memory[0]?.verdict).toBe('not-compared');
    expect(seen.results.memory[0]?.because).toContain(because);
  });

  it('does not compare what is no file system of a capture', () => {
    const seen = seenOf(HASH, blank(`${fresh()}.img`, 4));
    expect(seen.results.memory[0]).toMatchObject({ verdict: 'not-compared' });
    expect(seen.printed.status).toBe('failed');
  });

  it('reads XFS, where a host could make no ext4', () => {
    const path = blank(`${fresh()}.img`, 320);
    run('mkfs.xfs', ['-q', '-L', 'cordon-mem', path]);
    const at = fresh();
    mkdirSync(at);
    run('mount', ['-o', 'loop', path, at]);
    plant(at, whole);
    run('umount', [at]);
    expect(seenOf(HASH, path).results.memory[0]).toMatchObject({ verdict: 'equal', recordedSha256: HASH });
  });

  it('reads NTFS in a partition, as a Windows host makes it', () => {
    const part = blank(`${fresh()}.img`, 16);
    run('mkntfs', ['-q', '-F', part]);
    const at = fresh();
    mkdirSync(at);
    run('ntfs-3g', [part, at]);
    plant(at, { 'image.raw': IMAGE, 'record.json': `\uFEFF{"status":"captured","sha256":"${HASH}"}\r\n` });
    run('umount', [at]);
    const seen = seenOf(HASH, partitioned(`${fresh()}.img`, [part]));
    expect(seen.results.memory[0]).toMatchObject({
      image: 'image.raw',
      verdict: 'equal',
      recordedSha256: HASH,
    });
  });

  it('has Volatility examine the image on a mount that nobody can write to', () => {
    const tools = fresh();
    // Stands in for Volatility: it says what it is asked, the digest of the file that it gets, and tries to write to it.
    plant(tools, {
      vol:
        '#!/bin/bash\n[ "$1" = --help ] && exit\nwhile [ "$1" != -f ]; do shift; done\n' +
        'echo x >>"$2" && exit 9\nprintf \'[{"plugin":"%s","sha256":"%s"}]\' "$3" "$(sha256sum <"$2" | cut -c 1-64)"\n',
    });
    chmodSync(join(tools, 'vol'), 0o755);
    plant(join(work, 'symbols'), { 'linux.json': '{}' });
    const seen = seenOf(HASH, volume(whole), '--symbols', join(work, 'symbols'), '--tools', tools);
    expect([seen.exitCode, seen.results.missing]).toEqual([0, []]);
    expect(seen.read('memory-1/processes.json')).toBe(
      `[{"plugin":"linux.pstree.PsTree","sha256":"${HASH}"}]`,
    );
    expect(seen.read('memory-1/connections.json')).toContain('linux.sockstat.Sockstat');
  });

  it('refuses a digest that is none', () => {
    expect(refusal(['--out', fresh(), '--captured', `$(reboot):${work}`]).stderr).toContain(
      '--captured wants',
    );
  });
});

const CARRY = join(import.meta.dirname, '../../apps/forensics-account/triage/lib/carry.sh');

describe.skipIf(cannotTry)('the volume for results', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-carry-'));
  afterAll(() => rmSync(work, { recursive: true }));
  let count = 0;

  /** Results as an examination leaves them, and a volume as EBS would attach it. */
  const carrying = (files: Files, mib = 16, fill: (image: string) => void = () => {}) => {
    const at = join(work, String((count += 1)));
    plant(join(at, 'results'), files);
    const list = run('sh', [
      '-c',
      'cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum --',
      'sh',
      join(at, 'results'),
    ]);
    writeFileSync(join(at, 'results/SHA256SUMS'), list);
    writeFileSync(join(at, 'statement.json'), JSON.stringify({ seal: sha256(list) }));
    const image = blank(join(at, 'volume.img'), mib);
    fill(image);
    const before = digestOf(image);
    const loop = run('losetup', ['--find', '--show', image]).trim();
    try {
      run('blockdev', ['--setro', loop]);
      const ask = () =>
        JSON.parse(
          run(CARRY, [
            loop,
            'vol-0123456789abcdef0',
            join(at, 'results'),
            join(at, 'statement.json'),
            join(at, 'marker'),
          ]),
        ) as Record<string, unknown>;
      const said = ask();
      const again = ask();
      expect(run('blockdev', ['--getro', loop]).trim()).toBe('1');
      const mounted = join(at, 'mounted');
      mkdirSync(mounted);
      let carried: ReadonlyMap<string, string> = new Map();
      if (said['because'] === undefined) {
        run('mount', ['-o', 'ro', loop, mounted]);
        carried = new Map(
          run('find', [mounted, '-type', 'f', '-printf', '%P\n'])
            .trim()
            .split('\n')
            .map((name) => [name, readFileSync(join(mounted, name), 'latin1')]),
        );
        run('umount', [mounted]);
      }
      return { said, again, carried, list, untouched: digestOf(image) === before };
    } finally {
      run('blockdev', ['--setrw', loop]);
      run('losetup', ['--detach', loop]);
    }
  };

  it('takes all that came out, and says so; asked again it says the same', () => {
    const { said, again, carried, list } = carrying({
      'results.json': '{}',
      'evidence-1/fs-1/body.txt': 'x',
    });
    expect(said).toMatchObject({ volume: 'vol-0123456789abcdef0', files: 3, left: 0 });
    expect(again).toEqual(said);
    expect([...carried.keys()].toSorted()).toEqual([
      'results/SHA256SUMS',
      'results/evidence-1/fs-1/body.txt',
      'results/results.json',
      'statement.json',
    ]);
    expect(carried.get('results/SHA256SUMS')).toBe(list);
  });

  it('takes the list of digests and the smallest of what is too much, and names the rest', () => {
    const { said, carried } = carrying({
      'results.json': '{}',
      'evidence-1/fs-1/recovered/12': Buffer.alloc(20 * 1024 * 1024, 1),
    });
    expect(said).toMatchObject({ files: 2, left: 1 });
    expect(carried.get('NOT-CARRIED')).toBe('evidence-1/fs-1/recovered/12\n');
    expect(carried.get('results/SHA256SUMS')).toContain('recovered/12');
  });

  it.each([
    ['a file system', (image: string) => run('mke2fs', ['-q', '-t', 'ext4', '-L', 'cordon-results', image])],
    [
      'bytes that no file system begins with',
      (image: string) => {
        const piece = `${image}.piece`;
        writeFileSync(piece, 'evidence');
        place(image, piece, 0);
      },
    ],
  ])('never writes to a volume with %s, whatever its label', (_what, fill) => {
    const { said, untouched } = carrying({ 'results.json': '{}' }, 16, fill);
    expect(said['because']).toContain('is not empty, so nothing was written to it');
    expect(untouched).toBe(true);
  });
});
