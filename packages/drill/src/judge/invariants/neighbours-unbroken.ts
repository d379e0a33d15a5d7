import { autoScalingState, ec2State, flowsOf, iamState, mayOpen, type World } from '@cordon/local-aws';
import { asking, SUPPLIER, SUPPLIER_NAME } from '../../world/furnish-traffic.ts';
import { text, texts } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { interfacesOf, whyNotIsolating } from '../isolation.ts';
import { nameOf, type OurCall } from '../our-calls.ts';
import { isWantedRelease, wantedReleases } from '../releases.ts';
import type { Opened, Scene } from '../scene.ts';
import { balancerLosses } from './balancers-serve.ts';
import { decideOn, probesOf, roleOf } from '../sessions.ts';

/** A healthy instance that shares something with the suspect. */
interface Neighbour {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
}

const holdsRole = (world: World, { account, region, instanceId }: Neighbour, roleName: string): boolean =>
  [...world.of(ec2State, account, region).profileAssociations.values()].some(
    (held) =>
      held.instanceId === instanceId &&
      held.state === 'associated' &&
      [...world.of(iamState, account, '').instanceProfiles.values()].some(
        ({ arn, roleNames }) => arn === held.profileArn && roleNames.includes(roleName),
      ),
  );

/** What a sibling lost: profile, groups, or what its role allows. */
const siblingLosses = ({ remains }: Scene, sibling: Neighbour, roleArn: string): readonly string[] => {
  const { world } = remains.organization;
  const state = world.of(ec2State, sibling.account, sibling.region);
  const role = roleOf(world, roleArn);
  if (role === undefined) return [`the role ${roleArn} of ${sibling.instanceId} is gone`];
  if (!state.instances.has(sibling.instanceId)) return [`${sibling.instanceId} is gone`];
  const isolated = interfacesOf(world, sibling).filter(
    ({ groups }) =>
      groups.length === 0 || groups.some((id) => whyNotIsolating(state, sibling.account, id) === undefined),
  );
  const probes = probesOf(world, role);
  const denied = probes.filter(
    (probe) => decideOn(remains, { ...sibling, roleName: role.name }, probe).verdict === 'deny',
  );
  return [
    ...(holdsRole(world, sibling, role.name) ? [] : [`${sibling.instanceId} has lost its profile`]),
    ...isolated.map(
      ({ networkInterfaceId }) => `${networkInterfaceId} of ${sibling.instanceId} was isolated`,
    ),
    ...(probes.length === 0
      ? [`the role ${role.name} of ${sibling.instanceId} allows nothing any more`]
      : []),
    ...denied.map(({ action }) => `${sibling.instanceId} is denied ${action}, which its role allows`),
  ];
};

/** Calls of ours that cut a whole subnet or VPC, with the policy's leave: what they do to neighbours is their stated effect. */
const BEYOND_INSTANCE: ReadonlySet<string> = new Set([
  'ReplaceNetworkAclAssociation',
  'AssociateRouteTable',
  'ReplaceRouteTableAssociation',
  'DetachInternetGateway',
]);

/** What a host in the suspect's subnets lost: a connection to somebody else than a far end of the findings, or the way to open one. */
const trafficLosses = (
  { remains, calls }: Scene,
  { account, region, suspect }: Opened,
): readonly string[] => {
  const { world } = remains.organization;
  if (suspect === undefined || calls.some(({ ok, call }) => ok && BEYOND_INSTANCE.has(call.operation)))
    return [];
  const state = world.of(ec2State, account, region);
  return suspect.neighbours.flatMap((instanceId) => {
    const [networkInterfaceId] = state.instances.get(instanceId)?.networkInterfaceIds ?? [];
    if (networkInterfaceId === undefined) return [`${instanceId} has lost its interface`];
    const cut = flowsOf(world, { account, region, instanceId }).filter(
      ({ state: of, ends, remoteAddress }) =>
        of.kind === 'cut' &&
        ends.every((end) => end.instanceId !== suspect.instanceId) &&
        !suspect.remotes.some(({ address }) => address === remoteAddress),
    );
    const opens = mayOpen(world, {
      account,
      region,
      networkInterfaceId,
      direction: 'outbound',
      protocol: 'tcp',
      remotePort: 443,
      remote: { address: SUPPLIER },
    });
    const answers = mayOpen(world, asking({ account, region, networkInterfaceId }, SUPPLIER_NAME));
    return [
      ...cut.map(({ remoteAddress, asks }) =>
        asks === undefined
          ? `${instanceId} has lost its connection to ${remoteAddress}`
          : `${instanceId} is not answered any more when it asks for ${asks}`,
      ),
      ...(answers.allowed
        ? []
        : [`${instanceId} would not be answered if it asked for ${SUPPLIER_NAME}: ${answers.because}`]),
      ...(opens.allowed || flowsOf(world, { account, region, instanceId }).length === 0
        ? []
        : [`${instanceId} can open no connection any more: ${opens.because}`]),
    ];
  });
};

/** Where a group is: one name may stand for a group in every account and Region. */
const placeOf = (at: { readonly account: string; readonly region: string }, name: string): string =>
  `${at.account}/${at.region}/${name}`;

/** The group that a call names, if it names one. */
const groupOf = ({ account, call }: OurCall): string | undefined => {
  const name = text(call.input, 'AutoScalingGroupName');
  return name === undefined ? undefined : placeOf({ account, region: call.region }, name);
};

/**
 * What the suspect's group lost: capacity, or the replacement of a member that was taken out. Other suspects' groups are
 * judged with their own incidents; a member with an incident of its own may be taken out, for it is no neighbour.
 */
