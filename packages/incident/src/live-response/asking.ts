import * as z from 'zod';

/** How far it is that a host is asked. The workflow carries this from look to look. */
export const askingHost = z.object({
  /** `freeze`: until the snapshots were begun, for the agent writes to the disk; `agent`: until it answers; `running`: the commands. */
  phase: z.enum(['freeze', 'agent', 'running']),
  startedAt: z.iso.datetime(),
  since: z.iso.datetime(),
  /** Run Command's id. */
  commandId: z.string().max(64).optional(),
  platform: z.enum(['Linux', 'Windows']).optional(),
  /** Hash that the command was pinned by. */
  documentSha256: z.string().max(64).optional(),
});
/** How far it is that a host is asked. */
export type AskingHost = z.infer<typeof askingHost>;

/** Where it begins. @param now ISO 8601 */
export const beginAsking = (now: string): AskingHost => ({ phase: 'freeze', startedAt: now, since: now });

/** Seconds between looks. */
export const ASK_RECHECK_SECONDS = 5;
const FREEZE_SECONDS = 30;

/** Whether the freeze is waited for no longer. @param now epoch milliseconds */
export const freezeIsOver = ({ since }: Pick<AskingHost, 'since'>, now: number): boolean =>
  now - Date.parse(since) >= FREEZE_SECONDS * 1_000;

/** Whether all of it has taken as long as it may. @param now epoch milliseconds */
export const askingIsOver = (
  { startedAt }: Pick<AskingHost, 'startedAt'>,
  deadlineSeconds: number,
  now: number,
): boolean => now - Date.parse(startedAt) >= deadlineSeconds * 1_000;

/** What a check said, as it goes into the vault. */
export interface CheckSaid {
  readonly check: string;
  /** Run Command's word. */
  readonly status: string;
  /** `whole`: to the script's end. `cut`: there was more than is kept. `broken-off`: it did not come to its end. */
  readonly extent: 'whole' | 'cut' | 'broken-off';
  readonly lines: readonly string[];
}

/** What cannot be seen, or changes how the rest is read; scripts of ours print none of it, a host that is another's may. */
const UNSEEN = /[^\x20-\x7e]/gu;

/** The longest line that is kept. */
const MOST_LINE = 2_000;

const visible = (line: string): string =>
  line
    .toWellFormed()
    .slice(0, MOST_LINE)
    .replaceAll(UNSEEN, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`);

const MARK = 'CORDON-LIVE ';

/** Reads what a check printed. It comes from the host, and is taken for no more than its word: text, in ASCII, line by line. Pure. */
export const readCheck = (check: string, status: string, output: string): CheckSaid => {
  const lines = output.split(/\r?\n/).filter((line) => line !== '');
  const marks = lines.filter((line) => line.startsWith(MARK)).map((line) => line.slice(MARK.length));
  return {
    check,
    status,
    extent: marks.includes('cut') ? 'cut' : marks.at(-1) === 'end' ? 'whole' : 'broken-off',
    lines: lines.filter((line) => !line.startsWith(MARK)).map(visible),
  };
};

/** What is said of all checks in a row: how many lines of each, and which are not whole. Words of ours alone. Pure. */
export const saidSentence = (checks: readonly CheckSaid[]): string => {
  const whole = checks.map(({ check, lines }) => `${check} ${lines.length}`).join(', ');
  const parts = checks.filter(({ extent }) => extent !== 'whole');
  return `the host said, line by line: ${whole}${
    parts.length === 0
      ? ''
      : `; not whole: ${parts.map(({ check, extent }) => `${check} (${extent === 'cut' ? 'there was more' : 'it broke off'})`).join(', ')}`
  }`;
};
