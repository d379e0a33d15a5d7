import { describe, expect, it } from 'vitest';
import { costOf, hashing } from './hash-steps.ts';

const volume = (volumeId: string, sizeGiB: number) => ({
  volumeId,
  sizeGiB,
  deviceName: '/dev/xvda',
  encrypted: false,
  isRoot: false,
});
const facts = { volumes: [volume('vol-1', 8), volume('vol-2', 100)] };
const wanted = { blockHashes: 'automatic' as const };

describe('hashing', () => {
  it('hashes what the policy wants and the deployment lets, and says beforehand what it costs', () => {
    expect(hashing(facts, wanted, { upToGiB: 100 })).toEqual({
      volumeIds: ['vol-1', 'vol-2'],
      reasons: [`the blocks of 2 volume(s) are hashed, of source and copy: ${costOf([8, 100])}`],
    });
    expect(costOf([8, 100])).toMatch(/^at most 442368 calls of GetSnapshotBlock, about \$1\.33 /);
  });

  it('leaves larger volumes out, and says so', () => {
    const { volumeIds, reasons } = hashing(facts, wanted, { upToGiB: 99 });
    expect(volumeIds).toEqual(['vol-1']);
    expect(reasons.at(-1)).toBe(
      'the blocks of vol-2 are not hashed: it has 100 GiB, and `evidence.blockHashes` ends at 99',
    );
  });

  it('hashes nothing where the deployment gave no right, and says so', () => {
    const { volumeIds, reasons } = hashing(facts, wanted, undefined);
    expect(volumeIds).toEqual([]);
    expect(reasons.join()).toMatch(/the deployment has no `evidence.blockHashes`/);
  });

  it('hashes nothing, and says nothing, where the policy does not want it or there is no volume', () => {
    const nothing = { volumeIds: [], reasons: [] };
    expect(hashing(facts, { blockHashes: 'never' }, { upToGiB: 100 })).toEqual(nothing);
    expect(hashing({ volumes: [] }, wanted, { upToGiB: 100 })).toEqual(nothing);
  });
});
