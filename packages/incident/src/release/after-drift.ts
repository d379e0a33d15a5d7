import * as z from 'zod';
import { CONTAIN_ONLY, type Leave, type LeaveName, type Posture } from '../plan/posture.ts';
import type { PlanStep, PlanStepKind } from '../plan/steps.ts';
import { wasDone } from './drift.ts';
import { liftIdsOf, type ContainmentJournal } from './journal.ts';

/** Steps that touch more than the instance, and the leave of the policy that each needs. */
const BEYOND = {
  'cut-subnet': 'subnetAcl',
  'cut-routes': 'routeTable',
  'detach-internet-gateway': 'internetGateway',
  'block-dns': 'dnsFirewall',
} as const satisfies Partial<Record<PlanStepKind, LeaveName>>;

const isBeyond = (kind: PlanStepKind): kind is keyof typeof BEYOND => kind in BEYOND;

/** What bounds a plan that the watch starts: it contains again what was contained, and no more. */
export const afterDriftSchema = z.object({
  /** Ids of release steps that people had lifted: the plan leaves them so. */
  lifted: z.array(z.string().max(2_000)).max(500),
  /** Steps that touch neighbours and may be done again: by id those that were done before, by kind those that the policy allows anywhere. */
  beyond: z.array(z.string().max(2_000)).max(500),
});
/** What bounds a plan that the watch starts. */
export type AfterDrift = z.infer<typeof afterDriftSchema>;

/** The steps that remain of a plan after drift. Pure. */
export const boundedSteps = (
  steps: readonly PlanStep[],
  bounds: AfterDrift | undefined,
): readonly PlanStep[] => {
  if (bounds === undefined) return steps;
  const { lifted, beyond } = bounds;
  const except = lifted.filter((id) => id.startsWith('register-'));
  return steps
    .filter((step) => !liftIdsOf(step).some((id) => lifted.includes(id)))
    .filter(({ id, kind }) => !isBeyond(kind) || beyond.includes(kind) || beyond.includes(id))
    .map((step) => (step.kind === 'leave-balancers' && except.length > 0 ? { ...step, except } : step));
};

/**
 * What a plan after drift may do: what was done once, which the policy allowed or a person approved; nothing that was never done. Of
 * what touches neighbours, the very steps that were done, and others of their kind where the incident's posture allows them by itself:
 * who attaches an interface elsewhere has no other subnet cut. Pure.
 */
export const afterDrift = (
  journal: ContainmentJournal,
  lifted: ReadonlySet<string>,
  allowed: Posture | undefined,
): { readonly posture: Posture; readonly bounds: AfterDrift } => {
  const again = (kind: PlanStepKind): Leave => (wasDone(journal, kind) ? 'automatic' : 'never');
  const done = new Set(
    journal.outcomes.filter(({ outcome }) => outcome.status === 'done').map(({ outcome }) => outcome.id),
  );
  const steps = journal.plans.flatMap(({ plan }) => plan.steps).filter(({ kind }) => isBeyond(kind));
  const kinds = Object.entries(BEYOND).flatMap(([kind, leave]) =>
    allowed?.containment === 'contain' && allowed[leave] === 'automatic' ? [kind] : [],
  );
  return {
    posture: {
      ...CONTAIN_ONLY,
      stop: again('stop-instance'),
      detachVolumes: again('detach-volumes'),
      remoteAddresses: again('deny-remote-addresses'),
      dnsFirewall: again('block-dns'),
      subnetAcl: again('cut-subnet'),
      routeTable: again('cut-routes'),
      internetGateway: again('detach-internet-gateway'),
      metadataOff: again('turn-metadata-off'),
      because: ['the instance was contained and has drifted: what was done is done again'],
    },
    bounds: {
      lifted: [...lifted].toSorted(),
      beyond: [
        ...new Set([...kinds, ...steps.filter(({ id }) => done.has(id)).map(({ id }) => id)]),
      ].toSorted(),
    },
  };
};
