import type { PlanStep, StepOf } from '../plan/steps.ts';

/** Where the replacement is registered in place of the instance. */
export type Registration =
  | {
      readonly kind: 'target';
      readonly targetGroupArn: string;
      readonly id: string;
      readonly port: number;
      readonly availabilityZone?: string;
    }
  | { readonly kind: 'classic'; readonly name: string };

/** The instance and its replacement, by what target groups name them. */
export interface Pair {
  readonly formerId: string;
  readonly formerIp?: string;
  readonly newId: string;
  readonly newIp?: string;
}

const ofTarget = (
  { targetGroupArn, targetId, port, availabilityZone }: StepOf<'deregister-target'>,
  { formerId, formerIp, newId, newIp }: Pair,
): Registration | undefined => {
  const id = targetId === formerId ? newId : targetId === formerIp ? newIp : undefined;
  return id === undefined
    ? undefined
    : {
        kind: 'target',
        targetGroupArn,
        id,
        port,
        ...(availabilityZone === undefined ? {} : { availabilityZone }),
      };
};

/**
 * What the replacement is registered with: all that the instance left, as the journal has it; and how many it cannot take, since they name
 * an address of another interface. Each registration once, however many plans found it. Pure.
 */
export const registrationsOf = (
  found: readonly PlanStep[],
  pair: Pair,
): { readonly registrations: readonly Registration[]; readonly cannot: number } => {
  const targets = found.flatMap((step) => (step.kind === 'deregister-target' ? [ofTarget(step, pair)] : []));
  const classic = found.flatMap((step): Registration[] =>
    step.kind === 'deregister-from-classic-balancer' ? [{ kind: 'classic', name: step.name }] : [],
  );
  const all = [...targets.flatMap((one) => one ?? []), ...classic];
  return {
    registrations: [...new Map(all.map((one) => [JSON.stringify(one), one])).values()],
    cannot: targets.filter((one) => one === undefined).length,
  };
};
