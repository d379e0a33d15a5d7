import { ec2State } from '@cordon/local-aws';
import { volumeCopies, isInCustody } from '../custody.ts';
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

const lostVolumes = (
  { remains }: Scene,
  { suspect, account, region, instanceId }: Opened,
): readonly string[] =>
  (suspect?.volumes ?? []).flatMap(({ volumeId, content }) => {
    const volume = remains.organization.world.of(ec2State, account, region).volumes.get(volumeId);
    if (volume === undefined || volume.state === 'deleted' || volume.state === 'deleting')
      return [`${volumeId} of ${instanceId} is gone`];
    return volume.content === content
      ? []
      : [`${volumeId} of ${instanceId} holds other bytes than when the finding arrived`];
  });

/** DESIGN section 7, 3: no step alters or deletes source evidence; intermediates go only after the copy is locked. */
export const sourceEvidenceUntouched: Invariant = {
  id: 'source-evidence-untouched',
  judge: (scene) => {
    if (scene.incidents.length === 0) return notJudged('no incident was opened, so no evidence was touched');
    const acting = scene.calls.filter(({ ok }) => ok);
    const made = new Map(acting.flatMap(madeBy));
    const deletions = acting.filter(({ call }) => call.operation === 'DeleteSnapshot');
    const wrong = [
      ...scene.incidents.flatMap((opened) => lostVolumes(scene, opened)),
      ...acting
        .filter(({ call }) => DESTROYING.has(call.operation))
        .map((one) => `${nameOf(one)} on ${JSON.stringify(one.call.input)}`),
      ...deletions.flatMap((one) => {
        const why = whyWrong(scene, one, made);
        return why === undefined ? [] : [`${nameOf(one)} ${why}`];
      }),
    ];
    const volumes = scene.incidents.flatMap(({ suspect }) => suspect?.volumes ?? []).length;
    return verdictOn(
      wrong,
      `${volumes} source volume(s) hold what they held, and each of ${deletions.length} deleted snapshot(s) was an intermediate with a locked copy`,
    );
  },
};
