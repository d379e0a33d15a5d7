import {
  ANSWER_GRACE_SECONDS,
  MOST_CHAINED_QUESTIONS,
  questionOf,
  type ChainedQuestion,
  type ChainedSession,
  type ChainedVerdict,
  type Trace,
} from '@cordon/incident';
import { instant } from '../../services.ts';
import { keepQuestion, readAnswer } from '../../store/chained-questions.ts';
import { about, tell } from '../../store/notify.ts';
import type { Tracing } from './read-regions.ts';

/** A session and what is done about it. */
export interface Judged {
  readonly session: ChainedSession;
  readonly verdict: ChainedVerdict;
}

type Asking = Judged & { readonly verdict: Extract<ChainedVerdict, { decision: 'ask' }> };

const isAsking = (one: Judged): one is Asking => one.verdict.decision === 'ask';

/** Sessions as people have decided about them by now, and whether one still waits for an answer. */
export interface Answered {
  readonly trace: Trace;
  readonly judged: readonly Judged[];
  readonly waits: boolean;
}

/**
 * Asks people about sessions whose name others use as well, and goes by what they said; never waits itself. On yes the session is denied,
 * on no or without an answer in time it is left, and the outcome says so. Where others are seen under the name after a yes that was not
 * acted on yet, people are asked anew, but the first question's time holds for all.
 */
export const askAbout = async (
  before: Trace,
  judged: readonly Judged[],
  tracing: Tracing,
): Promise<Answered> => {
  let trace = before;
  const decided: Judged[] = [];
  let waits = false;
  for (const one of judged) {
    if (!isAsking(one)) {
      decided.push(one);
      continue;
    }
    const answered = await askOne(trace, one, tracing);
    trace = answered.trace;
    waits ||= answered.verdict.decision === 'ask';
    decided.push({ session: one.session, verdict: answered.verdict });
  }
  return { trace, judged: decided, waits };
};

const byHand = ({ verdict: { because } }: Asking, why: string): ChainedVerdict => ({
  decision: 'by-hand',
  because: `${because}, and ${why}; deny it by hand if need be (runbook revoke-credentials-failed)`,
});

const askOne = async (
  trace: Trace,
  one: Asking,
  { incident, services }: Tracing,
): Promise<{ readonly trace: Trace; readonly verdict: ChainedVerdict }> => {
  const { session, verdict } = one;
  // A yes that was acted on holds, whoever comes under the name afterwards.
  if (trace.denies.some(({ id }) => id === session.id))
    return { trace, verdict: { decision: 'deny', keys: verdict.keys } };
  const { approvers, expiresAfterMinutes } = services.config.approvals;
  if (approvers.length === 0)
    return { trace, verdict: byHand(one, 'approvals.approvers names nobody who could decide') };
  const last = trace.questions.find(({ id }) => id === session.id);
  const expiresAt = last?.expiresAt ?? new Date(services.now() + expiresAfterMinutes * 60_000).toISOString();
  const question = questionOf(session, verdict, { incident, askedAt: instant(services), expiresAt });
  const answer = await readAnswer(services, incident.incidentId, question.hash);
  if (answer?.outcome === 'approved') return { trace, verdict: { decision: 'deny', keys: verdict.keys } };
  if (answer !== undefined) return { trace, verdict: byHand(one, `${answer.by.name} said no to denying it`) };
  if (services.now() >= Date.parse(expiresAt) + ANSWER_GRACE_SECONDS * 1_000)
    return { trace, verdict: byHand(one, `nobody answered by ${expiresAt}`) };
  if (last?.hash === question.hash) return { trace, verdict };
  const asked = (last?.asked ?? 0) + 1;
  if (asked > MOST_CHAINED_QUESTIONS)
    return { trace, verdict: byHand(one, 'ever others come under it, so that people are not asked again') };
  await keepQuestion(services, question);
  await tellPeople(question, { incident, services });
  const questions = [
    ...trace.questions.filter(({ id }) => id !== session.id),
    { id: session.id, hash: question.hash, asked, expiresAt },
  ];
  return { trace: { ...trace, questions }, verdict };
};

/** An event may hold nothing that an attacker chose: the session's name is shown to approvers alone, by `cordon requests`. */
const tellPeople = (
  { session, hash, expiresAt, othersCount, incident }: ChainedQuestion,
  { services }: Tracing,
): Promise<void> =>
  tell(services, {
    kind: 'approval-asked',
    ...about(incident),
    planHash: hash,
    expiresAt,
    reasons: [
      `session ${session.id} of a role goes back to the instance, and ${othersCount} other(s) go by its name: a deny by name would hit them too`,
      `cordon requests shows whom; cordon approve ${incident.incidentId} --hash ${hash} --reason TEXT denies it, with --refuse it is left`,
      `without an answer by ${expiresAt} it is left, and a person is called`,
    ],
  });
