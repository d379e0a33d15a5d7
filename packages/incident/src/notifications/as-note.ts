import { harmless } from './harmless.ts';
import type { Notice, NoticePlace } from './notice.ts';

/** Who a note of ours is by. */
const NOTE_BY = 'cordon-notifier';
/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_NoteUpdate.html */
const LONGEST_NOTE = 512;
/** The moment that a note of ours begins with. */
const AS_OF = /^\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\]/;

/** A finding as Security Hub has it, as far as a note is decided by. */
export interface NotedFinding {
  readonly note?: { readonly text: string; readonly by: string };
  /** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Workflow.html */
  readonly workflow?: string;
}

/** What is written at a finding. */
export type NoteDecision =
  | {
      readonly kind: 'update';
      readonly note?: { readonly Text: string; readonly UpdatedBy: string };
      readonly workflow?: 'NOTIFIED' | 'RESOLVED';
    }
  | { readonly kind: 'leave'; readonly because: string };

/** Filters that find the finding: of one account and one detector's Region, told by GuardDuty. */
export const isFinding = (id: string, { account, region, findingId }: NoticePlace): boolean =>
  id.includes(`:guardduty:${region}:${account}:detector/`) && id.endsWith(`/finding/${findingId}`);

const workflowFor = (
  { kind }: Notice,
  { workflow = 'NEW' }: NotedFinding,
): 'NOTIFIED' | 'RESOLVED' | undefined => {
  // What people settled stays settled: suppressed or resolved.
  if (kind === 'released') return workflow === 'NEW' || workflow === 'NOTIFIED' ? 'RESOLVED' : undefined;
  return workflow === 'NEW' ? 'NOTIFIED' : undefined;
};

/**
 * What a notice writes at its finding. A finding has one note: ours follows the incident, a person's is never written over. Messages
 * come twice and out of order, so a note that is as young leaves things as they are.
 *
 * @param at when the message was published, ISO in UTC
 */
export const decideNote = (notice: Notice, found: NotedFinding, at: string): NoteDecision => {
  const { title, thread, reasons } = notice;
  const ours = found.note?.by === NOTE_BY;
  const before = ours ? AS_OF.exec(found.note?.text ?? '')?.[1] : undefined;
  if (before !== undefined && before >= at)
    return { kind: 'leave', because: 'a note of ours is there that is as young' };
  const workflow = workflowFor(notice, found);
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  // Clipped once more as one text, so that the whole of it fits.
  const text = `[${at}] Cordon, incident ${thread}: ${title}${why}`.slice(0, LONGEST_NOTE).toWellFormed();
  const byPerson = found.note !== undefined && !ours;
  if (byPerson && workflow === undefined)
    return {
      kind: 'leave',
      because: `a note of ${harmless(found.note?.by ?? '', 80)} is there, and the workflow status stands`,
    };
  return {
    kind: 'update',
    ...(byPerson ? {} : { note: { Text: text, UpdatedBy: NOTE_BY } }),
    ...(workflow === undefined ? {} : { workflow }),
  };
};
