import { expect, it } from 'vitest';
import { runCordon } from '../testing/run-cordon.ts';

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
