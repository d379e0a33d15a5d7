import { ec2State } from '@cordon/local-aws';
import { captureCommands, captureVolumes, isAttachedTo } from '../captures.ts';
import { isInCustody, statedMissing, volumeCopies } from '../custody.ts';
import { text, texts } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf } from '../our-calls.ts';
import type { Opened, Scene } from '../scene.ts';

/** Where memory that was asked for is: a locked copy, or a stated reason. */
const whereabouts = ({ remains }: Scene, opened: Opened, volumes: readonly string[]): readonly string[] => {
  if (remains.through !== 'seal') return [];
  const { incidentId, region, instanceId } = opened;
  const stated = statedMissing(remains, incidentId).some(({ subject }) => subject === 'memory');
  const held = volumes.some((volumeId) =>
    volumeCopies(remains, { volumeId, region, incidentId }).some((copy) => isInCustody(remains, copy)),
  );
  if (held === stated)
    return [
      held
        ? `memory of ${instanceId} is in custody, and said to be missing`
        : `memory of ${instanceId} was asked for, and is neither in custody nor said to be missing`,
    ];
  return [];
};

/** Volumes of ours that were left at the host, or in the account without a reason. */
const leftBehind = ({ remains }: Scene, opened: Opened, volumes: readonly string[]): readonly string[] => {
  if (remains.through !== 'seal') return [];
  const state = remains.organization.world.of(ec2State, opened.account, opened.region);
  return volumes.flatMap((id) => {
    const volume = state.volumes.get(id);
    if (volume === undefined || volume.state === 'deleted' || volume.state === 'deleting') return [];
    return isAttachedTo(volume.attachments, opened.instanceId)
      ? [`${id} is attached to ${opened.instanceId} still`]
      : [`${id} was left in the account`];
  });
};

/** A stop that did not wait for the capture: it was asked for after the command, and before the volume was taken away. */
const stoppedMeanwhile = (scene: Scene, opened: Opened, volumes: readonly string[]): readonly string[] => {
  const { calls } = scene;
  const sent = captureCommands(scene, opened)[0]?.call.index;
  if (sent === undefined) return [];
  const gone =
    calls.find(
      ({ ok, call }) =>
        ok && call.operation === 'DetachVolume' && text(call.input, 'VolumeId') === volumes[0],
    )?.call.index ?? Infinity;
  return calls
    .filter(
      ({ ok, call }) =>
        ok &&
        call.operation === 'StopInstances' &&
        texts(call.input, 'InstanceIds').includes(opened.instanceId) &&
        call.index > sent &&
        call.index < gone,
    )
    .map((one) => `${nameOf(one)} stops the host while its memory is captured`);
};

/** Memory that was asked for is in custody or has a stated reason; what was brought to the host is gone; no stop cuts a capture short. */
export const memoryInCustodyOrReasoned: Invariant = {
  id: 'memory-in-custody-or-reasoned',
  judge: (scene) => {
    const asked = scene.incidents.filter(({ incidentId }) =>
      scene.calls.some(({ duty, session }) => duty === 'capture' && session === incidentId),
    );
    if (asked.length === 0) return notJudged('no memory was asked for');
    const commands = asked.flatMap((opened) => captureCommands(scene, opened)).length;
    return verdictOn(
      asked.flatMap((opened) => {
        const volumes = captureVolumes(scene, opened);
        return [
          ...whereabouts(scene, opened, volumes),
          ...leftBehind(scene, opened, volumes),
          ...stoppedMeanwhile(scene, opened, volumes),
        ];
      }),
      `the memory of ${asked.length} instance(s), asked for by ${commands} command(s), is in custody or has a stated reason; no volume of ours is left, and no stop came between`,
    );
  },
};
