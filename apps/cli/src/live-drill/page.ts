import { DECOY, type DrillPlace, type DrillVerdict, type Reached } from '@cordon/incident/live-drill';

/** A terminal obeys control characters; texts of AWS must not reach it with any. */
const clean = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');

const words = (phase: string): string => phase.replaceAll('-', ' ');

/** What will stand, what follows, what it costs, and whom to tell: before anything is made. */
export const planLines = (
  { account, region }: DrillPlace,
  told: {
    readonly mode: 'contain' | 'ask';
    readonly sentences: readonly string[];
    readonly costs: readonly string[];
    readonly gaps: readonly string[];
  },
): readonly string[] =>
  [
    `a decoy in account ${account}, ${region}: stack ${DECOY.stack}, an instance ${DECOY.instanceType} in a VPC of its own without a way out`,
    `  it asks the VPC's resolver for ${DECOY.domain}, GuardDuty's test domain, once a minute for ${DECOY.asks / 60} hours, connects to nothing, and stops after ${DECOY.runsHours} hours`,
    '',
    `then GuardDuty makes a finding, ${DECOY.findingType}, of severity ${DECOY.severity}, and Cordon does in earnest:`,
    ...told.sentences.map((sentence) => `  ${sentence}`),
    ...(told.mode === 'ask' ? ['  a person is asked first: cordon requests, cordon approve'] : []),
    '',
    'at most, by list prices of us-east-1:',
    ...told.costs.map((cost) => `  ${cost}`),
    '',
    'tell whoever is on call beforehand: people get every message of a real incident, and nothing in it says that it is a drill',
    ...told.gaps.map((gap) => `not read: ${gap}`),
  ].map(clean);

/** One step that was reached. */
export const reachedLine = ({ phase, at, afterFindingSeconds: after }: Reached): string =>
  `  ${at}  ${after === undefined ? '' : `${after < 0 ? '-' : '+'}${Math.abs(after).toFixed(1)} s`.padStart(11)}  ${words(phase)}`;

/** How the drill ended, and what to do next. */
export const verdictLines = (
  verdict: Exclude<DrillVerdict, { status: 'goes-on' }>,
  incident: string | undefined,
): readonly string[] =>
  (verdict.status === 'reached'
    ? [
        `REACHED: ${verdict.because}`,
        ...(incident === undefined
          ? []
          : [`incident ${incident}; release it with cordon live-drill release, two people`]),
      ]
    : [
        `NOT REACHED: ${verdict.because}`,
        `  missing: ${verdict.missing.map(words).join(', ')}`,
        `  ${verdict.hint}`,
      ]
  ).map(clean);
