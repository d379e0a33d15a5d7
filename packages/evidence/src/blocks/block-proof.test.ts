import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treeOfParts } from './block-manifest.ts';
import { BlockProof, blockProof, whyNoProof } from './block-proof.ts';
import type { BlockRow } from './block-row.ts';
import { partsWith, rowAt, SHAPE, someRows } from './blocks.fixture.ts';

const proofOf = (rows: readonly BlockRow[], index: number): BlockProof => {
  const { proved, ...root } = treeOfParts(SHAPE, partsWith(rows), index);
  if (proved === undefined) throw new Error(`block ${index} is not among the rows`);
  return blockProof(root, proved);
};

describe('whyNoProof', () => {
  it('holds for each block, and for no other block and no other place', () => {
    fc.assert(
      fc.property(someRows({ minLength: 2 }), fc.nat(), (rows, which) => {
        const row = rows[which % rows.length];
        const other = rows[(which + 1) % rows.length];
        if (row === undefined || other === undefined) throw new Error('there are two at least');
        const proof = proofOf(rows, row.index);
        expect(whyNoProof(proof)).toBeUndefined();
        const { index, sha256 } = proofOf(rows, other.index);
        const forged: readonly BlockProof[] = [
          { ...proof, index },
          { ...proof, sha256 },
          { ...proof, index, sha256 },
          { ...proof, lengthBytes: proof.lengthBytes - 1 },
          { ...proof, blocks: proof.blocks + 1 },
          { ...proof, volumeSizeGiB: 21 },
          { ...proof, path: proof.path.slice(1) },
          { ...proof, path: [...proof.path, proof.sha256] },
          { ...proof, root: proof.sha256 },
        ];
        for (const each of forged) expect(whyNoProof(each)).toBeDefined();
      }),
      { numRuns: 50 },
    );
  });

  it('holds for the very bytes of the block alone', () => {
    const data = Buffer.alloc(SHAPE.blockSizeBytes, 7);
    const proof = proofOf([rowAt(3, 'a'), rowAt(9, data), rowAt(40_000, 'b')], 9);
    expect(whyNoProof(proof, data)).toBeUndefined();
    const changed = Buffer.from(data);
    changed[1_000] = 8;
    expect(whyNoProof(proof, changed)).toMatch(/the data has digest/);
    expect(whyNoProof(proof, data.subarray(1))).toMatch(/has 524287 bytes, the block 524288/);
  });

  it('is read strictly: a proof with anything beside it is refused', () => {
    const proof = proofOf([rowAt(3, 'a')], 3);
    expect(BlockProof.safeParse(JSON.parse(JSON.stringify(proof))).success).toBe(true);
    expect(BlockProof.safeParse({ ...proof, note: 'trust me' }).success).toBe(false);
  });
});
