import { canonicalJson, sha256Hex } from '@cordon/evidence';
import * as z from 'zod';
import { personSchema } from '../operator/person.ts';
import { quoted } from '../quoted.ts';
import { incidentRef, type IncidentRef } from '../workflow/incident-ref.ts';
import { chainedSession, type ChainedSession } from './chained-sessions.ts';
import type { Shared } from './deny-chained.ts';

/** Partition of the incident table that lists what people are asked about chained sessions, and what they said. */
export const CHAINED_QUESTIONS = 'chained-question';
/** How often people are asked about one session at most: each time that others are seen under its name is another question. */
export const MOST_CHAINED_QUESTIONS = 3;
/** After the last moment for an answer so long is waited for one that is on its way. */
export const ANSWER_GRACE_SECONDS = 30;
const MOST_OTHERS = 20;

/** What people are asked: whether a session is denied though others go under its name. */
export const chainedQuestion = z.object({
  incident: incidentRef,
  session: chainedSession.pick({ id: true, roleArn: true, roleId: true, sessionName: true, expiresAt: true }),
  because: z.string(),
  others: z.array(z.string()).max(MOST_OTHERS),
  /** Of all of them. */
  othersCount: z.int(),
  hash: z.string(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
/** What people are asked about a chained session. */
export type ChainedQuestion = z.infer<typeof chainedQuestion>;

/** What a person said. */
export const chainedAnswer = z.object({
  outcome: z.enum(['approved', 'refused']),
  by: personSchema,
  reason: z.string(),
  at: z.iso.datetime(),
});
/** What a person said about a chained session. */
export type ChainedAnswer = z.infer<typeof chainedAnswer>;

/** Key of a question's row; its answer is beside it. */
export const questionKey = (
  incidentId: string,
  hash: string,
): { readonly asked: string; readonly answered: string } => ({
  asked: `${incidentId}#${hash}#asked`,
  answered: `${incidentId}#${hash}#answered`,
});

/** Asks about a session. The hash is over whom the answer touches: where others join them, a yes no longer fits. Pure. */
export const questionOf = (
  session: ChainedSession,
  { because, others }: Shared,
  at: { readonly incident: IncidentRef; readonly askedAt: string; readonly expiresAt: string },
): ChainedQuestion => {
  const { id, roleArn, roleId, sessionName, expiresAt } = session;
  const { incidentId } = at.incident;
  return {
    ...at,
    session: { id, roleArn, roleId, sessionName, expiresAt },
    because,
    others: others.slice(0, MOST_OTHERS),
    othersCount: others.length,
    hash: sha256Hex(canonicalJson({ incidentId, roleArn, roleId, sessionName, others: [...others] })),
  };
};

/** The question in words. What others chose is quoted. */
export const aboutQuestion = ({ session, because, others, othersCount }: ChainedQuestion): string =>
  `deny the session ${quoted(session.sessionName)} of ${quoted(session.roleArn)}, which goes back to the instance; ${because}, ` +
  `and a deny by name hits them too: ${othersCount} (${others.map(quoted).join(', ')}${othersCount > others.length ? ', ...' : ''})`;
