import type { CustodyEvent } from '../custody-event.ts';
import type { SignedEntry } from '../signed-entry.ts';

type Approval = Extract<CustodyEvent, { kind: 'keeping-approved' }>;

const find = (before: readonly SignedEntry[], digest: string): CustodyEvent | undefined =>
  before.find((one) => one.digest === digest)?.entry.event;

/**
 * Why an approval does not count, or undefined when it does: it must answer a request that stands in the ledger before it, for the same
 * act, made by another person, not expired and not approved yet. Pure; the keeper asks it before it signs, the verifier afterwards.
 *
 * @param before the keeping ledger up to the approval
 * @param at when the approval is given, ISO 8601
 */
export const whyNotApproved = (
  before: readonly SignedEntry[],
  { asked, what, by }: Pick<Approval, 'asked' | 'what' | 'by'>,
  at: string,
): string | undefined => {
  const request = find(before, asked);
  if (request?.kind !== 'keeping-asked' || request.what !== what)
    return `nobody asked for ${what} in an entry with digest ${asked}`;
  if (request.by.name === by.name) return `${by.name} asked for it, and another person must approve it`;
  if (Date.parse(at) >= Date.parse(request.until)) return `it expired at ${request.until}`;
  const answered = before.find(
    ({ entry: { event } }) => event.kind === 'keeping-approved' && event.asked === asked,
  );
  return answered === undefined ? undefined : `it was approved already, by entry ${answered.entry.sequence}`;
};

/** Why what says that it was approved was not, or undefined when it was: the entry that it names must approve that act, once. */
export const whyNotDone = (
  before: readonly SignedEntry[],
  { approved, what }: { readonly approved: string; readonly what: Approval['what'] },
): string | undefined => {
  const approval = find(before, approved);
  if (approval?.kind !== 'keeping-approved' || approval.what !== what)
    return `no entry with digest ${approved} approves ${what}`;
  const done = before.find(({ entry: { event } }) => isDoneOf(event, approved));
  return done === undefined ? undefined : `entry ${done.entry.sequence} did it already`;
};

/** Whether an entry says that what was approved is done, to its end. */
export const isDoneOf = (event: CustodyEvent, approved: string | undefined): boolean =>
  (event.kind === 'hold-released' || event.kind === 'disposed') && event.approved === approved;

/** Why a step of a disposal does not count, or undefined when it does: one that was approved, and not ended yet. */
const whyNoDisposal = (before: readonly SignedEntry[], approved: string): string | undefined =>
  whyNotDone(before, { approved, what: 'dispose' });

/** What may still be written once everything was destroyed: who comes for the ledger, and who gets it. */
const AFTER_DISPOSAL: readonly CustodyEvent['kind'][] = ['access-opened', 'access-given', 'exported'];

/**
 * Why an entry of the keeping ledger does not fit what two people must do before it, and what may follow a disposal; undefined when it does.
 * Pure; the keeper keeps to it, the verifier holds it against every entry.
 *
 * @param before the ledger up to the entry
 */
export const whyOutOfTurn = (
  before: readonly SignedEntry[],
  { event, at }: SignedEntry['entry'],
): string | undefined => {
  if (isDisposed(before) && !AFTER_DISPOSAL.includes(event.kind))
    return 'the evidence was disposed of before, and nothing of this kind may follow';
  if (event.kind === 'keeping-approved') return whyNotApproved(before, event, at);
  if (event.kind === 'hold-released')
    return whyNotDone(before, { approved: event.approved, what: 'release-hold' });
  // It is said even when a hold came between the act and the word of it.
  if (event.kind === 'evidence-destroyed') return whyNoDisposal(before, event.approved);
  if (event.kind === 'disposal-begun' || event.kind === 'disposed')
    return isHeld(before) ? 'the evidence is under legal hold' : whyNoDisposal(before, event.approved);
  return undefined;
};

/** Whether nothing is left of the evidence but its ledgers, as the keeping ledger says. */
export const isDisposed = (ledger: readonly SignedEntry[]): boolean =>
  ledger.some(({ entry: { event } }) => event.kind === 'disposed');

/** Whether evidence is under legal hold, as the keeping ledger says: what was set last counts. */
export const isHeld = (ledger: readonly SignedEntry[]): boolean =>
  ledger.findLast(({ entry: { event } }) => event.kind === 'hold-set' || event.kind === 'hold-released')
    ?.entry.event.kind === 'hold-set';
