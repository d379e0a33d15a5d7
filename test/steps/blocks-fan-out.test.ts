import { vaultKeys } from '@cordon/evidence';
import { functionName, hashBlocksOutput, STATE_MACHINE_NAME, vaultBucketName } from '@cordon/incident';
import { USUAL_PACE } from '@cordon/incident/hashing';
import { s3State, statesState, type MapRun } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { allowing } from './allowing.ts';
import { play, type Played, type Stage } from './play.ts';

const allowed = allowing({ blockHashes: 'automatic' });
const HASHING = {
  ...allowed,
  evidence: {
    ...allowed.evidence,
    sourceLock: 'off',
    blockHashes: { upToGiB: 256, fromMember: false, ...USUAL_PACE },
  },
} as const;
const SIZE_GIB = 256;
const PARTS = SIZE_GIB / 16;
const BLOCKS_IN_PART = 32_768;
const PART_NAME = /\/objects\/blocks\/(vol-\w+)\/(snap-\w+)\/1-(\d+)$/;

/** The first volume is large, with something written in each of its parts. */
const enlarge = ({ ec2, suspect }: Stage): void => {
  const volume = ec2.volumes.get(suspect.volumes[0]?.volumeId ?? '');
  if (volume === undefined) throw new Error('the suspect has a volume');
  ec2.volumes.set(volume.volumeId, {
    ...volume,
    sizeGiB: SIZE_GIB,
    written: Array.from({ length: PARTS }, (_, part) => ({
      firstBlock: part * BLOCKS_IN_PART,
      blocks: 2,
      content: `part ${part}`,
    })),
  });
};

const mapRuns = ({ organization }: Stage): readonly MapRun[] => [
  ...(organization.world
    .of(statesState, config.accounts.security, config.homeRegion)
    .machines.get(STATE_MACHINE_NAME)
    ?.mapRuns.values() ?? []),
];

const ofParts = (stage: Stage): readonly MapRun[] =>
  mapRuns(stage).filter(({ children }) =>
    [...children.values()].some(({ input }) => 'part' in JSON.parse(input)),
  );

/** The most that ran at one time. */
const sideBySide = ({ children }: MapRun): number => {
  const all = [...children.values()];
  return Math.max(
    ...all.map(
      ({ startedAt }) =>
        all.filter((one) => one.startedAt <= startedAt && (one.stoppedAt ?? Infinity) > startedAt).length,
    ),
  );
};

/** How often each part of each snapshot was listed: the hasher begins with that. */
const readsOf = ({ calls }: Pick<Played, 'calls'>): ReadonlyMap<string, number> => {
  const reads = new Map<string, number>();
  for (const { operation, input } of calls) {
    if (operation !== 'ListSnapshotBlocks') continue;
    const { SnapshotId = '', StartingBlockIndex } = Object(input);
    // A later page.
    if (StartingBlockIndex === undefined) continue;
    const part = `${SnapshotId} ${StartingBlockIndex / BLOCKS_IN_PART}`;
    reads.set(part, (reads.get(part) ?? 0) + 1);
  }
  return reads;
};

/** How many parts the snapshots of all disks have, of source and copy. */
const partsOf = ({ ec2, suspect }: Stage): number =>
  2 *
  suspect.volumes.reduce(
    (sum, { volumeId }) => sum + Math.ceil((ec2.volumes.get(volumeId)?.sizeGiB ?? 0) / 16),
    0,
  );

/** The parts that lie in the vault, as `snapshot part`. */
const written = ({ organization }: Stage): readonly string[] =>
  [
    ...(organization.world.of(s3State, '', '').buckets.get(vaultBucketName(config.accounts.evidence))
      ?.versions ?? []),
  ].flatMap(([key]) => {
    const [, , snapshot, part] = PART_NAME.exec(key) ?? [];
    return key.startsWith(vaultKeys.prefix('inc-').slice(0, -1)) && snapshot !== undefined
      ? [`${snapshot} ${Number(part)}`]
      : [];
  });

/** Acts once, when the hasher is about to begin with this many parts, of any snapshot. */
const afterLists = (lists: number, act: (stage: Stage) => void) => {
  let begun = 0;
  return ({ operation }: { readonly operation: string }, stage: Stage): void => {
    if (operation !== 'ListSnapshotBlocks') return;
    begun += 1;
    if (begun === lists) act(stage);
  };
};

