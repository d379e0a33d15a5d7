import { TAGS } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import { ledgerEvents, volumeCopies } from '../custody.ts';
import { text } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf } from '../our-calls.ts';
import type { Opened, Scene } from '../scene.ts';

/** The kinds of entries that say how source and copy compare. */
const LAST_WORDS = ['blocks-equal', 'blocks-not-shown', 'blocks-tampered'] as const;

/** Snapshots that were read block by block, with the last call on each. */
const lastReads = ({ calls }: Scene): ReadonlyMap<string, number> =>
  new Map(
    calls.flatMap(({ call, ok }) => {
      const id = text(call.input, 'SnapshotId');
      return ok && call.service === 'ebs' && id !== undefined ? [[id, call.index] as const] : [];
    }),
  );

/** A copy with a byte that was flipped says something else than its source, and no other copy does. */
const isFlipped = (scene: Scene, { region }: Opened, volumeId: string): boolean =>
  volumeCopies(scene.remains, { volumeId, region }).some(({ written = [] }) =>
    written.some(({ flippedByte }) => flippedByte !== undefined),
  );

const wrongWords = (scene: Scene, opened: Opened): readonly string[] =>
  ledgerEvents(scene.remains, opened.incidentId).flatMap((event) => {
    if (event.kind !== 'blocks-equal' && event.kind !== 'blocks-tampered') return [];
    const { sourceVolumeId, snapshotId } = event;
    const flipped = isFlipped(scene, opened, sourceVolumeId);
    return flipped === (event.kind === 'blocks-tampered')
      ? []
      : [
          `${snapshotId} of ${sourceVolumeId} is said to be ${event.kind}, and it is ${flipped ? '' : 'not '}tampered with`,
        ];
  });

/** Copies that were read, and of which the ledger says nothing at the end. */
const unsaid = (scene: Scene, opened: Opened, reads: ReadonlyMap<string, number>): readonly string[] => {
  if (scene.remains.through !== 'seal') return [];
  const said = new Set(
    ledgerEvents(scene.remains, opened.incidentId).flatMap((event) =>
      LAST_WORDS.some((kind) => kind === event.kind) && 'sourceVolumeId' in event
        ? [event.sourceVolumeId]
        : [],
    ),
  );
  const { accounts, organization } = scene.remains;
  return [...organization.world.of(ec2State, accounts.evidence, opened.region).snapshots.values()]
    .filter(({ snapshotId, tags }) => reads.has(snapshotId) && tags.get(TAGS.incident) === opened.incidentId)
    .flatMap(({ snapshotId, tags }) => {
      const volumeId = tags.get(TAGS.sourceVolume) ?? '';
      return said.has(volumeId)
        ? []
        : [`${snapshotId} of ${volumeId} was read block by block, and the ledger says nothing`];
    });
};

/** What was taken away while it was still read. */
const goneTooSoon = ({ calls }: Scene, reads: ReadonlyMap<string, number>): readonly string[] =>
  calls.flatMap((one) => {
    const { call, ok } = one;
    const id = text(call.input, 'SnapshotId') ?? '';
    const isGone =
      call.operation === 'DeleteSnapshot' ||
      (call.operation === 'ModifySnapshotAttribute' && text(call.input, 'OperationType') === 'remove');
    return ok && isGone && call.index < (reads.get(id) ?? -1)
      ? [`${nameOf(one)} takes ${id} away, whose blocks were still read afterwards`]
      : [];
  });

/**
 * What the ledger says of blocks is so: equal where no byte was changed, tampered where one was; what was read block by block is spoken of; and
 * what was shared stays until it was read.
 */
export const blocksSayTrue: Invariant = {
  id: 'blocks-say-true',
  judge: (scene) => {
    const reads = lastReads(scene);
    if (reads.size === 0) return notJudged('no block of a snapshot was read');
    const wrong = scene.incidents.flatMap((opened) => [
      ...wrongWords(scene, opened),
      ...unsaid(scene, opened, reads),
    ]);
    // A request of the recorder that was repeated is told twice.
    const volumesOf = (kinds: readonly string[]): number =>
      new Set(
        scene.incidents
          .flatMap(({ incidentId }) => ledgerEvents(scene.remains, incidentId))
          .flatMap((event) =>
            kinds.includes(event.kind) && 'sourceVolumeId' in event ? [event.sourceVolumeId] : [],
          ),
      ).size;
    return verdictOn(
      [...wrong, ...goneTooSoon(scene, reads)],
      `${reads.size} snapshot(s) were read block by block, and what is said of ${volumesOf(LAST_WORDS)} copies is so: ${volumesOf(['blocks-equal'])} are shown to be the original`,
    );
  },
};
