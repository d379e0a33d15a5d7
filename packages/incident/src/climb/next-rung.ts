import * as z from 'zod';
import type { Plan, PlanStep, PlanStepKind, StepOf } from '../plan/steps.ts';

/** The rungs that may be climbed to, cheapest first; each is named for the step that makes it up. */
const RUNGS = [
  'deny-remote-addresses',
  'cut-subnet',
  'cut-routes',
  'detach-internet-gateway',
  'stop-instance',
] as const satisfies readonly PlanStepKind[];

/** Something that a look found open. */
export interface OpenPath {
  /** A plain sentence. */
  readonly what: string;
  /**
   * How far it leads, and so what ends it. `outside`: out of the VPC; `vpc`: out of the subnet; `subnet`: to hosts of the same subnet as
   * well, where neither ACL nor routes hold; `host`: only as long as the host runs; `elsewhere`: whatever becomes of the host.
   */
  readonly reach: 'outside' | 'vpc' | 'subnet' | 'host' | 'elsewhere';
  /** All subnets of the instance when absent. */
  readonly subnetId?: string | undefined;
  readonly vpcId?: string | undefined;
  /** The far end, where it is one alone. */
  readonly address?: string | undefined;
}

/** What was read back of the rungs, whoever climbed them. */
export interface Held {
  /** Subnets whose network ACL allows nothing. */
  readonly closedSubnets: readonly string[];
  /** Subnets without a way out of the VPC. */
  readonly withoutRoutes: readonly string[];
  readonly stopped: boolean;
  /** The subnets of the instance's interfaces. */
  readonly subnetIds: readonly string[];
}

const all = (subnets: readonly string[], { subnetId }: OpenPath, { subnetIds }: Held): boolean =>
  subnetId === undefined
    ? subnetIds.length > 0 && subnetIds.every((one) => subnets.includes(one))
    : subnets.includes(subnetId);

/**
 * Whether a way that is open is ended by rungs that were read back. A closed ACL and missing routes hold at the border of a subnet, not
 * inside it; a detached gateway is not taken to end anything, for it is one way out of several.
 */
const isEnded = (path: OpenPath, held: Held): boolean => {
  if (path.reach === 'elsewhere') return false;
  if (held.stopped) return true;
  if (path.reach === 'host' || path.reach === 'subnet') return false;
  if (all(held.closedSubnets, path, held)) return true;
  return path.reach === 'outside' && all(held.withoutRoutes, path, held);
};

/** What is still open, given what was read back of the rungs. */
export const stillOpen = (paths: readonly OpenPath[], held: Held): readonly OpenPath[] =>
  paths.filter((path) => !isEnded(path, held));

const isIn = ({ subnetId }: OpenPath, subnet: string): boolean =>
  subnetId === undefined || subnetId === subnet;

/** What a stop brings along, in its order. */
const WITH_STOP = ['lift-stop-protection', 'stop-instance', 'snapshot-memory', 'detach-volumes'] as const;

type RungStep = StepOf<(typeof RUNGS)[number] | (typeof WITH_STOP)[number]>;

const isOf = (step: PlanStep, kinds: readonly PlanStepKind[]): step is RungStep => kinds.includes(step.kind);

/** Whether a step would end or narrow a way that is open, so that it is worth what it does to others. */
const helps = (step: RungStep, path: OpenPath, held: Held): boolean => {
  const ofNetwork = path.reach !== 'elsewhere' && path.reach !== 'host';
  switch (step.kind) {
    case 'deny-remote-addresses':
      return (
        ofNetwork &&
        !all(held.closedSubnets, path, held) &&
        (path.address === undefined ||
          step.entries.some(({ cidr }) => cidr.split('/')[0] === path.address?.split('/')[0]))
      );
    case 'cut-subnet':
      // Inside the subnet it would do nothing to a far end that is there too.
      return (
        ofNetwork &&
        isIn(path, step.subnetId) &&
        !held.closedSubnets.includes(step.subnetId) &&
        (path.address === undefined || path.reach !== 'subnet')
      );
    case 'cut-routes':
      return (
        ofNetwork &&
        isIn(path, step.subnetId) &&
        ![...held.closedSubnets, ...held.withoutRoutes].includes(step.subnetId) &&
        (path.address === undefined || path.reach === 'outside')
      );
    case 'detach-internet-gateway':
      return (
        ofNetwork &&
        (path.vpcId === undefined || path.vpcId === step.vpcId) &&
        !all([...held.closedSubnets, ...held.withoutRoutes], path, held) &&
        (path.address === undefined || path.reach === 'outside')
      );
    case 'lift-stop-protection':
    case 'stop-instance':
    case 'snapshot-memory':
    case 'detach-volumes':
      return path.reach !== 'elsewhere' && !held.stopped;
  }
};

/** The kinds that a rung is made of: with the stop goes what belongs to it. */
const kindsOf = (rung: (typeof RUNGS)[number]): readonly RungStep['kind'][] =>
  rung === 'stop-instance' ? WITH_STOP : [rung];

/** What is to be climbed next. */
export const climbSchema = z.object({
  rung: z.enum(RUNGS),
  /** Ids of its steps. */
  only: z.array(z.string()).min(1),
});
/** What is to be climbed next. */
export type Climb = z.infer<typeof climbSchema>;

/**
 * The cheapest rung that the policy lets be climbed without a person, that was not tried yet, and that would end or narrow what is open;
 * undefined when there is none. One rung at a time: what is still open is read back before the next. Pure. Each climb takes at
 * least one step that is then tried, so that climbing ends.
 */
export const nextRung = (
  { steps }: Pick<Plan, 'steps'>,
  seen: { readonly open: readonly OpenPath[]; readonly held: Held; readonly tried: readonly string[] },
): Climb | undefined => {
  for (const rung of RUNGS) {
    const kinds = kindsOf(rung);
    const only = steps
      .filter(({ gate, id }) => gate === 'climb' && !seen.tried.includes(id))
      .filter((step) => isOf(step, kinds) && seen.open.some((path) => helps(step, path, seen.held)))
      .map(({ id }) => id);
    if (only.length > 0 && steps.some(({ id, kind }) => kind === rung && only.includes(id)))
      return { rung, only };
  }
  return undefined;
};

/** Sentences about what was climbed: told, signed, and part of the statement, for it touches others. */
export const climbedSentences = ({ steps }: Pick<Plan, 'steps'>, ids: readonly string[]): readonly string[] =>
  steps
    .filter(({ id }) => ids.includes(id))
    .map(
      ({ id, effectOnOthers }) =>
        `${id} is done without asking, as the policy wants where cheaper steps could not be verified; it does to others: ${effectOnOthers}`,
    );
