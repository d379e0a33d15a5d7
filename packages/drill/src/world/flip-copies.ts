import { TAGS, type CordonConfig } from '@cordon/incident';
import { ec2State, flipByte, type Organization } from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';

const EVERY_MS = 1_000;
/** No disk takes longer. */
const FOR_MS = 2 * 86_400_000;

/**
 * Somebody who gets behind AWS flips one byte of the evidence copy of each suspect's first volume, as soon as there is one: no call does it, and
 * nothing but the bytes tells of it.
 */
export const flipCopies = (
  { world, timeline }: Organization,
  { accounts }: CordonConfig,
  suspects: readonly Suspect[],
): void => {
  const endsAt = timeline.now() + FOR_MS;
  for (const { region, volumes } of suspects) {
    const [first] = volumes;
    const again = (): void => {
      const copy = [...world.of(ec2State, accounts.evidence, region).snapshots.values()].find(
        ({ tags }) => tags.get(TAGS.sourceVolume) === first?.volumeId,
      );
      if (copy?.written !== undefined) flipByte(copy, 2, 4_096);
      else if (timeline.now() < endsAt) timeline.at(timeline.now() + EVERY_MS, again);
    };
    timeline.at(timeline.now() + EVERY_MS, again);
  }
};
