import type { Progress } from './progress.ts';
import type { Stage } from './stages.ts';

/** One line of a removal. */
export interface Removal {
  readonly stage: Stage;
  readonly does: 'remove' | 'keep' | 'not-deployed';
  readonly why: string;
}

/** Where an incident is that keeps a removal from beginning. */
export interface OpenIncident {
  readonly incident: string;
  readonly account: string;
  readonly region: string;
  readonly instance: string;
  readonly status: string;
}

/**
 * What a removal would do: guardrails first, for they refuse the rest; then, against the order of a deployment, all that holds no evidence.
 * Evidence stays, whatever was asked.
 */
export const planRemoval = (stages: readonly Stage[], progress: Progress): readonly Removal[] =>
  stages.toReversed().map((stage) => {
    const { does, why } = stage.removal;
    if (does === 'keep') return { stage, does, why };
    return stage.id in progress.done
      ? { stage, does, why }
      : { stage, does: 'not-deployed' as const, why: 'the state file does not have it' };
  });

/** Why a removal must not begin, for a person; undefined when it may. */
export const removalRefusal = (open: readonly OpenIncident[]): string | undefined =>
  open.length === 0
    ? undefined
    : `${open.length} incident(s) are open or contained, and nobody could release them afterwards: ${open
        .map(
          ({ incident, account, region, instance, status }) =>
            `${incident} (${status}, ${instance} in ${account}, ${region})`,
        )
        .join('; ')}. Release each (cordon release), or wait for its end, then run this again`;