const groupLosses = (scene: Scene, opened: Opened, name: string): readonly string[] => {
  const { calls, remains, incidents } = scene;
  const { account, region, instanceId, incidentId } = opened;
  const group = remains.organization.world.of(autoScalingState, account, region).groups.get(name);
  if (group === undefined) return [`the Auto Scaling group ${name} is gone`];
  const own = placeOf(opened, name);
  const others = new Set(
    incidents.flatMap((one) =>
      one.suspect?.autoScalingGroup === undefined ? [] : [placeOf(one, one.suspect.autoScalingGroup)],
    ),
  );
  const ours = calls.filter((one) => {
    if (!one.ok || one.account !== account || one.call.service !== 'autoscaling') return false;
    // A call that names no suspect's group is nobody's to allow, and counts against each.
    const of = groupOf(one) ?? own;
    return !one.call.operation.startsWith('Describe') && (of === own || !others.has(of));
  });
  const suspects = new Set(incidents.flatMap((one) => (one.account === account ? one.instanceId : [])));
  const wanted = wantedReleases(scene);
  // A release puts the suspect itself back; the group that wants one more then has it, for the replacement stays.
  const putBack = ours.filter(
    (one) =>
      one.call.operation === 'AttachInstances' &&
      isWantedRelease(wanted, one) &&
      groupOf(one) === own &&
      texts(one.call.input, 'InstanceIds').every((id) => id === instanceId),
  );
  const shrinking = ours.filter(
    (one) =>
      !putBack.includes(one) &&
      (one.call.operation !== 'DetachInstances' ||
        one.call.input['ShouldDecrementDesiredCapacity'] !== false ||
        (groupOf(one) ?? own) !== own ||
        texts(one.call.input, 'InstanceIds').some((id) => !suspects.has(id))),
  );
  const detachments = ours.filter(({ call }) => call.operation === 'DetachInstances');
  const detached = detachments.some(({ session }) => session === incidentId);
  const takenOut = new Set([
    instanceId,
    ...detachments.flatMap(({ call }) => texts(call.input, 'InstanceIds')),
  ]);
  if (putBack.length > 0) takenOut.delete(instanceId);
  const left = [...group.members.keys()].filter((id) => !takenOut.has(id)).length;
  // A replacement needs its launch; a run that is judged at containment may end before it.
  const short = remains.through !== 'contain' && detached && left < group.desiredCapacity;
  return [
    ...shrinking.map((one) => `${nameOf(one)} changes ${name}`),
    ...(short ? [`${name} wants ${group.desiredCapacity} and has ${left} without ${instanceId}`] : []),
  ];
};

/** Calls on interfaces or profiles of instances that are not suspects: what a mission of ours never does to a neighbour. */
const touched = ({ calls, remains, incidents }: Scene): readonly string[] => {
  const { world } = remains.organization;
  const suspects = new Set(incidents.map(({ instanceId }) => instanceId));
  return calls.flatMap((one) => {
    if (
      !one.ok ||
      one.duty === undefined ||
      one.duty === 'examiner' ||
      one.call.operation !== 'ModifyNetworkInterfaceAttribute'
    )
      return [];
    const id = text(one.call.input, 'NetworkInterfaceId') ?? '';
    const holder = world.of(ec2State, one.account, one.call.region).networkInterfaces.get(id)
      ?.attachment?.instanceId;
    return holder === undefined || suspects.has(holder)
      ? []
      : [`${nameOf(one)} changes ${id} of ${holder}, which is no suspect`];
  });
};

/** The mission beside containment: siblings on the profile and the Auto Scaling group go on as before. */
export const neighboursUnbroken: Invariant = {
  id: 'neighbours-unbroken',
  judge: (scene) => {
    const siblings = scene.incidents.flatMap(({ suspect, account, region }) =>
      (suspect?.siblings ?? []).map((instanceId) => ({
        neighbour: { account, region, instanceId },
        roleArn: suspect?.roleArn,
      })),
    );
    const hosts = scene.incidents.flatMap(({ suspect }) => suspect?.neighbours ?? []);
    const groups = scene.incidents.flatMap((opened) =>
      opened.suspect?.autoScalingGroup === undefined
        ? []
        : [{ opened, name: opened.suspect.autoScalingGroup }],
    );
    const pools = scene.incidents.flatMap(({ suspect }) => [
      ...(suspect?.balancers?.targetGroupArns ?? []),
      ...(suspect?.balancers?.classicNames ?? []),
    ]);
    if (siblings.length === 0 && groups.length === 0 && hosts.length === 0 && pools.length === 0)
      return notJudged(
        'no suspect has a sibling on its profile, a neighbour in its subnet, an Auto Scaling group or a load balancer',
      );
    const wrong = [
      ...siblings.flatMap(({ neighbour, roleArn }) =>
        roleArn === undefined ? [] : siblingLosses(scene, neighbour, roleArn),
      ),
      ...groups.flatMap(({ opened, name }) => groupLosses(scene, opened, name)),
      ...touched(scene),
      ...scene.incidents.flatMap((opened) => [
        ...trafficLosses(scene, opened),
        ...balancerLosses(scene, opened),
      ]),
    ];
    return verdictOn(
      wrong,
      `${siblings.length} sibling(s) keep profile, groups and rights; ${groups.length} Auto Scaling group(s) keep their capacity; ${hosts.length} host(s) of the same subnet keep their connections${pools.length === 0 ? '' : `; ${pools.length} target group(s) and classic balancer(s) serve on without the suspect`}`,
    );
  },
};
