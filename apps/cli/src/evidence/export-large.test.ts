import { spawn } from 'node:child_process';
import {
  access,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE, writeLargeExport } from '../testing/large-export.ts';
import { runCordon } from '../testing/run-cordon.ts';

const HEAP_MIB = 48;
const SMALL_MIB = 32;
const LARGE_MIB = 384;
const PATIENCE_MS = 120_000;
const MAIN = resolve(import.meta.dirname, '../main.ts');
const SAYS_MEMORY =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("maxRSS "+process.resourceUsage().maxRSS))';

let root = '';
let fingerprint = '';
const at = (...names: readonly string[]): string => join(root, ...names);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-large-'));
  await writeLargeExport(at('small'), SMALL_MIB);
  fingerprint = await writeLargeExport(at('large'), LARGE_MIB);
}, PATIENCE_MS);
afterAll(() => rm(root, { recursive: true }));

/** The tool in a process with little heap; `mib` is the most memory that it ever had. */
const withLittleHeap = async (args: readonly string[]) => {
  const child = spawn(process.execPath, [
    `--max-old-space-size=${HEAP_MIB}`,
    `--import=${SAYS_MEMORY}`,
    MAIN,
    'evidence',
    ...args,
  ]);
  const ended = new Promise<number | null>((settle) => child.on('close', settle));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exit: await ended, stdout, mib: Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024 };
};

const flip = async (file: string, position: number): Promise<void> => {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, position);
  await handle.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, position);
  await handle.close();
};

describe('a case that is larger than memory', () => {
  it(
    'is exported and verified in as much memory as a small one, the same bytes each time',
    async () => {
      const small = await withLittleHeap(['export', at('small'), '-o', at('bundle-small')]);
      const large = await withLittleHeap(['export', at('large'), '-o', at('bundle')]);
      expect([small.exit, large.exit]).toEqual([0, 0]);
      expect(large.mib - small.mib).toBeLessThan(LARGE_MIB / 8);

      const verify = (dir: string) => withLittleHeap(['verify', dir, '--key-fingerprint', fingerprint]);
      const [of, verified] = [await verify(at('bundle-small')), await verify(at('bundle'))];
      expect(verified).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^VERIFIED: the bundle/) });
      expect(verified.mib - of.mib).toBeLessThan(LARGE_MIB / 8);

      expect((await runCordon(['evidence', 'export', at('large'), '-o', at('again')])).exit).toBe(0);
      expect(await readFile(at('again', 'bundle.json'))).toEqual(await readFile(at('bundle', 'bundle.json')));
      await expect(access(at('bundle.partial'))).rejects.toThrow('ENOENT');
    },
    PATIENCE_MS,
  );

  it.each([0, 2 ** 20, LARGE_MIB * 2 ** 19 + 12_345, LARGE_MIB * 2 ** 20 - 1])(
    'is broken by one bit at byte %d, and says where',
    async (position) => {
      const image = at('again', 'evidence/inc-1', IMAGE);
      await flip(image, position);
      const { exit, stdout } = await withLittleHeap(['verify', at('again'), '--json']);
      await flip(image, position);
      expect(exit).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        status: 'broken',
        problems: [{ file: `evidence/inc-1/${IMAGE}` }],
        ledgers: [{ problems: [{ file: IMAGE }] }],
      });
    },
    PATIENCE_MS,
  );

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'leaves nothing that verifies when %s comes midway, and the same command makes the same bundle',
    async (signal) => {
      const out = at(`cut-${signal}`);
      const staged = `${out}.partial`;
      const child = spawn(process.execPath, [MAIN, 'evidence', 'export', at('large'), '-o', out]);
      const ended = new Promise((settle) => child.on('close', (_code, by) => settle(by)));
      const isMidway = async (): Promise<boolean> => {
        const names = await readdir(staged).catch(() => []);
        const sizes = await Promise.all(
          names.map((name) =>
            stat(join(staged, name)).then(
              ({ size }) => size,
              () => 0,
            ),
          ),
        );
        return sizes.some((size) => size > 32 * 2 ** 20);
      };
      while (!(await isMidway()) && child.exitCode === null) await pass(2);
      child.kill(signal);
      expect(await ended).toBe(signal);
      await expect(access(out)).rejects.toThrow('ENOENT');
      for (const dir of [staged, join(staged, 'evidence/inc-1')])
        expect((await runCordon(['evidence', 'verify', dir])).exit).toBe(1);

      expect((await runCordon(['evidence', 'export', at('large'), '-o', out])).exit).toBe(0);
      expect(await readFile(join(out, 'bundle.json'))).toEqual(await readFile(at('again', 'bundle.json')));
      expect((await runCordon(['evidence', 'verify', out, '--key-fingerprint', fingerprint])).exit).toBe(0);
      await rm(out, { recursive: true });
    },
    PATIENCE_MS,
  );

  it(
    'leaves nothing that verifies where the disk takes no more, and says so',
    async () => {
      // What a full disk does to a write, a limit of the shell does to a write of one file: 100 MiB in blocks of 1 KiB.
      const out = at('full');
      const command = `ulimit -f 102400; exec "$0" "$@"`;
      const args = [process.execPath, MAIN, 'evidence', 'export', at('large'), '-o', out];
      const child = spawn('bash', ['-c', command, ...args]);
      const ended = new Promise((settle) => child.on('close', settle));
      const stderr = await text(child.stderr);
      expect(await ended).toBe(2);
      expect(stderr).toMatch(/cannot write .*full \(EFBIG\)/);
      expect((await runCordon(['evidence', 'verify', `${out}.partial`])).exit).toBe(1);
      await expect(access(out)).rejects.toThrow('ENOENT');
    },
    PATIENCE_MS,
  );

  it('takes no part of another export for its own, and follows no link that was put there', async () => {
    const out = at('planted');
    const mark = JSON.stringify({ source: at('large'), pid: process.pid, host: 'elsewhere' });
    const export_ = (source: string) => runCordon(['evidence', 'export', at(source), '-o', out, '--json']);
    await writeFile(at('mine'), 'mine');
    await mkdir(`${out}.partial/evidence`, { recursive: true });
    await symlink(at('mine'), `${out}.partial/writing-0`);
    await symlink(root, `${out}.partial/evidence/inc-1`);
    await writeFile(`${out}.partial/export.json`, mark);
    expect(JSON.parse((await export_('small')).stdout)).toMatchObject({
      error: { code: 'partial-of-another' },
    });
    await writeFile(`${out}.partial/export.json`, mark.replace('large"', 'small"'));
    expect((await export_('small')).exit).toBe(0);
    expect(await readFile(at('mine'), 'utf8')).toBe('mine');
    expect(await readdir(root)).not.toContain('manifest.json.partial');
  });

  it('is not written by two at once', async () => {
    const out = at('twice');
    await mkdir(`${out}.partial`);
    const mark = { source: at('small'), pid: process.ppid, host: hostname() };
    await writeFile(`${out}.partial/export.json`, JSON.stringify(mark));
    const { exit, stderr } = await runCordon(['evidence', 'export', at('small'), '-o', out]);
    expect(exit).toBe(2);
    expect(stderr).toContain(`is being written by process ${process.ppid}`);
  });
});
