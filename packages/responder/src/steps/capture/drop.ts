import { beginCapturing, type CaptureOutput, type DropInput, type StepOutcome } from '@cordon/incident';
import { instant, type Services } from '../../services.ts';
import { deleteVolume, volumesOfCapture } from './volume.ts';
import { captureWork } from './work.ts';

/** Deletes the volumes whose copies are in custody; one whose copy is not stays, for it is all there is of that memory. */
export const drop = async (
  { drop: { incident, disks } }: DropInput,
  services: Services,
): Promise<CaptureOutput> => {
  const made = await volumesOfCapture(await captureWork(incident, services, { volumeIds: [] }));
  const ids = made.flatMap(({ VolumeId }) => VolumeId ?? []);
  if (ids.length === 0) return dropped([], services);
  const work = await captureWork(incident, services, { volumeIds: ids });
  const held = new Set(disks.filter(({ phase }) => phase === 'secured').map(({ volumeId }) => volumeId));
  const outcomes: StepOutcome[] = [];
  for (const { VolumeId, State, Attachments = [] } of made) {
    if (VolumeId === undefined) continue;
    const failed = disks.some(({ volumeId }) => volumeId === VolumeId) && !held.has(VolumeId);
    if (State !== 'available' || Attachments.length > 0 || failed)
      outcomes.push({
        id: 'capture-memory',
        status: 'refused',
        detail: failed
          ? `${VolumeId} is kept: its copy did not come into custody`
          : `${VolumeId} is ${State ?? 'gone'} still: take it away by hand`,
        at: instant(services),
      });
    else await deleteVolume(work, VolumeId);
  }
  return dropped(outcomes, services);
};

const dropped = (outcomes: StepOutcome[], services: Services): CaptureOutput => ({
  status: 'done',
  outcomes,
  capturing: { ...beginCapturing(instant(services)), phase: 'ended' },
  recheckAfterSeconds: 0,
});
