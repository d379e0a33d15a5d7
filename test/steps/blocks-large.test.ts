import { blockPartLabel, exportPaths, proveBlock, verifyExport, whyNoProof } from '@cordon/evidence';
import { decodeSigned, vaultKeys, type CustodyEvent } from '@cordon/evidence';
import { CHILDREN_IN_ROUND } from '@cordon/incident/hashing';
import { STATE_MACHINE_NAME, type CordonConfig } from '@cordon/incident';
import { ec2State, flipByte, statesState, type FaultableCall, type Snapshot } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { vaultVersions } from '../vault-text.ts';
import { allowing } from './allowing.ts';
import { play, type Played, type Stage } from './play.ts';

const allowed = allowing({ blockHashes: 'automatic' });
const HASHING: CordonConfig = {
  ...allowed,
  evidence: {
    ...allowed.evidence,
    sourceLock: 'off',
    blockHashes: { upToGiB: 65_536, fromMember: false, partsAtOnce: 6, hoursAtMost: 96 },
  },
};
const PARTS_IN_STRETCH = 32;

/** The first volume has this size, and a block written here and there: one for every `everyGiB` of it, and its very last. */
const enlarge =
  (sizeGiB: number, everyGiB: number) =>
  ({ ec2, suspect }: Stage): void => {
    const volume = ec2.volumes.get(suspect.volumes[0]?.volumeId ?? '');
    if (volume === undefined) throw new Error('the suspect has a volume');
    const written = Array.from({ length: sizeGiB / everyGiB }, (_, at) => ({
      firstBlock: at * everyGiB * 2_048,
      blocks: 1,
      content: `place ${at}`,
    }));
    const last = { firstBlock: sizeGiB * 2_048 - 1, blocks: 1, content: 'end' };
    ec2.volumes.set(volume.volumeId, { ...volume, sizeGiB, written: [...written, last] });
  };

const largeOf = ({ suspect }: Stage): string => suspect.volumes[0]?.volumeId ?? '';

const vaultOf = ({ organization }: Stage): readonly (readonly [string, Uint8Array])[] =>
  [...vaultVersions(organization, config.accounts.evidence)].flatMap(([key, [newest]]) =>
    newest?.kind === 'object' ? [[key, newest.body] as const] : [],
  );

const ledger = (played: Played): readonly CustodyEvent[] =>
  vaultOf(played)
    .filter(([key]) => /\/custody\/\d+\.json$/.test(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, body]) => decodeSigned(key, body).entry.event);

const exported = (played: Played): Map<string, Uint8Array> => {
  const incident = played.told.find(({ incidentId }) => incidentId)?.incidentId ?? '';
  const prefix = vaultKeys.prefix(incident);
  return new Map(
    vaultOf(played)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, body]): [string, Uint8Array] => [key.slice(prefix.length), body]),
  );
};

const problemsOf = (files: ReadonlyMap<string, Uint8Array>): readonly string[] =>
  verifyExport(files, {})
    .problems.map(({ file }) => file)
    .filter((file) => file !== exportPaths.publicKey);

/** How often each block of the large volume's snapshots was read. */
const timesRead = (played: Played, snapshotIds: readonly string[]): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const { input } of played.callsOf('GetSnapshotBlock')) {
    const { SnapshotId = '', BlockIndex } = Object(input);
    if (!snapshotIds.includes(SnapshotId)) continue;
    const name = `${SnapshotId} ${BlockIndex}`;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return times;
};

const copyOf = ({ organization, suspect, ...stage }: Stage): Snapshot | undefined =>
  [...organization.world.of(ec2State, config.accounts.evidence, suspect.region).snapshots.values()].find(
    ({ tags }) => tags.get('cordon:source-volume') === largeOf({ organization, suspect, ...stage }),
  );

describe('the blocks of a volume of 16 TiB that holds little', () => {
  const SIZE_GIB = 16_384;
  const PARTS = SIZE_GIB / 16;
  const EVERY_GIB = 128;
  const WRITTEN = SIZE_GIB / EVERY_GIB + 1;

  it('are shown to be the original by few calls, in a ledger that is no longer for it, and are proved', async () => {
    const played = await play({ config: HASHING, furnish: enlarge(SIZE_GIB, EVERY_GIB) });

    expect(played.kinds).toContain('incident-sealed');
    expect(played.kinds).not.toContain('evidence-missing');
    const events = ledger(played);
    const equal = events.filter((event) => event.kind === 'blocks-equal');
    const [large] = equal.filter(({ sourceVolumeId }) => sourceVolumeId === largeOf(played));
    expect(equal).toHaveLength(3);
    expect(large?.blocks).toBe(WRITTEN);
    // Each written block is read once of each snapshot, and what holds nothing is listed along with what does.
    const ids = [large?.sourceSnapshotId ?? '', large?.snapshotId ?? ''];
    const reads = timesRead(played, ids);
    expect(reads.size).toBe(2 * WRITTEN);
    expect(new Set(reads.values())).toEqual(new Set([1]));
    const runs = [
      ...(played.organization.world
        .of(statesState, config.accounts.security, config.homeRegion)
        .machines.get(STATE_MACHINE_NAME)
        ?.mapRuns.values() ?? []),
    ];
    const children = runs.map((run) => run.children.size);
    expect(Math.max(...children)).toBe(CHILDREN_IN_ROUND);
    // The parts are not entries each, but in the stretches that are.
    const stretches = events.flatMap((event) =>
      event.kind === 'object-deposited' && event.label.startsWith(`block-stretches/${largeOf(played)}/`)
        ? [event.label]
        : [],
    );
    expect(stretches).toHaveLength(PARTS / PARTS_IN_STRETCH);
    expect(events.length).toBeLessThan(150);
    expect(played.organization.executions()[0]?.status).toBe('SUCCEEDED');

    const files = exported(played);
    expect(problemsOf(files)).toEqual([]);
    const index = EVERY_GIB * 2_048 * 7;
    const proved = proveBlock(files, { volumeId: largeOf(played), of: 'copy', index });
    if (proved.status !== 'proved') throw new Error(`block ${index} is ${proved.status}`);
    expect(whyNoProof(proved.proof)).toBeUndefined();
    findsWhatWasDone(files, { volumeId: largeOf(played), snapshotId: large?.snapshotId ?? '' });
  });

  const findsWhatWasDone = (
    files: ReadonlyMap<string, Uint8Array>,
    of: { readonly volumeId: string; readonly snapshotId: string },
  ): void => {
    const pathOf = (part: number): string => exportPaths.object(blockPartLabel({ ...of, reading: 1 }, part));
    const at = pathOf((EVERY_GIB * 7) / 16);
    const flipped = Buffer.from(files.get(at) ?? '');
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    expect(problemsOf(new Map([...files, [at, flipped]]))).toContain(at);
    // A part without a block says that there is none.
    const without = new Map(files);
    without.delete(pathOf(1));
    expect(problemsOf(without)).toContain(pathOf(1));
    const strange = pathOf(PARTS);
    expect(problemsOf(new Map([...files, [strange, flipped]]))).toEqual([strange]);
  };
});

