import { sha256Hex, vaultKeys } from '@cordon/evidence';
import { landedLabel, landingBucketName } from '@cordon/incident';
import { ec2State, s3State } from '@cordon/local-aws';
import * as z from 'zod';
import { captureCommands, captureVolumes, isAttachedTo, wasLanded } from '../captures.ts';
import { isInCustody, statedMissing, vaultVersions, volumeCopies } from '../custody.ts';
import { text, texts } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf } from '../our-calls.ts';
import type { Opened, Scene } from '../scene.ts';

/** Where memory that was asked for is: a locked copy, or a stated reason. */
const whereabouts = ({ remains }: Scene, opened: Opened, volumes: readonly string[]): readonly string[] => {
  if (remains.through !== 'seal') return [];
  const { incidentId, region, instanceId } = opened;
  const stated = statedMissing(remains, incidentId).some(({ subject }) => subject === 'memory');
  const held =
    volumes.some((volumeId) =>
      volumeCopies(remains, { volumeId, region, incidentId }).some((copy) => isInCustody(remains, copy)),
    ) || hasLanded(remains, opened);
  if (held === stated)
    return [
      held
        ? `memory of ${instanceId} is in custody, and said to be missing`
        : `memory of ${instanceId} was asked for, and is neither in custody nor said to be missing`,
    ];
  return [];
};

const s3Buckets = (organization: Scene['remains']['organization']) =>
  organization.world.of(s3State, '', '').buckets;

/** Whether every part that the host says it sent lies in the vault, locked, with the bytes that it said. */
const hasLanded = (remains: Scene['remains'], { incidentId }: Opened): boolean => {
  const vault = new Map(vaultVersions(remains));
  const said = vault.get(vaultKeys.object(incidentId, 'memory-capture.json'));
  const parts = partsSaid(said?.body.toString('utf8'));
  return (
    parts.length > 0 &&
    parts.every((sha256, index) => {
      const part = vault.get(vaultKeys.object(incidentId, landedLabel(index + 1)));
      return part?.retention !== undefined && sha256Hex(part.body) === sha256;
    })
  );
};

const saidParts = z.object({ image: z.object({ parts: z.array(z.string()) }) });
const partsSaid = (json: string | undefined): readonly string[] => {
  const read = saidParts.safeParse(JSON.parse(json ?? '{}'));
  return read.success ? read.data.image.parts : [];
};

/** What of an incident's memory lies in a landing bucket still, though it is in the vault. */
const leftLanding = (scene: Scene, opened: Opened): readonly string[] => {
  const { remains } = scene;
  if (remains.through !== 'seal' || !wasLanded(scene, opened) || !hasLanded(remains, opened)) return [];
  const bucket = s3Buckets(remains.organization).get(
    landingBucketName(remains.accounts.security, opened.region),
  );
  return [...(bucket?.versions.keys() ?? [])]
    .filter((key) => key.startsWith(`${opened.incidentId}/part-`))
    .map((key) => `${key} was left in the landing bucket`);
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

/** A stop that did not wait for the capture: it was asked for after the command, and before the volume was taken away or the last part sent. */
const stoppedMeanwhile = (scene: Scene, opened: Opened, volumes: readonly string[]): readonly string[] => {
  const { calls } = scene;
  const { incidentId } = opened;
  const sent = captureCommands(scene, opened)[0]?.call.index;
  if (sent === undefined) return [];
  const over = wasLanded(scene, opened)
    ? calls.findLast(
        ({ ok, call }) =>
          ok && call.operation === 'PutObject' && String(call.input['Key']).startsWith(`${incidentId}/part-`),
      )
    : calls.find(
        ({ ok, call }) =>
          ok && call.operation === 'DetachVolume' && text(call.input, 'VolumeId') === volumes[0],
      );
  const gone = over?.call.index ?? (wasLanded(scene, opened) ? sent : Infinity);
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
          ...leftLanding(scene, opened),
          ...stoppedMeanwhile(scene, opened, volumes),
        ];
      }),
      `the memory of ${asked.length} instance(s), asked for by ${commands} command(s), is in custody or has a stated reason; no volume of ours is left, and no stop came between`,
    );
  },
};
