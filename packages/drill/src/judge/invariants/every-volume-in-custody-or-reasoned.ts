import { statedMissing, volumeCopies, whyNotInCustody } from '../custody.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { eventsOf, type Opened, type Scene } from '../scene.ts';

/** Reasons given for volumes without a copy, by volume: in the ledger, and where the run ends before the seal, as they were told. */
export const reasonsFor = (scene: Scene, { incidentId }: Opened): ReadonlyMap<string, string> =>
  new Map([
    ...(scene.remains.through === 'seal'
      ? []
      : eventsOf(scene, incidentId).flatMap(({ kind, subject, reasons }) =>
          kind === 'evidence-missing' && subject !== undefined && reasons.length > 0
            ? [[subject, reasons.join('; ')] as const]
            : [],
        )),
    ...statedMissing(scene.remains, incidentId).map(({ subject, because }) => [subject, because] as const),
  ]);

/** Why a volume's copies are not evidence of it; undefined when one is. */
export const whyWithout = (
  scene: Scene,
  { incidentId, region }: Opened,
  volume: { readonly volumeId: string; readonly content: string },
): string | undefined => {
  const copies = volumeCopies(scene.remains, { volumeId: volume.volumeId, region, incidentId });
  const faults = copies.map(
    (copy) =>
      whyNotInCustody(scene.remains, copy) ??
      (copy.content === volume.content ? undefined : `${copy.snapshotId} holds other bytes`),
  );
  if (faults.some((fault) => fault === undefined)) return undefined;
  return copies.length === 0 ? 'it has no copy in the evidence account' : faults.join(', ');
};

/** DESIGN section 7, 4: every volume has a locked evidence copy or a stated reason. */
export const everyVolumeInCustodyOrReasoned: Invariant = {
  id: 'every-volume-in-custody-or-reasoned',
  judge: (scene) => {
    if (scene.remains.through === 'contain')
      return notJudged('the run was judged through containment; evidence comes after it');
    const volumes = scene.incidents.flatMap((opened) =>
      (opened.suspect?.volumes ?? []).map((volume) => ({ opened, volume })),
    );
    if (volumes.length === 0) return notJudged('no incident has a volume');
    const judged = volumes.map(({ opened, volume }) => ({
      opened,
      volumeId: volume.volumeId,
      without: whyWithout(scene, opened, volume),
    }));
    const wrong = judged.flatMap(({ opened, volumeId, without }) =>
      without === undefined || reasonsFor(scene, opened).has(volumeId)
        ? []
        : [`${volumeId}: ${without}, and no reason is stated`],
    );
    const copied = judged.filter(({ without }) => without === undefined).length;
    return verdictOn(
      wrong,
      `${copied} of ${judged.length} volume(s) have a complete, locked copy of equal content under the evidence key; ${judged.length - copied} have a stated reason`,
    );
  },
};
