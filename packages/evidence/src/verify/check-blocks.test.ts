import { describe, expect, it } from 'vitest';
import { blockPartLabel } from '../blocks/block-manifest.ts';
import { treeOfParts } from '../blocks/block-manifest.ts';
import { partsWith, rowAt, SHAPE } from '../blocks/blocks.fixture.ts';
import type { CustodyEvent } from '../custody-event.ts';
import { Sha256 } from '../sha256.ts';
import { exportPaths } from '../vault-keys.ts';
import { checkBlocks } from './check-blocks.ts';
import { loadExport } from './load-export.ts';
import { encode, ledgerOf, opened, testSigner } from './sealed-export.fixture.ts';

const signer = testSigner();
const rows = [rowAt(0, 'a'), rowAt(3, 'b'), rowAt(40_000, 'c')];
const { root, blocks } = treeOfParts(SHAPE, partsWith(rows));
const sourceVolumeId = 'vol-0123456789abcdef0';
const [source, copy] = ['snap-0aaaaaaaaaaaaaaaa', 'snap-0bbbbbbbbbbbbbbbb'] as const;
const hashed = (of: 'source' | 'copy', stated = root): CustodyEvent => ({
  kind: 'blocks-hashed',
  region: 'eu-central-1',
  sourceVolumeId,
  of,
  reading: 1,
  snapshotId: of === 'source' ? source : copy,
  ...SHAPE,
  blocks,
  root: stated,
});
const equal: CustodyEvent = {
  kind: 'blocks-equal',
  region: 'eu-central-1',
  sourceVolumeId,
  sourceSnapshotId: source,
  snapshotId: copy,
  blocks,
  root,
};
const label = (of: 'source' | 'copy', part: number): string =>
  exportPaths.object(
    blockPartLabel(
      { volumeId: sourceVolumeId, snapshotId: of === 'source' ? source : copy, reading: 1 },
      part,
    ),
  );

const exported = (events: readonly CustodyEvent[]): Map<string, Uint8Array> =>
  new Map([
    ...ledgerOf([opened, ...events], signer).map((signed): [string, Uint8Array] => [
      exportPaths.entry(signed.entry.sequence),
      encode(signed),
    ]),
    ...(['source', 'copy'] as const).flatMap((of) =>
      partsWith(rows).map((bytes, part): [string, Uint8Array] => [label(of, part), bytes]),
    ),
  ]);
const check = (files: Map<string, Uint8Array>) => checkBlocks(loadExport(files));
const good = [hashed('source'), hashed('copy'), equal];

describe('checkBlocks', () => {
  it('finds nothing wrong with manifests that give the stated roots', () => {
    expect(check(exported(good))).toEqual({ manifests: 2, problems: [] });
  });

  it('finds one flipped byte in a part', () => {
    const files = exported(good);
    const part = Buffer.from(files.get(label('copy', 1)) ?? '');
    part[part.length - 1] = (part.at(-1) ?? 0) ^ 1;
    files.set(label('copy', 1), part);
    const { problems } = check(files);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'custody/000003.json' });
    expect(problems[0]?.problem).toMatch(/the manifest gives [0-9a-f]{64} over 3/);
  });

  it('finds a part that is missing, and one that is no part', () => {
    const without = exported(good);
    without.delete(label('source', 1));
    expect(check(without).problems).toMatchObject([{ file: label('source', 1) }]);
    const strange = exported(good);
    strange.set(label('source', 0), Buffer.from('no part'));
    expect(check(strange).problems[0]?.problem).toMatch(/does not begin with CRDNBLK1/);
  });

  it.each([
    ['without the source', [hashed('copy'), equal]],
    ['over another root', [...good.slice(0, 2), { ...equal, root: Sha256.parse('0'.repeat(64)) }]],
    ['of another snapshot', [...good.slice(0, 2), { ...equal, snapshotId: 'snap-0cccccccccccccccc' }]],
  ])('does not take a statement of equality %s', (_, events) => {
    expect(check(exported(events)).problems.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/no two manifests of this ledger have that root/),
    ]);
  });
});
