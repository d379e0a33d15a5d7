import { stillDetached } from './decide-volumes.ts';
import { isGone, threeWay, wentWithIt, type Decide } from './decided.ts';

/** What containment set an attribute to, by its name. */
const OURS: Readonly<Record<string, string>> = {
  disableApiTermination: 'true',
  instanceInitiatedShutdownBehavior: 'stop',
  disableApiStop: 'false',
};

/** An attribute of the instance that protection changed. */
export const decideAttribute: Decide<'restore-attribute'> = ({ lift, facts }) => {
  const { attribute, before } = lift;
  const ours = OURS[attribute] ?? 'unknown';
  const { disableApiTermination, shutdownBehavior } = facts.instance.attributes;
  const read: Readonly<Record<string, string | undefined>> = {
    disableApiTermination: disableApiTermination === undefined ? undefined : String(disableApiTermination),
    instanceInitiatedShutdownBehavior: shutdownBehavior,
    disableApiStop: facts.stopProtected === undefined ? undefined : String(facts.stopProtected),
  };
  const now = read[attribute];
  if (isGone(facts)) return wentWithIt(facts, before ?? 'not recorded');
  if (before === undefined || now === undefined)
    return {
      decision: 'impossible',
      before: before ?? 'not recorded',
      ours,
      now: now ?? 'EC2 does not say',
      because:
        before === undefined
          ? `what ${attribute} was is not in the plan; it is in context.json of the incident's ledger`
          : `EC2 does not say what ${attribute} is`,
    };
  return threeWay({ before, ours, now });
};

/** Which volumes go with the instance when it is terminated, by device. */
export const decideDeleteOnTermination: Decide<'restore-delete-on-termination'> = ({ lift, facts }) => {
  const say = (devices: readonly { readonly deviceName: string; readonly deleteOnTermination: boolean }[]) =>
    devices.length === 0
      ? 'nothing'
      : devices.map((one) => `${one.deviceName} ${one.deleteOnTermination ? 'goes' : 'stays'}`).join(', ');
  if (isGone(facts)) return wentWithIt(facts, say(lift.devices));
  // What is attached anew stays with EC2 until it is told otherwise, so that the same release can say so beside attaching it.
  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-attaching-volume.html
  const attached = [
    ...facts.instance.attributes.deleteOnTermination,
    ...stillDetached(lift.devices, facts).map((one) => ({ ...one, deleteOnTermination: false })),
  ];
  // A volume that was detached since has no such attribute any more: what is left of the list is restored.
  const held = lift.devices.filter((one) =>
    attached.some(({ volumeId, deviceName }) => volumeId === one.volumeId && deviceName === one.deviceName),
  );
  const current = held.map((one) => attached.find(({ volumeId }) => volumeId === one.volumeId) ?? one);
  return threeWay({
    before: say(held),
    ours: say(held.map((one) => ({ ...one, deleteOnTermination: false }))),
    now: say(current),
  });
};

/** A stopped instance runs again. */
export const decideStart: Decide<'start-instance'> = ({ facts }) => {
  if (isGone(facts)) return wentWithIt(facts, 'running');
  const { state } = facts.instance;
  const now = state === 'pending' ? 'running' : state === 'stopping' ? 'stopped' : state;
  return threeWay({ before: 'running', ours: 'stopped', now });
};

/** Membership of an Auto Scaling group. AWS raises the desired capacity by one, and refuses beyond the maximum: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html */
export const decideAutoScaling: Decide<'attach-to-auto-scaling'> = ({ lift, facts }) => {
  const states = { before: `in ${lift.groupName}`, ours: 'in no Auto Scaling group' };
  if (isGone(facts)) return wentWithIt(facts, states.before);
  const { autoScalingGroup } = facts.instance;
  const now = autoScalingGroup === undefined ? states.ours : `in ${autoScalingGroup}`;
  const decided = threeWay({ ...states, now });
  if (decided.decision !== 'restore') return decided;
  const group = facts.scalingGroups.find(({ name }) => name === lift.groupName);
  if (group === undefined)
    return {
      ...decided,
      decision: 'impossible',
      because: 'the group does not exist any more: give the step up',
    };
  if (group.desired + 1 > group.max)
    return {
      ...decided,
      decision: 'impossible',
      because: `the group wants ${group.desired} of ${group.max} instances at most, for a replacement runs: make room, or give the step up`,
      byHand: `aws autoscaling attach-instances --region ${facts.instance.region} --auto-scaling-group-name ${lift.groupName} --instance-ids ${facts.instance.instanceId}`,
    };
  return {
    ...decided,
    because: `it joins its replacement: the group then wants ${group.desired + 1} instances`,
  };
};

/** The incident's tag. It goes last, for the release duty may touch only what carries it. */
export const decideTags: Decide<'remove-tags'> = ({ lift, facts }) => {
  const held = lift.resourceIds.some((id) => facts.tagged.includes(id));
  const states = { before: 'no tag of the incident', ours: 'tagged with the incident' };
  return threeWay({ ...states, now: held ? states.ours : states.before });
};

/** How the metadata service answers. */
export const decideMetadata: Decide<'restore-metadata-options'> = ({ lift, facts }) => {
  const say = (options: typeof lift.options): string =>
    Object.entries(options)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const before = say(lift.options);
  if (isGone(facts)) return wentWithIt(facts, before);
  const { metadataOptions } = facts.instance;
  return threeWay({
    before,
    ours: say({ ...lift.options, httpEndpoint: 'disabled' }),
    now: metadataOptions === undefined ? 'EC2 does not say' : say(metadataOptions),
  });
};

/**
 * What was launched in the instance's place. It carries traffic by then, and no role of ours may end an instance: a release leaves it, tells
 * it, and whoever owns the service decides which of the two goes.
 */
export const decideReplacement: Decide<'keep-replacement'> = ({ of }) => {
  const states = { before: 'no replacement', ours: of.on?.split('/').at(-1) ?? 'a replacement' };
  return of.done
    ? {
        decision: 'kept',
        ...states,
        now: 'not looked at',
        because: `it carries traffic by now: with the instance back there is one more, so whoever owns the service ends one of the two`,
      }
    : { decision: 'already', ...states, now: states.before, because: 'none was launched' };
};
