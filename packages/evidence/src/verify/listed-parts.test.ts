import { describe, expect, it } from 'vitest';
import { blockPartLabel, treeOfParts } from '../blocks/block-manifest.ts';
import { encodeStretch, stretchLabel, type BlockStretch } from '../blocks/block-stretch.ts';
import { blockTree } from '../blocks/block-tree.ts';
import { partsWith, rowAt, SHAPE } from '../blocks/blocks.fixture.ts';
import { compareBlocks } from '../blocks/compare-blocks.ts';
import type { CustodyEvent } from '../custody-event.ts';
import { objectName } from '../keeping/build-certificate.ts';
import { sha256Hex, type Sha256 } from '../sha256.ts';
import { exportPaths, vaultKeys } from '../vault-keys.ts';
import { checkBlocks } from './check-blocks.ts';
import { checkEvidence } from './check-evidence.ts';
import { loadExport } from './load-export.ts';
import { encode, ledgerOf, opened, testSigner } from './sealed-export.fixture.ts';

const LEDGER = 'inc-1';
const reading = { volumeId: 'vol-0123456789abcdef0', snapshotId: 'snap-0bbbbbbbbbbbbbbbb', reading: 1 };
const rows = [rowAt(0, 'a'), rowAt(3, 'b'), rowAt(40_000, 'c')];
const parts = partsWith(rows);
const lock = { mode: 'GOVERNANCE' as const, until: '2027-02-19T03:00:00Z' };
const tree = blockTree(SHAPE);
for (const row of rows) tree.add(row);

const stretch: BlockStretch = {
  schemaVersion: 1,
  kind: 'block-stretch',
  volumeId: reading.volumeId,
  reading: 1,
  ...SHAPE,
  stretch: 0,
  copy: {
    snapshotId: reading.snapshotId,
    parts: parts.map((bytes) => ({
      versionId: 'v-1',
      sha256: sha256Hex(bytes),
      sizeBytes: bytes.length,
      lock,
    })),
    tree: tree.state(),
  },
  comparison: compareBlocks().end(),
};
const label = stretchLabel({ ...reading, sides: 'copy' }, 0);
const STRETCH = exportPaths.object(label);
const pathOf = (part: number): string => exportPaths.object(blockPartLabel(reading, part));

/** An export in which the stretch is an object of the ledger, and its parts are entries nowhere. */
const exported = (bytes: Uint8Array = encodeStretch(stretch)): Map<string, Uint8Array> => {
  const { root, blocks } = treeOfParts(SHAPE, parts);
  const events: readonly CustodyEvent[] = [
    opened,
    {
      kind: 'object-deposited',
      key: vaultKeys.object(LEDGER, label),
      versionId: 'v-1',
      sha256: sha256Hex(bytes),
      sizeBytes: bytes.length,
      retainUntil: lock.until,
      mode: lock.mode,
      label,
    },
    {
      kind: 'blocks-hashed',
      region: 'eu-central-1',
      sourceVolumeId: reading.volumeId,
      of: 'copy',
      reading: 1,
      snapshotId: reading.snapshotId,
      ...SHAPE,
      blocks,
      root,
    },
  ];
  return new Map([
    ...ledgerOf(events, testSigner(), LEDGER).map((signed): [string, Uint8Array] => [
      exportPaths.entry(signed.entry.sequence),
      encode(signed),
    ]),
    [STRETCH, bytes],
    ...parts.map((part, number): [string, Uint8Array] => [pathOf(number), part]),
  ]);
};
const check = (files: Map<string, Uint8Array>, destroyed?: ReadonlyMap<string, Sha256>) =>
  checkEvidence(loadExport(files), destroyed);

describe('parts that a stretch lists', () => {
  it('are objects of the ledger as if an entry named each', () => {
    expect(check(exported())).toEqual({ objects: 3, snapshots: 0, problems: [] });
    expect(checkBlocks(loadExport(exported()))).toEqual({ manifests: 1, problems: [] });
  });

  it('are held against their digests, each by itself', () => {
    const files = exported();
    const flipped = Buffer.from(files.get(pathOf(1)) ?? '');
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    files.set(pathOf(1), flipped);
    expect(check(files).problems).toMatchObject([
      { file: pathOf(1), problem: expect.stringMatching(/changed/) },
    ]);
    files.delete(pathOf(1));
    expect(check(files).problems).toMatchObject([
      {
        file: pathOf(1),
        hint: expect.stringContaining(
          `version v-1 of incidents/inc-1/objects/blocks/${reading.volumeId}/${reading.snapshotId}/1-00001`,
        ),
      },
    ]);
  });

  it('are the only ones: another part is not evidence', () => {
    const files = exported();
    files.set(pathOf(2), parts[1] ?? Buffer.alloc(0));
    expect(check(files).problems).toMatchObject([
      { file: pathOf(2), problem: 'the manifest lists no such object' },
    ]);
  });

  it('are not believed where the stretch was changed', () => {
    const files = exported();
    files.set(STRETCH, encodeStretch({ ...stretch, reading: 2 }));
    expect(
      check(files)
        .problems.map(({ file }) => file)
        .toSorted(),
    ).toEqual([STRETCH, pathOf(0), pathOf(1)].toSorted());
  });

  it('are none where what an entry names is no stretch', () => {
    const { problems } = check(exported(Buffer.from('{}')));
    expect(problems[0]).toMatchObject({ file: STRETCH, hint: expect.stringMatching(/wrote no such thing/) });
  });

  it('may be missing where a certificate says that these very ones were destroyed', () => {
    const files = exported();
    for (const number of parts.keys()) files.delete(pathOf(number));
    const destroyed = new Map(
      parts.map((bytes, number) => {
        const key = vaultKeys.object(LEDGER, blockPartLabel(reading, number));
        return [objectName({ key, versionId: 'v-1' }), sha256Hex(bytes)] as const;
      }),
    );
    expect(check(files, destroyed).problems).toEqual([]);
    expect(check(files).problems).toHaveLength(2);
  });
});
