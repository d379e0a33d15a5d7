import { stepsOf } from '../plan/steps.ts';
import type { SealInput, SealOutput } from '../workflow/steps-io.ts';

/** How an incident stands at the end, and what evidence is missing. */
export interface JudgedIncident {
  readonly status: SealOutput['status'];
  readonly reasons: readonly string[];
  readonly missing: readonly { readonly subject: string; readonly because: string }[];
}

/**
 * Judges the end of an incident from what each branch reported. Pure. `sealed`: contained, every volume in custody;
 * `nothing-to-contain`: the instance was gone, what could be had is in custody; `needs-a-person`: anything else, each
 * reason named.
 */
export const judgeIncident = (input: SealInput): JudgedIncident => {
  const { plan, verification, disks, outcomes, examination } = input;
  const missing = [
    ...disks
      .filter((disk) => disk.phase !== 'secured')
      .map((disk) => ({ subject: disk.volumeId, because: disk.because ?? `stopped in phase ${disk.phase}` })),
    // A branch that broke off as a whole brings no disks along: what the plan wanted is then missing, not forgotten.
    ...(plan === undefined ? [] : stepsOf(plan, 'secure-volume'))
      .filter(({ volumeId }) => !disks.some((disk) => disk.volumeId === volumeId))
      .map(({ volumeId }) => ({
        subject: volumeId,
        because: 'the branch of the disks broke off before it was dealt with',
      })),
  ];
  const wantsMachine =
    plan?.steps.some((step) => step.kind === 'launch-forensic-machine') === true &&
    disks.some((disk) => disk.phase === 'secured');
  const reasons = [
    ...(plan === undefined ? ['no plan could be made'] : []),
    ...(plan?.outcome === 'ask' ? plan.reasons : []),
    ...(plan?.outcome === 'respond' && verification?.status !== 'contained'
      ? [`containment could not be verified: ${verification?.open.join('; ') ?? 'it was never read back'}`]
      : []),
    ...outcomes
      .filter((outcome) => outcome.status !== 'done')
      .map((outcome) => `${outcome.id} ${outcome.status}: ${outcome.detail}`),
    ...disks
      .filter((disk) => disk.phase === 'secured' && disk.because !== undefined)
      .map(
        (disk) => `${disk.volumeId} is in custody, but its intermediates are left behind: ${disk.because}`,
      ),
    ...missing.map(({ subject, because }) => `no evidence copy of ${subject}: ${because}`),
    ...(wantsMachine && examination?.phase !== 'ready'
      ? [
          `the forensic machine: ${examination?.because ?? `not ready, stopped in phase ${examination?.phase ?? 'launch'}`}`,
        ]
      : []),
  ];
  if (reasons.length > 0) return { status: 'needs-a-person', reasons, missing };
  if (plan?.outcome === 'nothing-to-contain')
    return { status: 'nothing-to-contain', reasons: plan.reasons, missing };
  return { status: 'sealed', reasons: ['contained, and every volume in custody'], missing };
};