describe('the parts of a large volume', () => {
  it('are hashed side by side, each once, in executions of their own', async () => {
    const played = await play({ config: HASHING, furnish: enlarge });

    expect(played.kinds).toContain('incident-sealed');
    expect(played.kinds).not.toContain('evidence-missing');
    const runs = ofParts(played);
    const [largest] = runs.toSorted((a, b) => b.children.size - a.children.size);
    expect(largest?.children.size).toBe(PARTS);
    if (largest === undefined) throw new Error('there is a run of parts');
    // As many of each snapshot as before: two at a time, so that the rate stays within what AWS gives.
    expect(sideBySide(largest)).toBe(2);
    expect(readsOf(played).size).toBe(partsOf(played));
    expect(new Set(readsOf(played).values())).toEqual(new Set([1]));
    // Nothing of it is in the history of the incident's own execution.
    const [execution] = played.organization.executions();
    expect(execution?.history.some(({ stateName }) => stateName === 'HashPart')).toBe(false);
    expect(execution?.status).toBe('SUCCEEDED');
  });

  it('that were written are not read again when a run of them ended half way', async () => {
    const there: string[] = [];
    const stopOne = ({ organization, ...stage }: Stage): void => {
      const [child] = ofParts({ organization, ...stage })
        .filter(({ call }) => call.items === PARTS)
        .flatMap(({ children }) => [...children.values()].filter(({ status }) => status === 'RUNNING'));
      child?.stop.abort({ cause: 'somebody stopped it' });
      there.push(...written({ organization, ...stage }));
    };
    const played = await play({ config: HASHING, furnish: enlarge, meanwhile: afterLists(40, stopOne) });

    expect(ofParts(played).filter(({ status }) => status === 'FAILED')).toHaveLength(1);
    // What was on its way when its run ended may be read twice; what lay in the vault is not.
    const again = [...readsOf(played)].filter(([, times]) => times > 1).map(([name]) => name);
    expect(there.length).toBeGreaterThan(8);
    expect(again.filter((name) => there.includes(name))).toEqual([]);
    expect(readsOf(played).size).toBe(partsOf(played));
    expect(played.kinds).not.toContain('evidence-missing');
    expect(played.kinds).toContain('incident-sealed');
  });

  it('are what is missing in the vault, for whoever goes on after the execution was ended', async () => {
    const seen: { left?: readonly string[]; named?: readonly string[] } = {};
    const endAll = (stage: Stage): void => {
      const [execution] = stage.organization.executions();
      const [largest] = mapRuns(stage).flatMap(({ children }) =>
        [...children.values()].filter(({ input }) => /"disk":\{[^}]*"sizeGiB":256/.test(input)),
      );
      execution?.stop.abort({ cause: 'somebody stopped it' });
      const { timeline, host } = stage.organization;
      const { disk } = JSON.parse(largest?.input ?? '{}');
      const arn = `arn:aws:lambda:${config.homeRegion}:${config.accounts.security}:function:${functionName('hash-blocks')}`;
      // What a redriven execution begins with: the state that is not done, with the input that it had.
      timeline.at(timeline.now() + 1_800_000, () => {
        const there = new Set(written(stage));
        const all = [disk.handedSnapshotId, disk.evidenceSnapshotId].flatMap((snapshot: string) =>
          Array.from({ length: PARTS }, (_, part) => `${snapshot} ${part}`),
        );
        seen.left = all.filter((name) => !there.has(name)).toSorted();
        host
          .invokeFunction(arn, largest?.input ?? '')
          .then(({ payload }) => {
            const answer = hashBlocksOutput.parse(JSON.parse(payload));
            if (!('parts' in answer)) throw new Error(`parts are wanted, got ${payload}`);
            seen.named = answer.parts
              .flatMap(({ part, of }) =>
                of.map(
                  (side) => `${side === 'source' ? disk.handedSnapshotId : disk.evidenceSnapshotId} ${part}`,
                ),
              )
              .toSorted();
          })
          .catch((error: unknown) => timeline.fail(error));
      });
    };
    const played = await play({ config: HASHING, furnish: enlarge, meanwhile: afterLists(40, endAll) });

    expect(played.organization.executions()[0]?.status).toBe('ABORTED');
    expect(mapRuns(played).every(({ status }) => status !== 'RUNNING')).toBe(true);
    expect(seen.left?.length).toBeGreaterThan(0);
    expect(seen.left?.length).toBeLessThan(2 * PARTS - 4);
    expect(seen.named).toEqual(seen.left);
  });
});
