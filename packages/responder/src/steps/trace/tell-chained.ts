import { ledgerOf, type ChainedVerdict, type Trace } from '@cordon/incident';
import { faultLine } from '../../aws/classify.ts';
import { about, tell } from '../../store/notify.ts';
import { record } from '../../store/record.ts';
import type { Judged } from './ask-about.ts';
import type { Tracing } from './read-regions.ts';

const WORDS: Readonly<Record<ChainedVerdict['decision'], string>> = {
  deny: 'it is being denied',
  expired: 'it has expired',
  ask: 'others use its name: people are asked whether it is denied',
  'by-hand': 'Cordon cannot deny it: a person must',
};

/** An event may hold nothing that an attacker chose: the session's name stays in custody, its id stands for it. */
const sentenceOf = ({ session, verdict }: Judged): string =>
  `session ${session.id} of a role in ${session.account} goes back to the instance over ${session.link} link(s): ${WORDS[verdict.decision]}`;

/**
 * Tells of sessions that were not told before, or about which something else is to be done now, and has them recorded in custody.
 * A recorder in trouble stops no deny.
 */
export const tellChained = async (
  trace: Trace,
  judged: readonly Judged[],
  { incident, services }: Tracing,
): Promise<Trace> => {
  const keyOf = ({ session, verdict }: Judged): string => `${session.id} ${verdict.decision}`;
  const news = judged.filter((one) => !trace.told.includes(keyOf(one)));
  if (news.length === 0) return trace;
  const recorded = record(services, {
    kind: 'steps',
    ...ledgerOf(incident),
    steps: news.map(({ session, verdict }) => ({
      step: 'trace-sessions',
      outcome: verdict.decision === 'ask' || verdict.decision === 'by-hand' ? 'refused' : 'done',
      detail: {
        id: session.id,
        roleArn: session.roleArn,
        roleId: session.roleId,
        sessionName: session.sessionName,
        accessKeyIds: session.accessKeyIds.join(' ').slice(0, 1_000),
        assumedAt: session.assumedAt,
        expiresAt: session.expiresAt,
        link: String(session.link),
        decision: verdict.decision,
        ...('because' in verdict ? { because: verdict.because } : {}),
        ...(session.sourceIdentity === undefined ? {} : { sourceIdentity: session.sourceIdentity }),
      },
    })),
  }).catch((error: unknown) => {
    faultLine(error);
  });
  await Promise.all([
    recorded,
    tell(services, {
      kind: 'sessions-chained',
      ...about(incident),
      reasons: news.map((one) => sentenceOf(one)),
    }),
  ]);
  return { ...trace, told: [...trace.told, ...news.map((one) => keyOf(one))] };
};
