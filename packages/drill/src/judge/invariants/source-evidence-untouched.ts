import { ec2State, memoryOnDisk, type Volume } from '@cordon/local-aws';
import { captureVolumes } from '../captures.ts';
import { isOfMachine } from '../examinations.ts';
import { volumeCopies, isInCustody, statedMissing } from '../custody.ts';
import { list, tagsAtCreation, text } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { TAGS } from '@cordon/incident';
import { nameOf, type OurCall } from '../our-calls.ts';
import type { Opened, Scene } from '../scene.ts';

/** Calls that end or alter what evidence is taken from. */
const DESTROYING: ReadonlySet<string> = new Set([
  'DeleteVolume',
  'DetachVolume',
  'TerminateInstances',
  'ModifyVolume',
  'ReplaceRootVolume',
  'CreateReplaceRootVolumeTask',
]);

/** A snapshot of ours as the call that made it described it. */
interface Made {
  readonly volumeId: string | undefined;
  readonly intermediate: boolean;
}

const madeBy = ({ call }: OurCall): readonly (readonly [string, Made])[] => {
  const tags = tagsAtCreation(call.input);
  const intermediate = tags.get(TAGS.intermediate) === 'true';
  const one = (from: unknown, volumeId: string | undefined): readonly (readonly [string, Made])[] => {
    const id = text(from, 'SnapshotId');
    return id === undefined ? [] : [[id, { volumeId, intermediate }]];
  };
  switch (call.operation) {
    case 'CreateSnapshots':
      return list(call.output, 'Snapshots').flatMap((made) => one(made, text(made, 'VolumeId')));
    case 'CreateSnapshot':
      return one(call.output, text(call.input, 'VolumeId'));
    case 'CopySnapshot':
      return one(call.output, tags.get(TAGS.sourceVolume));
    default:
      return [];
  }
};

/** Why a deletion of ours was wrong; undefined when its snapshot was an intermediate whose evidence copy was locked before. */
const whyWrong = (scene: Scene, deletion: OurCall, made: ReadonlyMap<string, Made>): string | undefined => {
  const id = text(deletion.call.input, 'SnapshotId') ?? 'a snapshot without an id';
  const known = made.get(id);
  if (known === undefined) return `deletes ${id}, which no call of ours made`;
  if (!known.intermediate) return `deletes ${id}, which was not tagged as an intermediate when it was made`;
  if (known.volumeId === undefined) return `deletes ${id}, of which nobody says what volume it holds`;
  const locked = volumeCopies(scene.remains, { volumeId: known.volumeId, region: deletion.call.region }).some(
    (copy) =>
      isInCustody(scene.remains, copy) &&
      (copy.completedAt ?? Infinity) <= deletion.call.sentAt &&
      (copy.lock?.createdAt ?? Infinity) <= deletion.call.sentAt,
  );
  return locked ? undefined : `deletes ${id} before a completed and locked copy of ${known.volumeId} existed`;
};

/** Why bytes beyond those of the finding's time are no memory that was wanted and kept; undefined when they are. */
const whyNoMemory = (
  { remains, calls }: Scene,
  { account, region, incidentId }: Opened,
  { volume, content }: { readonly volume: Volume; readonly content: string },
): string | undefined => {
  const wanted = calls.some(
    ({ ok, account: where, session, call }) =>
      ok &&
      where === account &&
      session === incidentId &&
      (call.operation === 'SendDiagnosticInterrupt' ||
        (call.operation === 'StopInstances' && call.input['Hibernate'] === true)),
  );
  if (!wanted || memoryOnDisk(volume.content) === undefined || !volume.content.startsWith(content))
    return 'holds other bytes than when the finding arrived';
  if (remains.through !== 'seal') return undefined;
  const kept = volumeCopies(remains, { volumeId: volume.volumeId, region, incidentId }).some(
    (copy) => isInCustody(remains, copy) && copy.content === volume.content,
  );
  return kept ? undefined : 'holds memory of which no copy is in custody';
};

const lostVolumes = (scene: Scene, opened: Opened): readonly string[] => {
  const { suspect, account, region, instanceId } = opened;
  return (suspect?.volumes ?? []).flatMap(({ volumeId, content }) => {
    const volume = scene.remains.organization.world.of(ec2State, account, region).volumes.get(volumeId);
    if (volume === undefined || volume.state === 'deleted' || volume.state === 'deleting')
      return [`${volumeId} of ${instanceId} is gone`];
    if (volume.content === content) return [];
    const why = whyNoMemory(scene, opened, { volume, content });
    return why === undefined ? [] : [`${volumeId} of ${instanceId} ${why}`];
  });
};

/**
 * Why a detachment was wrong; undefined when the volume was a suspect's that had stopped, was snapshotted before, and is held: there, apart,
 * and with the incident's tag, by which guardrails keep it from everybody else.
 */
