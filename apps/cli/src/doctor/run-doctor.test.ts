import { afterEach, expect, it, vi } from 'vitest';
import { runCordon } from '../testing/run-cordon.ts';

afterEach(() => void vi.unstubAllEnvs());

it.each([
  [['--profile', 'vault=x'], '--profile is "vault=x", wanted security=NAME, evidence=NAME'],
  [['--profile', 'evidence'], '--profile is "evidence", wanted'],
  [['--profile', 'evidence='], '--profile is "evidence=", wanted'],
  [['--strange'], "unknown option '--strange'"],
])('cordon doctor refuses %j with one line, before it asks anybody', async (args, line) => {
  const { exit, stdout, stderr } = await runCordon(['doctor', ...args]);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(stderr).toContain(line);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

it('cordon doctor --help tells of both commands, with examples', async () => {
  const { exit, stdout } = await runCordon(['doctor', '--help']);
  expect(exit).toBe(0);
  expect(stdout).toContain('cordon doctor --before');
  expect(stdout).toContain('policies');
});

it.each([
  [[], 'there are no credentials for the security account in this environment'],
  [
    ['--profile', 'evidence=nobody'],
    'there are no credentials in the profile nobody of the evidence account',
  ],
])(
  'cordon doctor %j says that nobody is signed in, in place of a line for each thing',
  async (args, line) => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/dev/null');
    const { exit, stdout, stderr } = await runCordon(['doctor', ...args]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(line);
  },
);
