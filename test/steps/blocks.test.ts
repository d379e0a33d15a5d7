import { exportPaths, proveBlock, verifyExport, whyNoProof } from '@cordon/evidence';
import { decodeSigned, vaultKeys, type CustodyEvent } from '@cordon/evidence';
import { type CordonConfig } from '@cordon/incident';
import { USUAL_PACE } from '@cordon/incident/hashing';
import { ec2State, flipByte, type Snapshot } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { vaultVersions } from '../vault-text.ts';
import { allowing } from './allowing.ts';
import { play, type Played, type Stage } from './play.ts';

/** Sources are not locked, so that it is seen when they are taken away. */
const unlocked = (set: object): CordonConfig => {
  const allowed = allowing(set);
  return { ...allowed, evidence: { ...allowed.evidence, sourceLock: 'off' } };
};
const HASHING = { config: unlocked({ blockHashes: 'automatic' }) } as const;

const vaultOf = ({ organization }: Stage): readonly (readonly [string, Uint8Array])[] =>
  [...vaultVersions(organization, config.accounts.evidence)].flatMap(([key, [newest]]) =>
    newest?.kind === 'object' ? [[key, newest.body] as const] : [],
  );

const incidentOf = (played: Played): string =>
  played.told.find(({ incidentId }) => incidentId)?.incidentId ?? '';

const ledger = (played: Played): readonly CustodyEvent[] =>
  vaultOf(played)
    .filter(([key]) => /\/custody\/\d+\.json$/.test(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, body]) => decodeSigned(key, body).entry.event);

const saying = <Kind extends CustodyEvent['kind']>(
  played: Played,
  kind: Kind,
): readonly Extract<CustodyEvent, { kind: Kind }>[] =>
  ledger(played).filter((event): event is Extract<CustodyEvent, { kind: Kind }> => event.kind === kind);

const copiesOf = ({ organization, suspect }: Stage): readonly Snapshot[] => [
  ...organization.world.of(ec2State, config.accounts.evidence, suspect.region).snapshots.values(),
];

/** The volume that a capture wrote to. */
const madeForMemory = (played: Played): string => {
  const [made] = played.callsOf('CreateVolume', 'cordon-capture');
  return /vol-[0-9a-f]+/.exec(JSON.stringify(made?.output))?.[0] ?? '';
};

const readsOf = (played: Played) => played.calls.filter(({ service }) => service === 'ebs');

describe('hashing the blocks of evidence', () => {
  it('shows that each copy is the original, by equal roots in the ledger, and cleans up only then', async () => {
    const played = await play(HASHING);

    const volumes = played.suspect.volumes.map(({ volumeId }) => volumeId).toSorted();
    const equal = saying(played, 'blocks-equal');
    expect(equal.map(({ sourceVolumeId }) => sourceVolumeId).toSorted()).toEqual(volumes);
    expect(saying(played, 'blocks-hashed')).toHaveLength(6);
    expect(equal.every(({ blocks }) => blocks === 15)).toBe(true);
    expect(played.kinds).toContain('incident-sealed');
    expect(played.kinds).not.toContain('evidence-missing');
    // Nothing of ours is left in the member.
    expect([...played.ec2.snapshots.values()]).toEqual([]);
    const lastRead = readsOf(played).at(-1)?.index ?? 0;
    expect(lastRead).toBeGreaterThan(0);
    // Each block was read once of each snapshot, in the Region of the snapshots, by the hasher alone.
    expect(readsOf(played).filter(({ operation }) => operation === 'GetSnapshotBlock')).toHaveLength(6 * 15);
    expect(new Set(readsOf(played).map(({ region }) => region))).toEqual(new Set([played.suspect.region]));
    expect(readsOf(played).every(({ caller }) => caller.includes(':assumed-role/cordon-hasher/'))).toBe(true);
  });

  it('leaves a folder that verifies, and from which any block is proved', async () => {
    const played = await play(HASHING);

    const prefix = vaultKeys.prefix(incidentOf(played));
    const files = new Map(
      vaultOf(played)
        .filter(([key]) => key.startsWith(prefix) && !key.endsWith('report.md'))
        .map(([key, body]): [string, Uint8Array] => [key.slice(prefix.length), body]),
    );
    const { problems, checked } = verifyExport(files, {});
    expect(problems.map(({ file }) => file)).toEqual([exportPaths.publicKey]);
    expect(checked.blockManifests).toBe(6);
    const [first] = played.suspect.volumes;
    const proved = proveBlock(files, { volumeId: first?.volumeId ?? '', of: 'copy', index: 4 });
    if (proved.status !== 'proved') throw new Error(`block 4 is ${proved.status}`);
    expect(whyNoProof(proved.proof)).toBeUndefined();
    expect(proveBlock(files, { volumeId: first?.volumeId ?? '', of: 'copy', index: 5 }).status).toBe(
      'not-written',
    );
  });

  it('finds one flipped byte of a copy, reads both again, and calls a person', async () => {
    const played = await play({ ...HASHING, meanwhile: flipOnce });

    const [first] = played.suspect.volumes;
    expect(saying(played, 'blocks-tampered')).toMatchObject([
      {
        sourceVolumeId: first?.volumeId,
        because: expect.stringMatching(/^1 block\(s\) differ .* 14 agree: first at 2/),
      },
    ]);
    expect(saying(played, 'blocks-equal')).toHaveLength(2);
    expect(saying(played, 'blocks-hashed')).toHaveLength(8);
    expect(played.reasonsOf('evidence-missing')).toMatch(/tampered: 1 block/);
    expect(played.reasonsOf('needs-a-person')).toMatch(/the evidence copy of vol-\w+ is not the original/);
  });

  it('reads the source in the member where AWS does not let the receiver of a share read it', async () => {
    const played = await play({ ...HASHING, meanwhile: unshare });

    expect(saying(played, 'blocks-equal')).toHaveLength(3);
    expect(played.kinds).not.toContain('evidence-missing');
    const there = readsOf(played).filter(({ caller }) =>
      caller.includes(':assumed-role/cordon-read-source/'),
    );
    expect(there.filter(({ operation }) => operation === 'GetSnapshotBlock')).toHaveLength(3 * 15);
    expect(there.every(({ caller }) => caller.includes(`::${played.suspect.account}:`))).toBe(true);
    expect(new Set(there.map(({ region }) => region))).toEqual(new Set([played.suspect.region]));
    expect([...played.ec2.snapshots.values()]).toEqual([]);
  });

  it('says that nothing is shown where the source may be read in no way, and hashes the copy', async () => {
    const shareAlone = {
      ...HASHING.config.evidence,
      blockHashes: { upToGiB: 200, fromMember: false, ...USUAL_PACE },
    };
    const played = await play({ config: { ...HASHING.config, evidence: shareAlone }, meanwhile: unshare });

    const notShown = saying(played, 'blocks-not-shown');
    expect(notShown).toHaveLength(3);
    expect(notShown[0]?.because).toMatch(/the source could not be read: AccessDeniedException/);
    expect(saying(played, 'blocks-hashed').every(({ of }) => of === 'copy')).toBe(true);
    expect(played.reasonsOf('incident-sealed')).toMatch(/not shown, vol-\w+: that its copy is the original/);
    expect([...played.ec2.snapshots.values()]).toEqual([]);
  });

  it('gives hashing up after its time where it never works, and seals all the same', async () => {
    const played = await play({
      ...HASHING,
      faults: ({ service }) => (service === 'ebs' ? { kind: 'server-error' } : undefined),
    });

    expect(saying(played, 'blocks-not-shown').map(({ because }) => because)).toEqual(
      Array(3).fill(expect.stringMatching(/^hashing was not done in time/)),
    );
    expect(played.kinds).toContain('incident-sealed');
    expect(played.kinds).toContain('forensic-machine-ready');
    expect([...played.ec2.snapshots.values()]).toEqual([]);
  });

  it('waits where AWS throttles, and goes on', async () => {
    let throttled = 0;
    const played = await play({
      ...HASHING,
      faults: ({ operation }) =>
        operation === 'GetSnapshotBlock' && (throttled += 1) % 3 === 0 ? { kind: 'throttled' } : undefined,
    });

    expect(saying(played, 'blocks-equal')).toHaveLength(3);
    expect(throttled).toBeGreaterThan(100);
  });

  it('hashes no volume that is larger than the deployment lets', async () => {
    const small = {
      ...HASHING.config,
      evidence: { ...config.evidence, blockHashes: { upToGiB: 8, fromMember: false, ...USUAL_PACE } },
    };
    const played = await play({ config: small });

    expect(saying(played, 'blocks-equal')).toHaveLength(1);
    // Three disks, and what their examination put out.
    expect(saying(played, 'snapshot-secured')).toHaveLength(4);
  });
});

