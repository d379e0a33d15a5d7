import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '../sha256.ts';
import { problemIn, type Problem } from '../verify/problem.ts';

/** The list of digests that an examination leaves, and the names of what found no room on the volume. */
const LIST = 'SHA256SUMS';
const NOT_CARRIED = 'NOT-CARRIED';
const RESULTS = 'results';
/** Of a list; longer ones are no list of ours. */
const LONGEST_LIST_BYTES = 256 * 2 ** 20;
/** Problems that are told; the rest are counted with them. */
const MOST_PROBLEMS = 50;

/** What results came to, held against the statements that are in custody. */
export interface CheckedResults {
  readonly status: 'as-stated' | 'broken';
  /** The statement whose seal the list of digests has; null when there is none. */
  readonly statement: string | null;
  /** Files whose digest is the listed one. */
  readonly files: number;
  /** Files that the list has and that were left on the machine for want of room. */
  readonly notCarried: number;
  readonly problems: readonly Problem[];
}

/**
 * Holds the results of an examination, as they lie on a volume that was made of their locked copy, against the statements in custody: the digest of the list
 * is the seal that a statement names, and each file has the digest that is listed. What the folder holds may be hostile: links and devices are
 * never followed, and files are read piece by piece, however large.
 *
 * @param folder where the volume is mounted, read-only
 * @param statements by label: the objects of an export that was verified before
 */
export const checkResults = async (
  folder: string,
  statements: ReadonlyMap<string, string>,
): Promise<CheckedResults> => {
  const list = await textOf(join(folder, RESULTS, LIST));
  if (typeof list !== 'string')
    return broken(
      `${RESULTS}/${LIST}`,
      list.because,
      'give the folder where the volume of results is mounted',
    );
  const seal = sha256Hex(list);
  const statement = [...statements].find(([, text]) => sealOf(text) === seal)?.[0] ?? null;
  if (statement === null)
    return broken(
      `${RESULTS}/${LIST}`,
      `has SHA-256 ${seal}, which is the seal of no statement in custody`,
      'these are other results, or the list was changed: look at objects/triage-statement.json',
    );
  const lines = readList(list);
  if (lines === undefined)
    return broken(
      `${RESULTS}/${LIST}`,
      'is no list of digests',
      'it has the sealed digest: the examination went wrong',
    );
  const left = await textOf(join(folder, NOT_CARRIED));
  const notCarried = new Set(typeof left === 'string' ? left.split('\n') : []);
  const looked = await lookAtAll(folder, lines, notCarried);
  return {
    status: looked.problems.length === 0 ? 'as-stated' : 'broken',
    statement,
    ...looked,
    problems: looked.problems.slice(0, MOST_PROBLEMS),
  };
};

const broken = (file: string, problem: string, hint: string): CheckedResults => ({
  status: 'broken',
  statement: null,
  files: 0,
  notCarried: 0,
  problems: [problemIn(file, problem, hint)],
});

const sealOf = (text: string): string | undefined => {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && 'seal' in read && typeof read.seal === 'string'
      ? read.seal
      : undefined;
  } catch {
    return undefined;
  }
};

/** Digest by path; undefined for what sha256sum would not write of names that are ours. */
const readList = (text: string): ReadonlyMap<string, string> | undefined => {
  const listed = new Map<string, string>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, digest, path] =
      /^([0-9a-f]{64}) {2}\.\/([\w.][\w.@:+-]*(?:\/[\w.][\w.@:+-]*)*)$/.exec(line) ?? [];
    if (digest === undefined || path === undefined || path.split('/').includes('..')) return undefined;
    listed.set(path, digest);
  }
  return listed;
};

const lookAtAll = async (
  folder: string,
  listed: ReadonlyMap<string, string>,
  left: ReadonlySet<string>,
): Promise<Pick<CheckedResults, 'files' | 'notCarried' | 'problems'>> => {
  const problems: Problem[] = [];
  let files = 0;
  let notCarried = 0;
  const there = await filesBelow(join(folder, RESULTS), problems);
  for (const [path, digest] of listed) {
    if (!there.has(path)) {
      if (left.has(path)) notCarried += 1;
      else problems.push(problemIn(`${RESULTS}/${path}`, 'is listed and not there', 'it was taken away'));
      continue;
    }
    const found = await digestOf(join(folder, RESULTS, path));
    if (found === digest) files += 1;
    else
      problems.push(
        problemIn(
          `${RESULTS}/${path}`,
          `has SHA-256 ${found}, the sealed list says ${digest}`,
          'it was changed',
        ),
      );
  }
  for (const path of there)
    if (path !== LIST && !listed.has(path))
      problems.push(problemIn(`${RESULTS}/${path}`, 'is not in the sealed list', 'it was put there later'));
  return { files, notCarried, problems };
};

const filesBelow = async (root: string, problems: Problem[]): Promise<ReadonlySet<string>> => {
  const files = new Set<string>();
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (!(await lstat(join(root, folder))).isDirectory()) continue;
    for (const member of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? member.name : `${folder}/${member.name}`;
      if (member.isDirectory()) folders.push(path);
      else if (member.isFile()) files.add(path);
      else
        problems.push(
          problemIn(`${RESULTS}/${path}`, 'is neither file nor folder', 'it was put there later'),
        );
    }
  }
  return files;
};

// A file that was swapped for a link or a pipe is refused, not followed or waited for.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const digestOf = async (path: string): Promise<string> => {
  const handle = await open(path, FLAGS);
  const hash = createHash('sha256');
  for await (const piece of handle.createReadStream()) hash.update(piece as Uint8Array);
  return hash.digest('hex');
};

const textOf = async (path: string): Promise<string | { readonly because: string }> => {
  try {
    const handle = await open(path, FLAGS);
    try {
      const facts = await handle.stat();
      if (!facts.isFile() || facts.size > LONGEST_LIST_BYTES) return { because: 'is no plain list' };
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { because: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
};
