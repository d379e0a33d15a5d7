import { canonicalJson } from '@cordon/evidence';
import { askedSteps } from '../plan/performers.ts';
import type { Plan, PlanStep } from '../plan/steps.ts';

/** What a person is asked for in a step: all of it but a group of ours that may be made meanwhile, which changes nothing for anybody. */
const substanceOf = (step: PlanStep): string =>
  canonicalJson(
    Object.fromEntries(
      Object.entries(step).filter(([name, value]) => name !== 'isolationGroupId' && value !== undefined),
    ),
  );

/**
 * What has changed of the steps that wait for a person since they were asked for, a line each; empty when nothing has. Pure.
 * Steps that wait for nobody are left out: they are done meanwhile.
 */
export const driftOf = (asked: Pick<Plan, 'steps'>, now: Pick<Plan, 'steps'>): readonly string[] => {
  const before = new Map(askedSteps(asked).map((step) => [step.id, substanceOf(step)]));
  const after = new Map(askedSteps(now).map((step) => [step.id, substanceOf(step)]));
  return [
    ...[...before].flatMap(([id, substance]) => {
      const current = after.get(id);
      if (current === undefined) return [`${id} is no longer to be done`];
      return current === substance
        ? []
        : [`${id} is another step now: it was ${substance}, it is ${current}`];
    }),
    ...[...after.keys()].filter((id) => !before.has(id)).map((id) => `${id} is to be done as well now`),
  ].map((line) => line.slice(0, 2_000));
};
