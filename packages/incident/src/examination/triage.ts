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
  /** What became of the image of memory: its hash made again, and held against what the host told. */
  memory: z
    .object({
      verdict: z.enum(['equal', 'changed', 'not-compared']),
      sha256: z.string().optional(),
      toldSha256: z.string().optional(),
      because: z.string().optional(),
    })
    .optional(),
  /** What the machine put onto the volume for results; absent where it did not. */
  carried: z.object({ files: z.int(), bytes: z.int(), left: z.int() }).optional(),
  /** Why it put nothing there. */
  notCarried: z.string().optional(),
  /** What each check found, in lines of its results, and in how many places it was done and came short. */
  counts: z.array(checkCount).max(40).optional(),
  /** What is missing, each with its reason; the first ones. */
  missing: z.array(z.string()).optional(),
  because: z.string().optional(),
  /** The deployment names no image of its own, and that of AWS examines nothing: nobody need be called for it. */
  noImage: z.literal(true).optional(),
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
  memory: z
    .array(
      z.object({
        verdict: z.enum(['equal', 'changed', 'not-compared']),
        sha256: digest.optional(),
        toldSha256: digest.optional(),
        because: z.string().optional(),
      }),
    )
    .default([]),
  carried: z
    .union([
      z.object({ volume: z.string(), files: z.int(), bytes: z.int(), left: z.int() }),
      z.object({ volume: z.string(), because: z.string() }),
    ])
    .optional(),
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
): Pick<
  TriageState,
  'status' | 'seal' | 'missing' | 'because' | 'memory' | 'carried' | 'notCarried' | 'counts'
> => {
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
  const wrong = whatChanged(read);
  return {
    status: wrong.length > 0 ? 'failed' : read.status,
    seal: read.seal,
    ...(read.counts === undefined ? {} : { counts: read.counts }),
    missing: [...missing, ...(more > 0 ? [`and ${more} more, in the statement`] : [])],
    ...memoryOf(read),
    ...carriedOf(read),
    ...(wrong.length === 0 ? {} : { because: wrong.join('; ') }),
  };
};

/** Evidence that is not what it was: of an examination that found that, nothing else is said first. */
const whatChanged = ({ evidence, memory }: z.infer<typeof statement>): readonly string[] => {
  const changed = evidence.filter(({ unchanged }) => unchanged === false).map(({ source }) => source);
  return [
    ...(changed.length === 0
      ? []
      : [`digests of ${changed.map(quoted).join(', ')} differ before and after: they changed`]),
    ...memory.flatMap((image) => (image.verdict === 'changed' ? [imageSentence(image)] : [])),
  ];
};

const memoryOf = ({ memory: [image] }: z.infer<typeof statement>): Pick<TriageState, 'memory'> =>
  image === undefined
    ? {}
    : {
        memory: {
          ...image,
          ...(image.because === undefined ? {} : { because: quoted(image.because) }),
        },
      };

const carriedOf = ({ carried }: z.infer<typeof statement>): Pick<TriageState, 'carried' | 'notCarried'> => {
  if (carried === undefined) return {};
  if ('because' in carried) return { notCarried: quoted(carried.because) };
  const { files, bytes, left } = carried;
  return { carried: { files, bytes, left } };
};

type Image = NonNullable<TriageState['memory']>;

/** What became of an image of memory, in a sentence. */
export const imageSentence = ({ verdict, sha256, toldSha256, because }: Image): string => {
  const what = {
    equal: `the image of memory has the SHA-256 that the host told, ${sha256 ?? 'not said'}`,
    changed: `the image of memory is not the one that the host hashed: it has SHA-256 ${sha256 ?? 'not said'}, the host told ${toldSha256 ?? 'none'}`,
    'not-compared': 'the image of memory could not be compared with what the host told',
  }[verdict];
  return because === undefined || verdict === 'changed' ? what : `${what}; ${because}`;
};

const WHAT = { disks: 'disks', memory: 'image of memory' } as const;

/** The state in a sentence, for the report; text of the machine is quoted already. */
export const triageSentence = (state: TriageState | undefined, of: keyof typeof WHAT = 'disks'): string => {
  const was = of === 'disks' ? 'were' : 'was';
  if (state === undefined) return `The ${WHAT[of]} ${was} not examined by the machine.`;
  const reasons = [...(state.because === undefined ? [] : [state.because]), ...(state.missing ?? [])];
  const what = {
    whole: `The ${WHAT[of]} ${was} examined wholly`,
    partly: `The ${WHAT[of]} ${was} examined in part`,
    failed: `The examination of the ${WHAT[of]} failed`,
    'not-run': `The ${WHAT[of]} ${was} not examined by the machine`,
    waiting: `The examination of the ${WHAT[of]} was not begun`,
    running: `The examination of the ${WHAT[of]} was not seen to end`,
  }[state.status];
  const sealed = state.seal === undefined ? '' : `; the results are sealed by ${state.seal}`;
  const image = state.memory === undefined ? [] : [imageSentence(state.memory)];
  return `${what}${sealed}.${[...image, ...reasons].map((reason) => ` ${reason[0]?.toUpperCase() ?? ''}${reason.slice(1)}.`).join('')}`;
};

/** Seconds after which a running examination is looked at again: a quarter of what it has taken, so that a long one costs few looks. */
export const nextLookSeconds = (elapsedSeconds: number): number =>
  Math.min(300, Math.max(30, Math.round(elapsedSeconds / 4)));