const whyNotHeld = (scene: Scene, { call, account, session }: OurCall): string | undefined => {
  const id = text(call.input, 'VolumeId');
  const opened = scene.incidents.find(
    (one) =>
      one.incidentId === session &&
      one.account === account &&
      one.suspect?.volumes.some(({ volumeId }) => volumeId === id) === true,
  );
  if (id === undefined || opened === undefined) return 'detaches what is no volume of its incident';
  const state = scene.remains.organization.world.of(ec2State, account, call.region);
  const volume = state.volumes.get(id);
  if (volume?.tags.get(TAGS.incident) !== session) return `detaches ${id}, which does not carry the incident`;
  if (state.instances.get(opened.instanceId)?.state !== 'stopped')
    return `detaches ${id} from an instance that has not stopped`;
  const frozen = scene.calls.some(
    (one) => one.ok && one.call.index < call.index && madeBy(one).some(([, { volumeId }]) => volumeId === id),
  );
  return frozen ? undefined : `detaches ${id} before any snapshot of it was made`;
};

/** Whether a volume was ever attached before a call: what never hung on a host holds nothing. */
const wasAttached = ({ calls }: Scene, id: string, before: number): boolean =>
  calls.some(
    ({ ok, call }) =>
      ok && call.operation === 'AttachVolume' && call.index < before && text(call.input, 'VolumeId') === id,
  );

/**
 * Why the end of a volume was wrong; undefined when it was ours, for a memory image, and nobody could write to it, a locked copy of it was there
 * before, or it is said that there is none.
 */
const whyNotOurs = (scene: Scene, { call, session }: OurCall): string | undefined => {
  const id = text(call.input, 'VolumeId') ?? '';
  const opened = scene.incidents.find(({ incidentId }) => incidentId === session);
  if (
    call.operation !== 'DeleteVolume' ||
    opened === undefined ||
    !captureVolumes(scene, opened).includes(id)
  )
    return `on ${JSON.stringify(call.input)}`;
  if (!wasAttached(scene, id, call.index)) return undefined;
  const { region, incidentId } = opened;
  const locked = volumeCopies(scene.remains, { volumeId: id, region, incidentId }).some(
    (copy) => isInCustody(scene.remains, copy) && (copy.lock?.createdAt ?? Infinity) <= call.sentAt,
  );
  const stated = statedMissing(scene.remains, incidentId).some(({ subject }) => subject === 'memory');
  return locked || stated ? undefined : `deletes ${id}, of whose memory no locked copy existed`;
};

/** Whether it is a volume of ours, for a memory image, that is taken away from the host. */
const takesOursAway = (scene: Scene, { call, session }: OurCall): boolean => {
  const opened = scene.incidents.find(({ incidentId }) => incidentId === session);
  return opened !== undefined && captureVolumes(scene, opened).includes(text(call.input, 'VolumeId') ?? '');
};

/** DESIGN section 7, 3: no step alters or deletes source evidence; intermediates go only after the copy is locked. */
export const sourceEvidenceUntouched: Invariant = {
  id: 'source-evidence-untouched',
  judge: (scene) => {
    if (scene.incidents.length === 0) return notJudged('no incident was opened, so no evidence was touched');
    const { forensics } = scene.remains.accounts;
    const acting = scene.calls.filter(({ ok }) => ok);
    const isOurs = (one: OurCall): boolean =>
      takesOursAway(scene, one) || isOfMachine(scene.calls, forensics, one);
    const made = new Map(acting.flatMap(madeBy));
    const deletions = acting.filter(({ call }) => call.operation === 'DeleteSnapshot');
    const wrong = [
      ...scene.incidents.flatMap((opened) => lostVolumes(scene, opened)),
      ...acting
        .filter(({ call }) => DESTROYING.has(call.operation))
        .flatMap((one) => {
          if (isOfMachine(scene.calls, forensics, one)) return [];
          if (one.call.operation === 'DetachVolume' && takesOursAway(scene, one)) return [];
          const why = one.call.operation === 'DetachVolume' ? whyNotHeld(scene, one) : whyNotOurs(scene, one);
          return why === undefined ? [] : [`${nameOf(one)} ${why}`];
        }),
      ...deletions.flatMap((one) => {
        const why = whyWrong(scene, one, made);
        return why === undefined ? [] : [`${nameOf(one)} ${why}`];
      }),
    ];
    const held = acting.filter((one) => one.call.operation === 'DetachVolume' && !isOurs(one)).length;
    const volumes = scene.incidents.flatMap(({ suspect }) => suspect?.volumes ?? []).length;
    return verdictOn(
      wrong,
      `${volumes} source volume(s) hold what they held${held === 0 ? '' : `, ${held} of them detached and held`}, and each of ${deletions.length} deleted snapshot(s) was an intermediate with a locked copy`,
    );
  },
};
