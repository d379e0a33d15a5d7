import { describe, expect, it } from 'vitest';
import { USUAL_PACE } from '../workflow/hashing-pace.ts';
import { costOf, hashing, hashingOfMemory } from './hash-steps.ts';

const volume = (volumeId: string, sizeGiB: number) => ({
  volumeId,
  sizeGiB,
  deviceName: '/dev/xvda',
  encrypted: false,
  isRoot: false,
});
const facts = { volumes: [volume('vol-1', 8), volume('vol-2', 100)] };
const upTo = (upToGiB: number, pace = USUAL_PACE) => ({ upToGiB, fromMember: false, ...pace });
const wanted = { blockHashes: 'automatic' as const };

describe('hashing', () => {
  it('hashes what the policy wants and the deployment lets, and says beforehand what it costs', () => {
    expect(hashing(facts, wanted, upTo(100))).toEqual({
      volumeIds: ['vol-1', 'vol-2'],
      reasons: [
        `the blocks of 2 volume(s) are hashed, of source and copy: ${costOf([8, 100])}; the largest takes 0.3 hour(s) if it is full, and the seal waits 4 at most`,
      ],
    });
    expect(costOf([8, 100])).toMatch(/^at most 442368 calls of GetSnapshotBlock, about \$1\.33 /);
    // 64 TiB of both: 268 million reads, and days of functions.
    expect(costOf([65_536])).toMatch(
      /^at most 268435456 calls .* about \$805\.31 .* and \$67\.11 of functions/,
    );
  });

  it('leaves out what would be read too late, and says how long it takes', () => {
    const large = { volumes: [volume('vol-1', 16_384), volume('vol-2', 100)] };
    const { volumeIds, reasons } = hashing(large, wanted, upTo(65_536));
    expect(volumeIds).toEqual(['vol-2']);
    expect(reasons.at(-1)).toBe(
      'the blocks of vol-1 are not hashed: written full, its 16384 GiB take 46.7 hours with 2 part(s) at once, ' +
        'and `evidence.blockHashes` has the seal wait 4 at most for all disks',
    );
    const patient = hashing(large, wanted, upTo(65_536, { partsAtOnce: 6, hoursAtMost: 48 }));
    expect(patient.volumeIds).toEqual(['vol-1', 'vol-2']);
    expect(patient.reasons.join()).toMatch(
      /the largest takes 15\.6 hour\(s\) if it is full, and the seal waits 48 /,
    );
  });

  it('leaves larger volumes out, and says so', () => {
    const { volumeIds, reasons } = hashing(facts, wanted, upTo(99));
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
    expect(hashing(facts, { blockHashes: 'never' }, upTo(100))).toEqual(nothing);
    expect(hashing({ volumes: [] }, wanted, upTo(100))).toEqual(nothing);
  });
});

describe('hashing of memory', () => {
  const memory = {
    order: 'contain-first' as const,
    reasons: [],
    step: {
      kind: 'capture-memory' as const,
      gate: 'automatic' as const,
      id: 'capture-memory',
      volumeGiB: 19,
      deadlineSeconds: 900,
      tool: { name: 'avml', version: '0.20.0', sha256: 'a'.repeat(64) },
      because: 'it is wanted',
      effectOnOthers: 'none',
      undo: { kind: 'nothing' as const, because: 'none' },
    },
  };

  it('hashes the volume that takes the image, and says beforehand what it costs', () => {
    const { step } = hashingOfMemory(memory, wanted, upTo(19));
    expect(step).toMatchObject({ hashBlocks: true, effectOnOthers: expect.stringContaining(costOf([19])) });
  });

  it('leaves a larger one out, and says so', () => {
    const { step, reasons } = hashingOfMemory(memory, wanted, upTo(18));
    expect(step?.hashBlocks).toBeUndefined();
    expect(reasons.join()).toMatch(/it has 19 GiB, and `evidence.blockHashes` ends at 18/);
  });

  it('changes nothing where the policy does not want it, the deployment gave no right, or there is no capture', () => {
    expect(hashingOfMemory(memory, { blockHashes: 'never' }, upTo(100))).toBe(memory);
    expect(hashingOfMemory(memory, wanted, undefined)).toBe(memory);
    const nothing = { ...memory, step: undefined };
    expect(hashingOfMemory(nothing, wanted, upTo(100))).toBe(nothing);
  });
});
