import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { badInputResult, drillResult } from '@cordon/drill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCordon, spawnCordon } from './testing/run-cordon.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('cordon', () => {
  it.each([
    [['--help']],
    [['drill', '--help']],
    [['evidence', 'verify', '--help']],
    [['doctor', 'policies', '--help']],
    [['local', '--help']],
    [['bench', '--help']],
    [['plan', '--help']],
    [['approve', '--help']],
    [['contain', '--help']],
    [['release', '--help']],
    [['halt', '--help']],
    [['reset-breaker', '--help']],
    [['requests', '--help']],
  ])('%j gives help with examples and ends well', async (args) => {
    const { exit, stdout, stderr } = await runCordon(args);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: cordon/);
    expect(stdout).toContain('\nExamples:\n  cordon');
  });

  it('prints its version and nothing else', async () => {
    expect(await spawnCordon(['--version'])).toEqual({
      exit: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it.each([
    [[], 'no command was given; see `cordon --help`'],
    [['dril'], "unknown command 'dril' (Did you mean drill?); see `cordon --help`"],
    [['drill', '--jsno'], "unknown option '--jsno' (Did you mean --json?); see `cordon drill --help`"],
    [['drill', 'finding.json'], 'too many arguments'],
    [['drill', '--through', 'stop'], 'Allowed choices are contain, evidence, seal'],
    [['drill', '--finding'], 'argument missing'],
    [['evidence'], 'no command was given; see `cordon evidence --help`'],
    [['doctor', '--profile', 'nobody'], '--profile is "nobody", wanted security=NAME'],
    [['doctor', 'policies'], 'no policy was given, wanted one at least'],
    [['evidence', 'verify'], "missing required argument 'dir'"],
    [['local', '--port', '70000'], 'wanted a whole number from 0 to 65534'],
    [['bench', '--runs', '0'], 'wanted a whole number from 1 to 999'],
    [['plan'], 'wanted --incident, or --account, --region and --instance'],
    [['plan', '--account', '1', '--region', 'eu-west-1', '--instance', 'i-1'], 'exactly 12 digits'],
    [['approve', 'inc-0123456789'], "required option '--hash <hash>' not specified"],
    [['halt', 'maybe', '--reason', 'x'], 'Allowed choices are on, off'],
    [['reset-breaker', 'everything', '--reason', 'storm'], 'scope'],
  ])('refuses %j with one line that says what to do', async (args, line) => {
    const { exit, stdout, stderr } = await runCordon(args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('gives a refusal as one document where JSON was asked for', async () => {
    const { exit, stdout } = await spawnCordon(['drill', '--json', '--nothing']);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      error: {
        code: 'bad-arguments',
        message: "unknown option '--nothing'",
        hint: 'see `cordon drill --help`',
      },
    });
  });
});

describe('cordon drill, before anything is built', () => {
  it('lists its scenarios', async () => {
    const { exit, stdout } = await runCordon(['drill', '--list-scenarios']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^richest +three differently encrypted volumes/);
  });

  it.each([
    ['empty', '', 'empty'],
    ['no JSON', '{"detail":', 'not-json'],
    [
      'an account id that is none',
      '{"accountId":"123","region":"eu-west-1","partition":"aws"}',
      'bad-account-id',
    ],
    ['no Region', '{"accountId":"602011160021","partition":"aws"}', 'bad-region'],
    [
      'another partition',
      '{"accountId":"602011160021","region":"cn-north-1","partition":"aws-cn"}',
      'unsupported-partition',
    ],
  ])('refuses a finding that is %s', async (_, text, code) => {
    const path = join(folder, 'finding.json');
    await writeFile(path, text);
    const { exit, stdout, stderr } = await runCordon(['drill', '--json', '--finding', path]);
    expect(exit).toBe(2);
    expect(badInputResult.parse(JSON.parse(stdout)).error.code).toBe(code);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('reads standard input for -, and drops a byte order mark', async () => {
    const { exit, stderr } = await spawnCordon(
      ['drill', '--finding', '-'],
      '\uFEFF{"accountId":"1","region":"eu-west-1"}',
    );
    expect(exit).toBe(2);
    expect(stderr).toContain('wanted 12 digits');
  });

  it.each([
    [['--finding', '/nowhere/event.json'], 'cannot read /nowhere/event.json: there is no such file'],
    [['--finding', '/'], 'it is a directory'],
    [['--scenario', 'poorest'], 'choose one of: richest'],
    [['--finding', '-', '--organization', '-'], 'give one of them as a file'],
  ])('refuses %j', async (args, line) => {
    const { exit, stdout, stderr } = await runCordon(['drill', ...args]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(line);
  });

  it('refuses a folder that holds something, and leaves it as it was', async () => {
    await writeFile(join(folder, 'mine.txt'), 'kept');
    const { exit, stderr } = await runCordon(['drill', '--out', folder]);
    expect(exit).toBe(2);
    expect(stderr).toContain('is not empty, and nothing is overwritten');
  });

  it('takes options after a -- that a package manager handed on', async () => {
    const { exit, stdout } = await runCordon(['drill', '--', '--list-scenarios']);
    expect(exit).toBe(0);
    expect(stdout).toContain('richest');
  });
});

describe('cordon drill, of findings that end set aside', () => {
  it('prints one document, and a line for each that says which, why and what to do', async () => {
    const path = join(folder, 'odd.json');
    const finding = {
      schemaVersion: '2.0',
      accountId: '482913570246',
      region: 'us-west-2',
      type: 'Trojan:EC2/DropPoint',
      resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0a1b2c3d4e5f60718' } },
    };
    await writeFile(path, JSON.stringify([{ ...finding, id: 'aa' }, finding]));
    const { exit, stdout, stderr } = await runCordon(['drill', '--json', '--finding', path]);
    expect(exit).toBe(2);
    expect(drillResult.parse(JSON.parse(stdout)).findings.map(({ disposition }) => disposition)).toEqual([
      'set-aside',
      'set-aside',
    ]);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^finding aa \(1 of 2\) was set aside: not-found: .*Severity is missing.*; correct/,
      ),
      expect.stringMatching(/^finding without an id \(2 of 2\) was set aside: bad-finding-id: .*; correct/),
    ]);
  });
});
