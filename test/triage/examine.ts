import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const SCRIPT = join(import.meta.dirname, '../../apps/forensics-account/triage/cordon-triage');

const check = z.object({
  check: z.string(),
  target: z.string(),
  status: z.enum(['done', 'partly', 'absent', 'failed']),
  because: z.string().optional(),
  file: z.string().optional(),
  command: z.array(z.string()).optional(),
});
const results = z.object({
  schema: z.literal('cordon-triage/1'),
  status: z.enum(['whole', 'partly', 'failed']),
  scriptSha256: z.string().length(64),
  interfaces: z.array(z.string()),
  environment: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  evidence: z.array(
    z.object({
      name: z.string(),
      source: z.string(),
      unchanged: z.boolean().nullable(),
      sha256Before: z.string().optional(),
      sha256After: z.string().optional(),
    }),
  ),
  memory: z.array(
    z.object({
      name: z.string(),
      verdict: z.string(),
      image: z.string().optional(),
      toldSha256: z.string().optional(),
      sha256: z.string().optional(),
      recordedSha256: z.string().optional(),
      because: z.string().optional(),
    }),
  ),
  tools: z.array(z.object({ name: z.string(), path: z.string(), version: z.string(), sha256: z.string() })),
  checks: z.array(check),
  missing: z.array(check),
});
const printed = z.object({
  status: z.string(),
  seal: z.string(),
  counts: z.array(z.object({ check: z.string(), found: z.int(), done: z.int(), short: z.int() })),
});
/** A line of a list: a file by its inode. */
const listed = z.object({
  inode: z.string(),
  name: z.string(),
  sha256: z.string().optional(),
  category: z.string().optional(),
  hit: z.string().optional(),
  mode: z.string().optional(),
  bytes: z.number().optional(),
  readBytes: z.number().optional(),
});

/** SHA-256 of some bytes, in hexadecimal. */
export const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');
/** SHA-256 of a file. */
export const digestOf = (path: string): string => sha256(readFileSync(path));

/** Every file below a folder, by its path in it. */
export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted();

/** Runs the script that the forensic machine runs; what it printed, what it left in `out`, and its exit code. */
export const examine = (out: string, args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(SCRIPT, ['--out', out, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    // As a role's credentials and a start-up file for bash would come in.
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', AWS_SECRET_ACCESS_KEY: 'secret', BASH_ENV: '/nowhere' },
  });
  if (stdout === '') throw new Error(`the script ended with ${status} and printed nothing: ${stderr}`);
  const read = (file: string): string => readFileSync(join(out, file), 'utf8');
  return {
    exitCode: status,
    stderr,
    printed: printed.parse(JSON.parse(stdout)),
    results: results.parse(JSON.parse(read('results.json'))),
    /** A file of the results, as text. */
    read,
    /** A list of the results, parsed. */
    list: (file: string) =>
      read(file)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => listed.parse(JSON.parse(line))),
  };
};

/** What the script says when it refuses its arguments. */
export const refusal = (
  args: readonly string[],
): { readonly exitCode: number | null; readonly stderr: string } => {
  const { status, stderr } = spawnSync(SCRIPT, [...args], { encoding: 'utf8' });
  return { exitCode: status, stderr };
};
