import { TAGS } from '@cordon/incident';
import type { KeyCaseRow } from '../result.ts';
import { volumeCopies } from './custody.ts';
import { list, text } from './fields.ts';
import { reasonsFor, whyWithout } from './invariants/every-volume-in-custody-or-reasoned.ts';
import type { OurCall } from './our-calls.ts';
import type { Opened, Scene } from './scene.ts';

/** Whether a request makes a copy that is tagged as one of this volume. */
const isCopyOf = ({ call }: OurCall, volumeId: string): boolean =>
  call.operation === 'CopySnapshot' &&
  list(call.input, 'TagSpecifications').some((specification) =>
    list(specification, 'Tags').some(
      (tag) => text(tag, 'Key') === TAGS.sourceVolume && text(tag, 'Value') === volumeId,
    ),
  );

/** Every way that was tried for a volume, in order, as the calls show it: by the keys of the copies in the member, and by grants. */
const waysOf = (scene: Scene, volumeId: string): readonly string[] => {
  const ways = scene.calls.flatMap((one) => {
    const { call, ok, duty } = one;
    if (!ok) return [];
    if (call.operation === 'CreateGrant' && text(call.input, 'Name')?.includes(volumeId) === true)
      return ['grant'];
    if (duty !== 'acquire' || !isCopyOf(one, volumeId)) return [];
    const owner = text(call.input, 'KmsKeyId')?.split(':')[4];
    return [owner === scene.remains.accounts.evidence ? 'transit' : 'member-key'];
  });
  const taken = scene.calls.findIndex((one) => one.ok && one.duty === 'custodian' && isCopyOf(one, volumeId));
  const first = scene.calls.findIndex((one) => one.ok && one.duty === 'acquire' && isCopyOf(one, volumeId));
  const direct = taken >= 0 && (first < 0 || taken < first) && ways[0] !== 'grant';
  return [...(direct ? ['direct'] : []), ...ways];
};

/** What became of every volume of an incident that stands for a case of keys; empty where none does. */
export const keyCaseRows = (scene: Scene, opened: Opened): KeyCaseRow[] =>
  (opened.suspect?.volumes ?? []).flatMap(({ keyCase, ...volume }) => {
    if (keyCase === undefined) return [];
    const { volumeId } = volume;
    const without = whyWithout(scene, opened, volume);
    const reason = reasonsFor(scene, opened).get(volumeId);
    const copies = volumeCopies(scene.remains, { ...opened, volumeId });
    const copy = copies.find(({ state, lock }) => state === 'completed' && lock !== undefined);
    const { incidentId } = opened;
    const told = scene.events.find(
      (event) =>
        event.incidentId === incidentId &&
        event.subject === volumeId &&
        /^evidence-(secured|missing)$/.test(event.kind),
    );
    return [
      {
        name: keyCase.name,
        volumeId,
        ways: [...waysOf(scene, volumeId)],
        ...(without === undefined && copy !== undefined ? { snapshotId: copy.snapshotId } : {}),
        ...(reason === undefined ? {} : { because: reason }),
        ...(told === undefined ? {} : { endedAfterMs: told.at - opened.arrivedAt }),
      },
    ];
  });