describe('hashing the blocks of memory', () => {
  const memory = { memory: 'automatic', blockHashes: 'automatic' };

  it('shows that the copy of a captured image is what the host wrote, and takes the volume away only then', async () => {
    const played = await play({
      scenario: 'memory-captured',
      config: unlocked({ ...memory, managementPath: 'automatic' }),
    });

    const volumeId = madeForMemory(played);
    expect(
      saying(played, 'blocks-equal').filter(({ sourceVolumeId }) => sourceVolumeId === volumeId),
    ).toMatchObject([{ blocks: 24 }]);
    expect(saying(played, 'blocks-equal')).toHaveLength(4);
    const [dropped] = played.callsOf('DeleteVolume', 'cordon-capture');
    expect(dropped?.index).toBeGreaterThan(readsOf(played).at(-1)?.index ?? Number.NaN);
    expect([...played.ec2.snapshots.values()]).toEqual([]);
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  it('does so of what a crash left on the disks, and leaves nothing of ours behind', async () => {
    const played = await play({
      scenario: 'crash-and-stop',
      config: unlocked({ blockHashes: 'automatic', stop: 'automatic', crash: 'automatic' }),
    });

    expect(saying(played, 'blocks-equal')).toHaveLength(6);
    expect([...played.ec2.snapshots.values()]).toEqual([]);
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  it('leaves out a volume that is larger than the deployment lets, and the plan says so', async () => {
    const { config: allowed } = { config: allowing({ ...memory, managementPath: 'automatic' }) };
    const played = await play({
      scenario: 'memory-captured',
      config: {
        ...allowed,
        evidence: { ...config.evidence, blockHashes: { upToGiB: 8, fromMember: false, ...USUAL_PACE } },
      },
    });

    expect(saying(played, 'blocks-equal').map(({ sourceVolumeId }) => sourceVolumeId)).not.toContain(
      madeForMemory(played),
    );
  });
});

/** AWS does not let a share be read, as it may be (UNCONFIRMED). */
const unshare = ({ service }: { readonly service: string }, { ec2 }: Stage): void => {
  if (service === 'ebs') for (const snapshot of ec2.snapshots.values()) snapshot.sharedWith.clear();
};

/** Behind everybody, before the first block is read. */
const flipped = new WeakSet<Snapshot>();
const flipOnce = ({ service }: { readonly service: string }, stage: Stage): void => {
  if (service !== 'ebs') return;
  const [first] = stage.suspect.volumes;
  const copy = copiesOf(stage).find(({ tags }) => tags.get('cordon:source-volume') === first?.volumeId);
  if (copy?.written === undefined || flipped.has(copy)) return;
  flipped.add(copy);
  flipByte(copy, 2, 77);
};
