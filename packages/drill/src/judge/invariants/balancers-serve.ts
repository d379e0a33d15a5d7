import { loadBalancingState, type World } from '@cordon/local-aws';
import { list, text } from '../fields.ts';
import { nameOf, type OurCall } from '../our-calls.ts';
import { interfacesOf } from '../isolation.ts';
import { replacementsFor } from '../replacements.ts';
import type { Opened, Scene } from '../scene.ts';

/** A registration as the state has it; one that drains is sent nothing new. */
interface Registered {
  readonly id: string;
  readonly health: string;
  readonly drainsUntil?: number;
}

const poolLosses = (
  name: string,
  registrations: readonly Registered[] | undefined,
  {
    suspectIds,
    others,
    left,
  }: { readonly suspectIds: readonly string[]; readonly others: readonly string[]; readonly left: boolean },
): readonly string[] => {
  if (registrations === undefined) return [`${name} is gone`];
  const serving = registrations.filter(({ drainsUntil }) => drainsUntil === undefined);
  const healthy = serving.filter(({ id, health }) => others.includes(id) && health === 'healthy');
  return [
    ...(healthy.length === 0 ? [`${name} has no healthy target left`] : []),
    ...(left
      ? serving
          .filter(({ id }) => suspectIds.includes(id))
          .map(({ id }) => `${name} still sends requests to ${id}, which is contained`)
      : []),
  ];
};

/** Instances that were launched in a suspect's place, and their addresses, by which balancers may name them. */
const replacementsOf = (world: World, { account, region, incidentId }: Opened): readonly string[] =>
  replacementsFor(world, { account, region, incidentId }).flatMap((one) => [
    one.instanceId,
    ...interfacesOf(world, { account, region, instanceId: one.instanceId }).map(
      ({ privateIpAddress }) => privateIpAddress,
    ),
  ]);

/** Calls of ours that register anybody but a replacement, or take anybody but a suspect out of a balancer. */
const foreign = (
  calls: readonly OurCall[],
  { account }: Opened,
  { suspectIds, replacements }: Readonly<Record<'suspectIds' | 'replacements', readonly string[]>>,
): readonly string[] =>
  calls.flatMap((one) => {
    if (!one.ok || one.account !== account || one.call.service !== 'elasticloadbalancing') return [];
    const { operation, input } = one.call;
    if (operation.startsWith('Describe')) return [];
    const registered =
      operation === 'RegisterTargets'
        ? list(input, 'Targets').flatMap((target) => text(target, 'Id') ?? [])
        : operation === 'RegisterInstancesWithLoadBalancer'
          ? list(input, 'Instances').flatMap((target) => text(target, 'InstanceId') ?? [])
          : [];
    if (
      one.duty === 'replace' &&
      registered.length > 0 &&
      registered.every((id) => replacements.includes(id))
    )
      return [];
    const named =
      operation === 'DeregisterTargets'
        ? list(input, 'Targets').flatMap((target) => text(target, 'Id') ?? [])
        : operation === 'DeregisterInstancesFromLoadBalancer'
          ? list(input, 'Instances').flatMap((target) => text(target, 'InstanceId') ?? [])
          : undefined;
    if (named === undefined) return [`${nameOf(one)} changes load balancers`];
    return named
      .filter((id) => !suspectIds.includes(id))
      .map((id) => `${nameOf(one)} takes ${id} out, which is no suspect`);
  });

/**
 * What load balancers of a suspect lost: each keeps a healthy target, sends nothing to the contained instance once the run has ended, and
 * nobody but a suspect was taken out.
 */
export const balancerLosses = (scene: Scene, opened: Opened): readonly string[] => {
  const balancers = opened.suspect?.balancers;
  if (balancers === undefined) return [];
  const { account, region } = opened;
  const { targetGroups, classic } = scene.remains.organization.world.of(loadBalancingState, account, region);
  const suspectIds = scene.incidents.flatMap(({ instanceId, suspect }) => [
    instanceId,
    ...(suspect?.balancers?.own ?? []),
  ]);
  const about = {
    suspectIds,
    others: balancers.others,
    // The look for balancers runs beside isolation: a run that is judged at containment may end before it.
    left: scene.remains.through !== 'contain',
  };
  return [
    ...balancers.targetGroupArns.flatMap((arn) =>
      poolLosses(arn.split('/')[1] ?? arn, targetGroups.get(arn)?.registrations, about),
    ),
    ...balancers.classicNames.flatMap((name) => poolLosses(name, classic.get(name)?.registrations, about)),
    ...foreign(scene.calls, opened, {
      suspectIds,
      replacements: replacementsOf(scene.remains.organization.world, opened),
    }),
  ];
};
