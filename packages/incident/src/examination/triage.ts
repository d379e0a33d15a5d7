import * as z from 'zod';
import { quoted } from '../quoted.ts';

/** What one check of an examination came to, over all places that it looked at. */
const checkCount = z.object({
  check: z.string().regex(/^[a-z][a-z-]{0,30}$/),
  found: z.int().min(0),
  done: z.int().min(0),
  short: z.int().min(0),
});
/** What one check of an examination came to. */
export type CheckCount = z.infer<typeof checkCount>;

/** How the examination of the disks by the forensic machine stands. */
export const triageState = z.object({
  /** `whole`, `partly` and `failed` are the machine's own words; `not-run` is ours. */
  status: z.enum(['waiting', 'running', 'whole', 'partly', 'failed', 'not-run']),
  startedAt: z.iso.datetime(),
  commandId: z.string().optional(),
  /** When the command was sent. */
  sentAt: z.iso.datetime().optional(),
  /** SHA-256 of the list of digests of all results, which stay on the machine. */
  seal: z.string().optional(),
  /** What each check found, in lines of its results, and in how many places it was done and came short. */
  counts: z.array(checkCount).max(40).optional(),
  /** What is missing, each with its reason; the first ones. */
  missing: z.array(z.string()).optional(),
  because: z.string().optional(),
});
/** How the examination of the disks by the forensic machine stands. */
export type TriageState = z.infer<typeof triageState>;

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What the scripts print at their end. The machine has read an attacker's disks by then, so its word is taken as text. */
const statement = z.object({
  schema: z.literal('cordon-triage/1'),
  status: z.enum(['whole', 'partly', 'failed']),
  seal: digest,
  scriptSha256: digest,
  evidence: z.array(
    z.object({
      name: z.string(),
      source: z.string(),
      unchanged: z.boolean().nullable(),
      sha256Before: digest.optional(),
      sha256After: digest.optional(),
    }),
  ),
  missing: z.array(z.object({ check: z.string(), target: z.string(), because: z.string() })),
  missingCount: z.int(),
  /** Not of scripts before they counted. */
  counts: z.array(checkCount).max(40).optional(),
});

/** Reasons that go into state and report; the statement in the vault has more. */
const REASONS = 10;

/** What a statement says of the examination; `failed` with a reason when it is none, or when evidence was changed. Pure. */
export const readStatement = (
  output: string,
): Pick<TriageState, 'status' | 'seal' | 'missing' | 'because' | 'counts'> => {
  let read: z.infer<typeof statement>;
  try {
    read = statement.parse(JSON.parse(output));
  } catch {
    return { status: 'failed', because: 'what the machine answered is no statement of cordon-triage' };
  }
  const missing = read.missing
    .slice(0, REASONS)
    .map(({ check, target, because }) => `${quoted(check)} of ${quoted(target)}: ${quoted(because)}`);
  const more = read.missingCount - missing.length;
  const changed = read.evidence.filter(({ unchanged }) => unchanged === false).map(({ source }) => source);
  return {
    status: changed.length > 0 ? 'failed' : read.status,
    seal: read.seal,
    ...(read.counts === undefined ? {} : { counts: read.counts }),
    missing: [...missing, ...(more > 0 ? [`and ${more} more, in the statement`] : [])],
    ...(changed.length === 0
      ? {}
      : { because: `digests of ${changed.map(quoted).join(', ')} differ before and after: they changed` }),
  };
};

/** The state in a sentence, for the report; text of the machine is quoted already. */
export const triageSentence = (state: TriageState | undefined): string => {
  if (state === undefined) return 'The disks were not examined by the machine.';
  const reasons = [...(state.because === undefined ? [] : [state.because]), ...(state.missing ?? [])];
  const what = {
    whole: 'The disks were examined wholly',
    partly: 'The disks were examined in part',
    failed: 'The examination of the disks failed',
    'not-run': 'The disks were not examined by the machine',
    waiting: 'The examination of the disks was not begun',
    running: 'The examination of the disks was not seen to end',
  }[state.status];
  const sealed = state.seal === undefined ? '' : `; the results lie on it, sealed by ${state.seal}`;
  return `${what}${sealed}.${reasons.map((reason) => ` ${reason}.`).join('')}`;
};

/** Seconds after which a running examination is looked at again: a quarter of what it has taken, so that a long one costs few looks. */
export const nextLookSeconds = (elapsedSeconds: number): number =>
  Math.min(300, Math.max(30, Math.round(elapsedSeconds / 4)));
