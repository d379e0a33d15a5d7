import type { Decision } from '../operator/decision.ts';
import { triageSentence } from '../examination/triage.ts';
import { stepsOf } from '../plan/steps.ts';
import { subjectOf } from '../workflow/disk.ts';
import { equalityOf } from '../workflow/hashing.ts';
import type { SealInput, SealOutput } from '../workflow/steps-io.ts';

/** How an incident stands at the end, and what evidence is missing. */
export interface JudgedIncident {
  readonly status: SealOutput['status'];
  readonly reasons: readonly string[];
  readonly missing: readonly { readonly subject: string; readonly because: string }[];
}

/** A decision in a sentence. */
const sentenceOf = ({ outcome, by, at, planHash, reason }: Decision): string => {
  const what = {
    approved: 'the steps that waited were approved',
    refused: 'the steps that waited were refused',
    expired: 'nobody answered in time',
    drifted: 'a yes came to a plan that fitted no longer',
  }[outcome];
  return `${what}${by === undefined ? '' : ` by ${by.name} (${by.arn})`} at ${at}, plan ${planHash}${reason === undefined ? '' : `: ${reason}`}`;
};

/** How a cut stands that was verified or not: whose reason it is that it is not complete. */
const containmentOf = ({
  plan,
  verification,
  decisions,
}: SealInput): { readonly refused: readonly string[]; readonly open: readonly string[] } => {
  if (plan?.outcome !== 'respond' || verification?.status === 'contained') return { refused: [], open: [] };
  const last = decisions.at(-1);
  const isHeldBack = verification === undefined || verification.status === 'held-back';
  if (last?.outcome === 'refused' && isHeldBack) return { refused: [sentenceOf(last)], open: [] };
  if (verification?.status === 'held-back') {
    const by = last === undefined ? 'nobody was asked' : sentenceOf(last);
    return {
      refused: [],
      open: [`the instance is not wholly contained: ${by}; ${verification.open.join('; ')}`],
    };
  }
  const why = verification?.open.join('; ') ?? 'it was never read back';
  return { refused: [], open: [`containment could not be verified: ${why}`] };
};

const hasVerdict =
  (verdict: 'not-shown' | 'tampered') =>
  ({ blocks }: SealInput['disks'][number]): boolean =>
    blocks?.verdict === verdict;

/** What is said of copies whose blocks are not, or are not shown to be, those of the source. */
const ofBlocks = (disks: SealInput['disks']) => ({
  tampered: disks
    .filter(hasVerdict('tampered'))
    .map(
      (disk) => `the evidence copy of ${subjectOf(disk)} is not the original: ${disk.blocks?.because ?? ''}`,
    ),
  notShown: disks
    .filter(hasVerdict('not-shown'))
    .map((disk) => `not shown, ${equalityOf(subjectOf(disk))}: ${disk.blocks?.because ?? ''}`),
  // What the ledger says already is not told to it again.
  unrecorded: disks
    .filter(({ blocks }) => blocks?.verdict === 'not-shown' && !blocks.recorded)
    .map((disk) => ({
      subject: equalityOf(subjectOf(disk)),
      because: disk.blocks?.because ?? 'no reason was given',
    })),
});

/**
 * What a person must see of the examinations by the machine: one that failed, of evidence that changed above all, and results that are not in custody. One that
 * is partly done says so among the reasons and calls nobody: that a tool found no rules, or no symbols, is a deployment's own choice, and so is an
 * image that examines nothing.
 */
const ofExaminations = ({
  examination,
  memoryExamination,
}: SealInput): { readonly wrong: readonly string[]; readonly partly: readonly string[] } => {
  const both = [examination, memoryExamination].flatMap((one) => one ?? []);
  const wrong = both.flatMap(({ of, triage, results, phase, because }) => [
    ...(triage?.noImage !== true && (triage?.status === 'failed' || triage?.status === 'not-run')
      ? [triageSentence(triage, of)]
      : []),
    ...(of === 'memory' && phase === 'failed'
      ? [`the image of memory was not examined: ${because ?? 'no reason was given'}`]
      : []),
    ...(results?.because !== undefined && triage?.seal !== undefined
      ? [`results of ${of ?? 'disks'} are not in custody, and stay on the machine: ${results.because}`]
      : []),
  ]);
  return {
    wrong,
    partly: both.flatMap(({ of, triage }) =>
      triage?.status === 'partly' || triage?.noImage === true ? [triageSentence(triage, of)] : [],
    ),
  };
};

