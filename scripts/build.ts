// Builds what is stale, by content hash, and says nothing on stdout: commands that print JSON run this first.
import { spawnSync } from 'node:child_process';

const tasks = ['build', 'synth'];
process.stderr.write('building what is stale ...');
const { status, stdout, stderr } = spawnSync(
  'turbo',
  ['run', ...tasks, '--output-logs=errors-only', '--log-order=grouped'],
  {
    encoding: 'utf8',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  },
);
if (status === 0) {
  const cached = /Cached:\s+(\d+ cached, \d+ total)/.exec(stdout)?.[1] ?? '';
  process.stderr.write(` done (${cached})\n`);
} else {
  process.stderr.write(
    `\n${stdout ?? ''}${stderr ?? ''}\nthe build failed: mend what is named above, then run the command again\n`,
  );
  process.exitCode = 1;
}
