import { standing, wasDone, type Drift, type FindDrift } from './drift.ts';

const ofMetadata: FindDrift = (input) =>
  standing(input, 'restore-metadata-options').length > 0 &&
  input.facts.metadataOptions?.httpEndpoint === 'enabled'
    ? [{ id: 'metadata', what: 'the metadata service was turned on' }]
    : [];

/** What protection set, by the attribute's name, and how it reads when somebody took it back. */
const ofProtection: FindDrift = (input) => {
  const { disableApiTermination, shutdownBehavior, deleteOnTermination } = input.facts.attributes;
  const set = new Set(standing(input, 'restore-attribute').map(({ attribute }) => attribute));
  const kept = standing(input, 'restore-delete-on-termination').flatMap(({ devices }) =>
    devices.map(({ volumeId }) => volumeId),
  );
  return [
    ...(set.has('disableApiTermination') && disableApiTermination === false
      ? [{ id: 'termination-protection', what: 'its termination protection was turned off' }]
      : []),
    ...(set.has('instanceInitiatedShutdownBehavior') && shutdownBehavior === 'terminate'
      ? [{ id: 'shutdown-behavior', what: 'a shutdown from within would terminate it' }]
      : []),
    ...deleteOnTermination
      .filter((one) => one.deleteOnTermination && kept.includes(one.volumeId))
      .map(({ volumeId }) => ({
        id: `delete-on-termination:${volumeId}`,
        what: `${volumeId} would go with the instance`,
      })),
  ];
};

/** A held volume that is anywhere but detached. One of another instance cannot be taken from it by us. */
const ofVolumes: FindDrift = (input) =>
  standing(input, 'attach-volumes')
    .flatMap(({ volumes }) => volumes)
    .flatMap(({ volumeId }): Drift[] => {
      const id = `volume:${volumeId}`;
      const now = input.around.volumes.find((one) => one.volumeId === volumeId);
      if (now === undefined)
        return [{ id, what: `the held volume ${volumeId} is gone; its evidence copy is not`, mends: false }];
      if (now.attachedTo === undefined) return [];
      const { instanceId, deviceName } = now.attachedTo;
      const what = `the held volume ${volumeId} is attached to ${instanceId} as ${deviceName}`;
      return instanceId === input.facts.instanceId ? [{ id, what }] : [{ id, what, mends: false }];
    });

const ofTags: FindDrift = (input) => {
  const { facts, around } = input;
  const volumes = new Set(around.volumes.map(({ volumeId }) => volumeId));
  const held = new Set(
    standing(input, 'attach-volumes').flatMap((lift) => lift.volumes.map(({ volumeId }) => volumeId)),
  );
  const own = new Set([
    facts.instanceId,
    ...facts.networkInterfaces.map(({ networkInterfaceId }) => networkInterfaceId),
  ]);
  return standing(input, 'remove-tags')
    .flatMap(({ resourceIds }) => resourceIds)
    .filter((id) => !around.tagged.includes(id))
    .filter((id) => own.has(id) || (held.has(id) && volumes.has(id)))
    .map((id) => ({
      id: `tag:${id}`,
      what: `${id} does not carry the tag of the incident any more`,
      // A plan tags the instance and its interfaces; a volume is tagged when it is detached.
      ...(own.has(id) ? {} : { mends: false as const }),
    }));
};

const nameOf = (targetGroupArn: string): string =>
  targetGroupArn.slice(targetGroupArn.indexOf(':targetgroup/') + ':targetgroup/'.length);

/** Of a group that it left, its addresses count as well as its id; of another, the id alone: an address may be another host's. */
const ofBalancers: FindDrift = (input) => {
  const { facts, around, lifted } = input;
  const left = new Set(standing(input, 'register-target').map(({ targetGroupArn }) => targetGroupArn));
  const addresses = facts.networkInterfaces.flatMap(({ privateIps = [] }) => privateIps);
  const looked = wasDone(input.journal, 'leave-balancers');
  return [
    ...around.balancers.targetGroups.flatMap(({ targetGroupArn, targets }) =>
      targets
        .filter(
          ({ targetId }) =>
            (looked && targetId === facts.instanceId) ||
            (left.has(targetGroupArn) && [facts.instanceId, ...addresses].includes(targetId)),
        )
        .map(({ targetId, port }) => ({
          id: `target:${nameOf(targetGroupArn)}:${targetId}:${port}`,
          lift: `register-target:${nameOf(targetGroupArn)}:${targetId}:${port}`,
          what: `${targetId}:${port} is registered with the target group ${nameOf(targetGroupArn)}`,
        })),
    ),
    ...around.balancers.classic
      .filter(({ instanceIds }) => looked && instanceIds.includes(facts.instanceId))
      .map(({ name }) => ({
        id: `classic-balancer:${name}`,
        lift: `register-with-classic-balancer:${name}`,
        what: `it is registered with the classic balancer ${name}`,
      })),
  ]
    .filter(({ lift }) => !lifted.has(lift))
    .map(({ id, what }) => ({ id, what }));
};

const ofService: FindDrift = ({ journal, facts, lifted }) => {
  const started =
    (facts.state === 'running' || facts.state === 'pending') &&
    wasDone(journal, 'stop-instance') &&
    !lifted.has('start-instance');
  const planned = journal.plans.some(({ plan }) =>
    plan.steps.some(({ kind }) => kind === 'detach-from-auto-scaling'),
  );
  const attached =
    facts.autoScalingGroup !== undefined &&
    // One whose detaching waited for a person in vain was never out of it.
    (wasDone(journal, 'detach-from-auto-scaling') || !planned) &&
    !lifted.has('attach-to-auto-scaling');
  return [
    ...(started ? [{ id: 'started', what: 'the stopped instance was started' }] : []),
    ...(attached
      ? [{ id: 'auto-scaling', what: `the instance is in the Auto Scaling group ${facts.autoScalingGroup}` }]
      : []),
  ];
};

/** Finds what of the instance itself and of what it serves was taken back: a start, groups and balancers, metadata, protection, volumes, tags. Pure. */
export const driftOfInstance: FindDrift = (input) => [
  ...ofService(input),
  ...ofBalancers(input),
  ...ofMetadata(input),
  ...ofProtection(input),
  ...ofVolumes(input),
  ...ofTags(input),
];