/**
 * Judges the end of an incident from what each branch reported. Pure. `sealed`: contained, every volume in custody;
 * `nothing-to-contain`: the instance was gone, what could be had is in custody; `refused`: a person refused the cut, and all
 * else is well; `needs-a-person`: anything else, each reason named.
 */
export const judgeIncident = (input: SealInput): JudgedIncident => {
  const { plan, disks, outcomes, examination } = input;
  const containment = containmentOf(input);
  const blocks = ofBlocks(disks);
  const examined = ofExaminations(input);
  const missing = [
    ...disks
      .filter((disk) => disk.phase !== 'secured')
      .map((disk) => ({
        subject: subjectOf(disk),
        because: disk.because ?? `stopped in phase ${disk.phase}`,
      })),
    // A branch that broke off as a whole brings no disks along: what the plan wanted is then missing, not forgotten.
    ...(plan === undefined ? [] : stepsOf(plan, 'secure-volume'))
      .filter(({ volumeId }) => !disks.some((disk) => disk.volumeId === volumeId && disk.holds === undefined))
      .map(({ volumeId }) => ({
        subject: volumeId,
        because: 'the branch of the disks broke off before it was dealt with',
      })),
  ];
  const wantsMachine =
    plan?.steps.some((step) => step.kind === 'launch-forensic-machine') === true &&
    disks.some((disk) => disk.phase === 'secured' && disk.holds === undefined);
  const reasons = [
    ...(plan === undefined ? ['no plan could be made'] : []),
    ...(plan?.outcome === 'ask' ? plan.reasons : []),
    ...containment.open,
    ...outcomes
      .filter((outcome) => outcome.status !== 'done')
      .map((outcome) => `${outcome.id} ${outcome.status}: ${outcome.detail}`),
    ...disks
      .filter((disk) => disk.phase === 'secured' && disk.because !== undefined)
      .map(
        (disk) => `${subjectOf(disk)} is in custody, but its intermediates are left behind: ${disk.because}`,
      ),
    ...missing.map(({ subject, because }) => `no evidence copy of ${subject}: ${because}`),
    ...blocks.tampered,
    ...(wantsMachine && examination?.phase !== 'ready'
      ? [
          `the forensic machine: ${examination?.because ?? `not ready, stopped in phase ${examination?.phase ?? 'launch'}`}`,
        ]
      : []),
    ...examined.wrong,
  ];
  return ending(input, {
    reasons,
    missing: [...missing, ...blocks.unrecorded],
    refused: containment.refused,
    // Said at every end, and calls nobody.
    said: [...blocks.notShown, ...examined.partly],
  });
};

/** What the parts come to. */
const ending = (
  { plan, decisions }: SealInput,
  {
    reasons,
    missing,
    refused,
    said,
  }: Pick<JudgedIncident, 'reasons' | 'missing'> & {
    readonly refused: readonly string[];
    readonly said: readonly string[];
  },
): JudgedIncident => {
  const decided = decisions.map(sentenceOf);
  if (reasons.length > 0)
    return { status: 'needs-a-person', reasons: [...reasons, ...said, ...decided], missing };
  if (refused.length > 0)
    return { status: 'refused', reasons: ['the instance is not contained', ...refused, ...said], missing };
  if (plan?.outcome === 'nothing-to-contain')
    return { status: 'nothing-to-contain', reasons: [...plan.reasons, ...said], missing };
  return {
    status: 'sealed',
    reasons: ['contained, and every volume in custody', ...said, ...decided],
    missing,
  };
};
