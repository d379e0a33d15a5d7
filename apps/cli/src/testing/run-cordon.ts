import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { resolve } from 'node:path';
import { run } from '../run.ts';

/** What one run of the tool printed and how it ended. */
export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process: everything but the process's own streams and end. */
export const runCordon = async (args: readonly string[]): Promise<Ran> => {
  const printed = { out: '', err: '' };
  const exit = await run(args, {
    out: (more) => void (printed.out += more),
    err: (more) => void (printed.err += more),
  });
  return { exit, stdout: printed.out, stderr: printed.err };
};

/** Runs the tool as a user would, in a process of its own. */
export const spawnCordon = async (args: readonly string[], stdin = ''): Promise<Ran> => {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../main.ts'), ...args]);
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const ended = new Promise<number | null>((settle, reject) => {
    child.on('error', reject);
    child.on('close', settle);
  });
  const [stdout, stderr, exit] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exit, stdout, stderr };
};
