/** One step of the straight line from the decoy to sealed evidence. */
export const PHASES = [
  'decoy-stands',
  'finding-made',
  'incident-opened',
  'disks-frozen',
  'interfaces-isolated',
  'contained',
  'evidence-secured',
  'incident-sealed',
] as const;
/** One of `PHASES`. */
export type Phase = (typeof PHASES)[number];

/** What was read of a live drill. Times are ISO 8601; what is absent has not happened, or was not there to be read. */
export interface SeenDrill {
  readonly standsSince?: string | undefined;
  readonly finding?: { readonly id: string; readonly madeAt: string } | undefined;
  /** Why the finding opened nothing, where intake has kept it so. */
  readonly openedNothing?: readonly string[] | undefined;
  readonly incident?: SeenIncident | undefined;
  /** Its first execution: how it stands, as Step Functions says it, and when it ended. */
  readonly workflow?: { readonly status: string; readonly endedAt?: string | undefined } | undefined;
}

/** What the incident table has of the decoy's incident. */
export interface SeenIncident {
  readonly id: string;
  readonly status: string;
  readonly openedAt: string;
  readonly frozenAt?: string | undefined;
  readonly isolatedAt?: string | undefined;
  readonly containedAt?: string | undefined;
  /** When each disk was in custody, in order. */
  readonly securedAt: readonly string[];
  /** How many disks were frozen. */
  readonly disks: number;
  readonly releasedAt?: string | undefined;
}

/** A phase that was reached. */
export interface Reached {
  readonly phase: Phase;
  readonly at: string;
  /** Seconds since GuardDuty had the finding, from then on: what is ours to answer for. Negative for what came before. */
  readonly afterFindingSeconds?: number;
}

/** How a live drill stands. */
export type DrillVerdict =
  | { readonly status: 'reached'; readonly because: string }
  | { readonly status: 'goes-on'; readonly waitsFor: Phase }
  | {
      readonly status: 'not-reached';
      readonly missing: readonly Phase[];
      readonly because: string;
      readonly hint: string;
    };

const ENDED_BADLY: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);
/** How an incident stands once its workflow has ended and all that can be had is in custody. */
const WHOLE: ReadonlySet<string> = new Set(['sealed', 'released']);

const atOf = ({
  standsSince,
  finding,
  incident,
  workflow,
}: SeenDrill): Readonly<Record<Phase, string | undefined>> => ({
  'decoy-stands': standsSince,
  'finding-made': finding?.madeAt,
  'incident-opened': incident?.openedAt,
  'disks-frozen': incident?.frozenAt,
  'interfaces-isolated': incident?.isolatedAt,
  contained: incident?.containedAt,
  // All of them, when the last is there.
  'evidence-secured':
    incident !== undefined && incident.disks > 0 && incident.securedAt.length >= incident.disks
      ? incident.securedAt.at(-1)
      : undefined,
  'incident-sealed':
    workflow?.status === 'SUCCEEDED' && incident !== undefined && WHOLE.has(incident.status)
      ? workflow.endedAt
      : undefined,
});

/** The phases that were reached, in the order of the straight line. Pure. */
export const reachedPhases = (seen: SeenDrill): readonly Reached[] => {
  const times = atOf(seen);
  const from = seen.finding?.madeAt;
  return PHASES.flatMap((phase) => {
    const at = times[phase];
    if (at === undefined) return [];
    if (from === undefined) return [{ phase, at }];
    return [{ phase, at, afterFindingSeconds: (Date.parse(at) - Date.parse(from)) / 1_000 }];
  });
};

/** What to look at where a phase is not reached; each names a document that goes on from there. */
const HINTS: Readonly<Record<Phase, string>> = {
  'decoy-stands': 'begin with `cordon live-drill start`',
  'finding-made':
    'GuardDuty has made no finding: AWS gives no number of minutes for it. See that GuardDuty is on for the account in this Region (`cordon doctor`) and that the VPC is left its own resolver, then watch again; the decoy asks for two hours after its start',
  'incident-opened':
    'GuardDuty has the finding and nothing was opened: docs/runbooks/region-silent.md, findings-undelivered.md and findings-waiting.md go through the road to intake',
  'disks-frozen': 'docs/runbooks/freeze-failed.md; the execution in Step Functions shows the state',
  'interfaces-isolated':
    'docs/runbooks/isolate-network-failed.md; where a person is asked first, `cordon requests` shows what waits',
  contained:
    'docs/runbooks/verify-containment-failed.md; where a person is asked first, `cordon requests` shows what waits',
  'evidence-secured':
    'copies take as long as EBS needs, watch again; else docs/runbooks/take-custody-failed.md',
  'incident-sealed':
    'the forensic machine is examining, watch again; else docs/runbooks/seal-failed.md and investigate-failed.md',
};

const missingOf = (seen: SeenDrill): readonly Phase[] => {
  const times = atOf(seen);
  return PHASES.filter((phase) => times[phase] === undefined);
};

/**
 * How the drill stands: the whole line was reached; or it cannot be any more; or its time is over; or it goes on. Pure.
 *
 * @param isOver that nobody waits any longer
 */
export const judgeLiveDrill = (seen: SeenDrill, isOver: boolean): DrillVerdict => {
  const missing = missingOf(seen);
  const [next] = missing;
  if (next === undefined)
    return { status: 'reached', because: 'every step from the finding to sealed evidence was reached' };
  const failed = (because: string): DrillVerdict => ({
    status: 'not-reached',
    missing,
    because,
    hint: HINTS[next],
  });
  const { incident, workflow, openedNothing } = seen;
  if (incident === undefined && openedNothing !== undefined)
    return failed(`the finding came and opened no incident: ${openedNothing.join('; ')}`);
  if (workflow !== undefined && ENDED_BADLY.has(workflow.status))
    return failed(`the workflow ended ${workflow.status}`);
  if (workflow?.status === 'SUCCEEDED' && incident !== undefined)
    return failed(`the workflow has ended, and the incident is ${incident.status}`);
  if (isOver) return failed(`${next.replaceAll('-', ' ')} was not reached in the time that was given`);
  return { status: 'goes-on', waitsFor: next };
};

/** Why a decoy must not be removed yet, for a person; undefined when it may. */
export const endRefusal = (
  held: { readonly incident: string; readonly status: string } | undefined,
): string | undefined =>
  held === undefined
    ? undefined
    : `${held.incident} holds the decoy (${held.status}): its protection would keep the stack from being deleted, and what containment left in its VPC as well`;
