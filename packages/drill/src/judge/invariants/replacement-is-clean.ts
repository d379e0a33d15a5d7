import { TAGS } from '@cordon/incident';
import { ec2State, loadBalancingState } from '@cordon/local-aws';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { interfacesOf } from '../isolation.ts';
import { nameOf } from '../our-calls.ts';
import { replacementsFor, type Instance } from '../replacements.ts';
import type { Opened, Scene } from '../scene.ts';

/** When the incident's instance was said to be contained; undefined where it never was. */
const containedAt = ({ events }: Scene, { incidentId }: Opened): number | undefined =>
  events.find((event) => event.kind === 'contained' && event.incidentId === incidentId)?.at;

/** Launches by us in the incident's account that were too early, or more than one machine. */
const launches = (scene: Scene, opened: Opened): readonly string[] => {
  const after = containedAt(scene, opened);
  const made = scene.calls.filter(
    ({ ok, account, session, call }) =>
      ok && account === opened.account && session === opened.incidentId && call.operation === 'RunInstances',
  );
  return made.flatMap((one) => [
    ...(one.duty === 'replace' ? [] : [`${nameOf(one)} is by another duty than replace`]),
    ...(after !== undefined && one.call.sentAt >= after ? [] : [`${nameOf(one)} comes before containment`]),
  ]);
};

/** What a replacement has that it must not have, or lacks. */
const flaws = ({ remains }: Scene, opened: Opened, one: Instance): readonly string[] => {
  const { world } = remains.organization;
  const { suspect, account, region } = opened;
  const state = world.of(ec2State, account, region);
  const id = one.instanceId;
  const contents = new Set(suspect?.volumes.map(({ content }) => content));
  const volumes = one.blockDevices.flatMap(({ volumeId }) => state.volumes.get(volumeId) ?? []);
  const groups = interfacesOf(world, { account, region, instanceId: id }).map((nic) => nic.groups.join(' '));
  const former = suspect?.before?.interfaces[0]?.groups.join(' ');
  const profile = [...state.profileAssociations.values()].find((held) => held.instanceId === id)?.profileArn;
  return [
    ...(one.state === 'running' ? [] : [`${id} is ${one.state}`]),
    ...volumes
      .filter(({ content }) => contents.has(content))
      .map(({ volumeId }) => `${volumeId} of ${id} holds what was on a disk of the suspect`),
    ...(one.tags.has(TAGS.incident) ? [`${id} carries the mark of a contained instance`] : []),
    ...(groups.every((held) => held === former)
      ? []
      : [`${id} is in ${groups.join(', ')}, not in ${former}`]),
    ...((profile ?? '') === suspect?.before?.profile ? [] : [`${id} has the profile ${profile}`]),
    ...(one.metadataOptions.httpTokens === 'required' ? [] : [`${id} answers metadata without a token`]),
    ...(one.imageId === suspect?.alone?.imageId ? [] : [`${id} was launched from ${one.imageId}`]),
    ...(one.userData === suspect?.alone?.userData ? [] : [`${id} has other user data`]),
  ];
};

/** Load balancers of the suspect that do not send to its replacement. */
const notServing = (
  { remains }: Scene,
  { suspect, account, region }: Opened,
  one: Instance,
): readonly string[] => {
  const { world } = remains.organization;
  const { targetGroups, classic } = world.of(loadBalancingState, account, region);
  const names = [
    one.instanceId,
    ...interfacesOf(world, { account, region, instanceId: one.instanceId }).map(
      (nic) => nic.privateIpAddress,
    ),
  ];
  const pools = [
    ...(suspect?.balancers?.targetGroupArns ?? []).map((arn) => [arn, targetGroups.get(arn)] as const),
    ...(suspect?.balancers?.classicNames ?? []).map((name) => [name, classic.get(name)] as const),
  ];
  return pools
    .filter(([, pool]) => pool?.registrations.some(({ id }) => names.includes(id)) !== true)
    .map(([name]) => `${name} does not send to ${one.instanceId}`);
};

/**
 * What takes a lone instance's place is launched once, after containment, from what the instance was launched from, with nothing of its disks
 * and no mark by which it would be held as contained; its load balancers send to it.
 */
export const replacementIsClean: Invariant = {
  id: 'replacement-is-clean',
  judge: (scene) => {
    const alone = scene.incidents.filter(({ suspect }) => suspect?.alone !== undefined);
    if (alone.length === 0 || scene.remains.through === 'contain')
      return notJudged('no suspect that is in no Auto Scaling group, or the run ends at containment');
    const wrong = alone.flatMap((opened) => {
      const made = replacementsFor(scene.remains.organization.world, opened);
      return [
        ...(made.length === 1
          ? []
          : [`${made.length} instances were launched in place of ${opened.instanceId}`]),
        ...launches(scene, opened),
        ...made.flatMap((one) => [...flaws(scene, opened, one), ...notServing(scene, opened, one)]),
      ];
    });
    return verdictOn(
      wrong,
      `${alone.length} lone instance(s) replaced by one each: after containment, from the same image, with nothing of their disks, behind their load balancers`,
    );
  },
};
