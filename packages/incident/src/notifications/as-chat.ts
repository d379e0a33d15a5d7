import type { Notice } from './notice.ts';
import type { Urgency } from './words.ts';

/** A message as Amazon Q Developer renders it. https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
export interface ChatMessage {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps?: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources?: readonly string[];
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

const SIGN: Readonly<Record<Urgency, string>> = {
  act: ':rotating_light:',
  look: ':eyes:',
  know: ':information_source:',
};

/** What a section of Slack shows. https://docs.slack.dev/reference/block-kit/blocks/section-block/ */
const LONGEST_DESCRIPTION = 2_800;

const arnOf = ({ place }: Notice, partition: string): string | undefined =>
  place === undefined
    ? undefined
    : `arn:${partition}:ec2:${place.region}:${place.account}:instance/${place.instanceId}`;

/**
 * A notice for a chat, all messages of one incident in one thread. Bold and the sign are ours; no text from outside holds markup.
 *
 * @param id of the message: the same when it is delivered twice
 */
export const asChat = (
  notice: Notice,
  { id, partition }: { readonly id: string; readonly partition: string },
): ChatMessage => {
  const { kind, urgency, title, facts, reasons, next, runbook, thread } = notice;
  const lines = [
    ...facts.map(([label, value]) => `${label}: ${value}`),
    ...reasons.map((reason) => `- ${reason}`),
  ];
  const arn = arnOf(notice, partition);
  const steps = [...next, ...(runbook === undefined ? [] : [`Runbook: ${runbook}`])];
  return {
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: `${SIGN[urgency]} Cordon: ${title}`,
      description: clipLines(lines, LONGEST_DESCRIPTION),
      ...(steps.length === 0 ? {} : { nextSteps: steps }),
      keywords: [kind],
    },
    metadata: {
      threadId: thread,
      summary: title,
      eventType: kind,
      ...(arn === undefined ? {} : { relatedResources: [arn] }),
      additionalContext: { urgency },
    },
  };
};

/** Whole lines alone, so that nothing is cut in its middle. */
const clipLines = (lines: readonly string[], most: number): string => {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > most) return [...kept, '- more in the event and in the ledger'].join('\n');
    kept.push(line);
  }
  return kept.length === 0 ? 'no more is known' : kept.join('\n');
};