describe('a disk of which one part holds much', () => {
  const partsListed = (played: Played, snapshotId: string): readonly number[] =>
    played.callsOf('ListSnapshotBlocks').flatMap(({ input }) => {
      const { SnapshotId, StartingBlockIndex } = Object(input);
      return SnapshotId === snapshotId && StartingBlockIndex !== undefined
        ? [StartingBlockIndex / 32_768]
        : [];
    });

  it('has the parts behind it hashed in the next round, and waits for a recorder that is away', async () => {
    let asked = 0;
    const played = await play({
      config: HASHING,
      // 65 parts: two for each child.
      furnish: (stage) => {
        enlarge(1_040, 16)(stage);
        const volume = stage.ec2.volumes.get(largeOf(stage));
        if (volume === undefined) throw new Error('the suspect has a volume');
        const much = { firstBlock: 8, blocks: 2_050, content: 'much' };
        stage.ec2.volumes.set(volume.volumeId, { ...volume, written: [...(volume.written ?? []), much] });
      },
      // The vault cannot be listed for a while, longer than any retry takes.
      faults: ({ operation, input, caller }) =>
        operation === 'ListObjectsV2' &&
        caller.includes('cordon-recorder') &&
        String(Object(input).Prefix).includes('/objects/blocks/') &&
        (asked += 1) <= 60
          ? { kind: 'server-error' }
          : undefined,
    });

    expect(asked).toBeGreaterThan(60);
    expect(ledger(played).filter(({ kind }) => kind === 'blocks-equal')).toHaveLength(3);
    expect(played.kinds).not.toContain('evidence-missing');
    expect(played.kinds).toContain('incident-sealed');
    const listed = partsListed(played, copyOf(played)?.snapshotId ?? '');
    const even = Array.from({ length: 33 }, (_, at) => 2 * at);
    expect(listed.toSorted((a, b) => a - b)).toEqual([...even, 1].toSorted((a, b) => a - b));
    expect(listed.at(-1)).toBe(1);
  });
});

describe('the blocks of a volume of 4 TiB', () => {
  const FLIPPED = 1_024 * 2_048;
  const flippedSnapshots = new WeakSet<Snapshot>();
  const flipOnce = ({ service }: FaultableCall, stage: Stage): void => {
    const copy = service === 'ebs' ? copyOf(stage) : undefined;
    if (copy === undefined || flippedSnapshots.has(copy)) return;
    flippedSnapshots.add(copy);
    flipByte(copy, FLIPPED, 77);
  };

  it('of which one byte is flipped are found, though the recorder fails half way, and answers are lost, while it builds the roots', async () => {
    let built = 0;
    let fetched = 0;
    const played = await play({
      config: HASHING,
      furnish: enlarge(4_096, 256),
      meanwhile: flipOnce,
      faults: ({ operation, input, caller }) => {
        const key = caller.includes('cordon-recorder') ? String(Object(input).Key) : '';
        // Every third write of a stretch takes effect, and its answer is lost.
        if (operation === 'PutObject' && key.includes('/block-stretches/') && (built += 1) % 3 === 0)
          return { kind: 'lost-reply' };
        // For a while no part can be fetched: the recorder gives up in the middle of a stretch, and is asked again.
        if (operation !== 'GetObject' || !key.includes('/objects/blocks/')) return undefined;
        fetched += 1;
        return fetched > 300 && fetched <= 340 ? { kind: 'server-error' } : undefined;
      },
    });

    const events = ledger(played);
    // Eight stretches, of two readings.
    expect(built).toBeGreaterThanOrEqual(16);
    expect(fetched).toBeGreaterThan(2 * 2 * 256);
    expect(events.filter(({ kind }) => kind === 'blocks-tampered')).toMatchObject([
      {
        sourceVolumeId: largeOf(played),
        because: expect.stringMatching(/^1 block\(s\) differ .* 16 agree: first at 2097152;/),
      },
    ]);
    expect(events.filter(({ kind }) => kind === 'blocks-equal')).toHaveLength(2);
    expect(played.reasonsOf('needs-a-person')).toMatch(/the evidence copy of vol-\w+ is not the original/);
    expect(problemsOf(exported(played))).toEqual([]);
  });
});
