import type { DiskWishes } from './disk-kinds.ts';
import type { InstanceFacts } from './facts.ts';
import { costOf } from './hash-steps.ts';
import type { PlanStep } from './steps.ts';
import { nothingToUndo } from './undo.ts';

/** What preserves disks and context: it disturbs nobody, so it waits for nobody. Blocks of the volumes that `hashed` names are hashed. */
export const diskSteps = (
  facts: InstanceFacts,
  hashed: readonly string[] = [],
  wishes: DiskWishes = {},
): PlanStep[] => {
  const imaged = wishes.image === 'wanted' && (facts.state === 'running' || facts.state === 'stopped');
  return [
    {
      kind: 'preserve-context',
      gate: 'automatic' as const,
      id: 'preserve-context',
      because: 'what was true before any change is itself evidence',
      effectOnOthers: 'none',
      undo: nothingToUndo('evidence is never taken back'),
    },
    ...(facts.volumes.length === 0
      ? []
      : [
          {
            kind: 'snapshot-volumes' as const,
            gate: 'automatic' as const,
            id: 'snapshot-volumes',
            volumeIds: facts.volumes.map((volume) => volume.volumeId),
            because: 'all volumes at one instant, before anything else writes to them (aws-facts 3.1)',
            effectOnOthers: 'none: the volumes stay in use',
            undo: nothingToUndo(
              'snapshots of ours go when their evidence copies are locked, or when their own lock has ended',
            ),
          },
        ]),
    ...facts.volumes.map((volume) => ({
      kind: 'secure-volume' as const,
      gate: 'automatic' as const,
      id: `secure-volume:${volume.volumeId}`,
      volumeId: volume.volumeId,
      sizeGiB: volume.sizeGiB,
      encrypted: volume.encrypted,
      ...(volume.kmsKeyArn === undefined ? {} : { kmsKeyArn: volume.kmsKeyArn }),
      ...(volume.isRoot ? { isRoot: true as const } : {}),
      ...(volume.isRoot && imaged ? { image: true as const } : {}),
      ...(wishes.copyWithinMinutes === undefined ? {} : { copyWithinMinutes: wishes.copyWithinMinutes }),
      because: volume.encrypted
        ? 'a locked copy under the evidence key, by way of the transit key where the volume key may not leave the account'
        : 'a locked copy under the evidence key, shared and copied directly',
      ...(hashed.includes(volume.volumeId) ? { hashBlocks: true as const } : {}),
      effectOnOthers: [
        'one of the 20 copies that the evidence account may run at once',
        ...(hashed.includes(volume.volumeId) ? [`then ${costOf([volume.sizeGiB])}`] : []),
        ...(volume.isRoot && imaged
          ? ['an image of the instance, made without a reboot, stays in the account']
          : []),
      ].join('; '),
      undo: nothingToUndo('evidence is never taken back'),
    })),
  ];
};

/** What puts the copies in front of an analyst. */
export const examineSteps = (facts: InstanceFacts): PlanStep[] =>
  facts.volumes.length === 0
    ? []
    : [
        {
          kind: 'launch-forensic-machine',
          gate: 'automatic',
          id: 'launch-forensic-machine',
          because: 'an analyst needs the copies on a machine with no way out',
          effectOnOthers: 'none',
          undo: nothingToUndo('the machine belongs to the forensics account and is ended there'),
        },
      ];
