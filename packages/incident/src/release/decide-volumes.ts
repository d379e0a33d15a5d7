import { isGone, threeWay, type Decide, type Decided } from './decided.ts';
import type { LiftOf } from './journal.ts';
import type { ReleaseFacts } from './release-facts.ts';

type Held = LiftOf<'attach-volumes'>['volumes'][number];

const placeOf = ({ volumeId, deviceName }: Held, { volumes, instance }: ReleaseFacts): string => {
  const now = volumes.find((one) => one.volumeId === volumeId);
  if (now === undefined) return 'gone';
  const at = now.attachedTo;
  if (at === undefined) return now.state === 'available' ? 'detached' : now.state;
  return at.instanceId === instance.instanceId && at.deviceName === deviceName
    ? `at ${deviceName}`
    : `at ${at.deviceName} of ${at.instanceId}`;
};

/** Volumes of those that were detached that wait to be attached. Pure. */
export const stillDetached = <One extends Held>(
  volumes: readonly One[],
  facts: ReleaseFacts,
): readonly One[] => volumes.filter((one) => placeOf(one, facts) === 'detached');

/**
 * The volumes that were taken off the stopped instance. One that was attached again by an earlier try is no drift; another volume under
 * one's device name is.
 */
export const decideVolumes: Decide<'attach-volumes'> = ({ lift, facts }): Decided => {
  const say = (place: (one: Held) => string): string =>
    lift.volumes.map((one) => `${one.volumeId} ${place(one)}`).join(', ');
  const states = { before: say(({ deviceName }) => `at ${deviceName}`), ours: say(() => 'detached') };
  const now = say((one) => placeOf(one, facts));
  if (isGone(facts))
    return {
      decision: 'already',
      ...states,
      now,
      because: `the instance is ${facts.instance.state}: its volumes stay as they are, and are nobody's`,
    };
  const left = stillDetached(lift.volumes, facts);
  const lost = lift.volumes.filter((one) => placeOf(one, facts) === 'gone');
  if (lost.length > 0)
    return {
      decision: 'impossible',
      ...states,
      now,
      because: `${lost.map(({ volumeId }) => volumeId).join(', ')} is gone: attach what is left by hand, or give the step up`,
      ...(left.length === 0
        ? {}
        : {
            byHand: left
              .map(
                ({ volumeId, deviceName }) =>
                  `aws ec2 attach-volume --region ${facts.instance.region} --instance-id ${facts.instance.instanceId} --volume-id ${volumeId} --device ${deviceName}`,
              )
              .join('; '),
          }),
    };
  const foreign = lift.volumes.some(
    (one) => !['detached', `at ${one.deviceName}`].includes(placeOf(one, facts)),
  );
  if (foreign || left.length === 0) return threeWay({ ...states, now });
  const taken = facts.instance.attributes.deleteOnTermination.find((one) =>
    left.some(({ deviceName }) => deviceName === one.deviceName),
  );
  if (taken !== undefined)
    return threeWay({ ...states, now: `${now}, ${taken.volumeId} at ${taken.deviceName}` });
  return { ...threeWay({ ...states, now: states.ours }), now };
};
