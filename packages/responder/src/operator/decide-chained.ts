import {
  aboutQuestion,
  ledgerOf,
  type ChainedAnswer,
  type ChainedQuestion,
  type OperatorReply,
  type RequestTo,
  type Waiting,
} from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { instant, type Services } from '../services.ts';
import { keepAnswer, readAnswer, readQuestion } from '../store/chained-questions.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import type { Acting } from './acting.ts';
import { refused } from './refused.ts';

/** A question as people are shown it. */
export const waitingQuestion = (question: ChainedQuestion): Waiting => ({
  subject: question.incident.incidentId,
  about: aboutQuestion(question),
  planHash: question.hash,
  askedAt: question.askedAt,
  expiresAt: question.expiresAt,
});

/**
 * Decides about a chained session whose name others use; undefined where the hash is no such question's. The trace of the incident reads
 * the answer within a minute or two, and denies. The first answer stands; the same one again by the same person is told again.
 */
export const decideChainedQuestion = async (
  request: RequestTo<'approve'>,
  { person, services }: Acting,
): Promise<OperatorReply | undefined> => {
  const question = await readQuestion(services, request.subject, request.planHash);
  if (question === undefined) return undefined;
  if (request.steps !== undefined)
    return refused('bad-request', 'the question is about one session; answer without steps');
  const at = instant(services);
  const outcome = request.decision === 'approve' ? 'approved' : 'refused';
  const wanted: ChainedAnswer = { outcome, by: person, reason: request.reason, at };
  const held = await readAnswer(services, request.subject, request.planHash);
  if (held === undefined) {
    if (at >= question.expiresAt)
      return refused(
        'expired',
        `the answer was wanted by ${question.expiresAt}: the session is left as it is`,
      );
    if (at >= question.session.expiresAt)
      return refused('expired', `the session ended by itself at ${question.session.expiresAt}`);
  }
  const kept =
    held === undefined && (await keepAnswer(services, question, wanted))
      ? wanted
      : (held ?? (await readAnswer(services, request.subject, request.planHash)));
  if (kept === undefined || kept.by.name !== person.name || kept.outcome !== outcome)
    return refused(
      'already-decided',
      `${kept?.by.name ?? 'nobody'} decided at ${kept?.at ?? at}: ${kept?.outcome ?? 'nothing'}; that stands`,
    );
  await Promise.all([
    keepInCustody(question, kept, services),
    tell(services, {
      kind: 'approval-decided',
      ...about(question.incident),
      planHash: question.hash,
      by: person.name,
      reasons: [`session ${question.session.id}: ${outcome}`],
    }),
  ]);
  return {
    status: 'done',
    incident: question.incident.incidentId,
    detail:
      outcome === 'approved'
        ? `session ${question.session.id} is denied within a minute or two; the report of ${question.incident.incidentId} says whether the deny was read back`
        : `session ${question.session.id} is left as it is; the report of ${question.incident.incidentId} says so`,
  };
};

/** A recorder in trouble must not keep an answer from counting: the trace's own entry says the deny again. */
const keepInCustody = async (
  { incident, hash, session }: ChainedQuestion,
  { at, outcome, by, reason }: ChainedAnswer,
  services: Services,
): Promise<void> => {
  try {
    await record(services, {
      kind: 'steps',
      ...ledgerOf(incident),
      steps: [
        {
          step: `approval of session ${session.id}`,
          outcome: 'done',
          detail: { at, outcome, planHash: hash, by: by.arn, person: by.name, reason },
        },
      ],
    });
  } catch (error) {
    services.log({ level: 'error', message: 'an answer is not in custody', because: faultLine(error) });
  }
};
