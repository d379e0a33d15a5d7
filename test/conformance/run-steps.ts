import { normalize, type Plain } from './normalize.ts';
import type { Side } from './side.ts';
import type { Step } from './step.ts';

/** What one side answered to one step. */
export interface Answer {
  readonly step: string;
  readonly plain: Plain;
}

const isFault = (
  error: unknown,
): error is Error & { readonly $metadata: { readonly httpStatusCode?: number } } =>
  error instanceof Error && '$metadata' in error;

/** What every error of the SDK has, whatever was refused: its code and text once more, as the protocol wraps them, and the transport. */
const TRANSPORT = new Set([
  '$fault',
  '$metadata',
  '$response',
  '$retryable',
  '$service',
  'Code',
  'Error',
  'HostId',
  'RequestId',
  'Type',
  '__type',
  'message',
  'name',
  'stack',
  'xmlns',
]);

/** A refusal counts by code, status and members beside; of its text only that there is one. */
const refusalOf = (error: unknown): object => {
  if (!isFault(error)) return { impossible: error instanceof Error ? error.message : String(error) };
  const { name: code, $metadata, message } = error;
  const members = Object.entries(error).filter(([member]) => !TRANSPORT.has(member));
  return { refused: { code, text: message !== '', ...Object.fromEntries(members) }, $metadata };
};

const answerTo = async (step: Step, side: Side): Promise<object> => {
  try {
    return await step.run(side);
  } catch (error) {
    return refusalOf(error);
  }
};

/** Makes every step on one side, in order, and gives the normalized answers. */
export const runSteps = (
  side: Side,
  steps: readonly Step[],
  say: (line: string) => void,
): Promise<readonly Answer[]> =>
  side.during(async () => {
    const answers: Answer[] = [];
    for (const step of steps) {
      say(step.name);
      const answer = await answerTo(step, side);
      const how = { names: side.known.names(), ordered: step.ordered };
      answers.push({ step: step.name, plain: normalize(answer, how) });
    }
    return answers;
  });
