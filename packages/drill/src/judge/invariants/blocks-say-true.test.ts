import {
  canonicalJson,
  digestOf,
  entryKey,
  Sha256,
  type CustodyEntry,
  type CustodyEvent,
} from '@cordon/evidence';
import { dutyRoleName, IAM_PATH, vaultBucketName } from '@cordon/incident';
import { addRole, flipByte, s3State, seededIds } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { ACCOUNTS, COPIES, FREEZE, INCIDENT, REGION, VOLUMES } from '../testing/places.ts';
import { brokenIn, call, evidence, found } from '../testing/tampering.ts';
import { putObject } from '../testing/write-ledger.ts';

const ROOT = Sha256.parse('a'.repeat(64));
const HASHER = `${ACCOUNTS.evidence}/${dutyRoleName('hasher')}/${INCIDENT}`;
const about = (at: number) => ({ region: REGION, sourceVolumeId: found(VOLUMES[at]).volumeId }) as const;
const pair = (at: number) =>
  ({ sourceSnapshotId: found(FREEZE[at]), snapshotId: found(COPIES[at]) }) as const;
const equal = (at: number): CustodyEvent => ({
  kind: 'blocks-equal',
  ...about(at),
  ...pair(at),
  blocks: 3,
  root: ROOT,
});
const tampered = (at: number): CustodyEvent => ({
  kind: 'blocks-tampered',
  ...about(at),
  ...pair(at),
  because: '1 block differs',
});

/** A good run in which the blocks of the first copy were read. */
const readRun = (): GoodRun => {
  const run = goodRun();
  const trust = { Version: '2012-10-17', Statement: [] };
  addRole(
    run.world,
    { account: ACCOUNTS.evidence, name: dutyRoleName('hasher'), path: IAM_PATH, trust },
    { ids: seededIds('hasher'), now: 0 },
  );
  const copy = found(evidence(run).snapshots.get(found(COPIES[0])));
  copy.written = [{ firstBlock: 0, blocks: 3, content: 'boot' }];
  call(run, {
    at: 11_000,
    by: HASHER,
    does: 'ebs ListSnapshotBlocks',
    input: { SnapshotId: copy.snapshotId },
  });
  return run;
};

/** Lays an entry into the ledger; what it chains to is another invariant's. */
const say = (run: GoodRun, event: CustodyEvent): void => {
  const entry: CustodyEntry = {
    schemaVersion: 1,
    incidentId: INCIDENT,
    sequence: 900,
    at: '2026-11-21T03:00:00Z',
    previous: ROOT,
    basis: 'observed',
    actor: `arn:aws:sts::${ACCOUNTS.evidence}:assumed-role/recorder/x`,
    event,
  };
  const keyArn = `arn:aws:kms:${REGION}:${ACCOUNTS.evidence}:key/custody`;
  const signature = { algorithm: 'ECDSA_SHA_256', keyArn, keyFingerprint: ROOT, value: 'MEUCIQ==' };
  const bucket = found(run.world.of(s3State, '', '').buckets.get(vaultBucketName(ACCOUNTS.evidence)));
  putObject(bucket, entryKey(INCIDENT, 900), canonicalJson({ entry, digest: digestOf(entry), signature }));
};

const broken = (run: GoodRun): string =>
  brokenIn(run.remains)
    .filter(({ id }) => id === 'blocks-say-true')
    .map(({ detail }) => detail)
    .join();

const flip = (run: GoodRun): void => flipByte(found(evidence(run).snapshots.get(found(COPIES[0]))), 1, 9);

describe('blocks-say-true', () => {
  it('holds where "equal" is said of a copy that nobody changed, and "tampered" of one that somebody did', () => {
    const good = readRun();
    say(good, equal(0));
    expect(broken(good)).toBe('');
    const bad = readRun();
    flip(bad);
    say(bad, tampered(0));
    expect(broken(bad)).toBe('');
  });

  it('is broken by "equal" of a copy that was tampered with', () => {
    const run = readRun();
    flip(run);
    say(run, equal(0));
    expect(broken(run)).toMatch(/said to be blocks-equal, and it is tampered with/);
  });

  it('is broken by "tampered" of a copy that nobody changed', () => {
    const run = readRun();
    say(run, tampered(0));
    expect(broken(run)).toMatch(/said to be blocks-tampered, and it is not tampered with/);
  });

  it('is broken where a copy was read and the ledger says nothing of it', () => {
    expect(broken(readRun())).toMatch(/was read block by block, and the ledger says nothing/);
  });

  it('is broken where a source was deleted while it was still read', () => {
    const run = readRun();
    say(run, equal(0));
    call(run, {
      at: 13_000,
      by: HASHER,
      does: 'ebs GetSnapshotBlock',
      input: { SnapshotId: found(FREEZE[0]) },
    });
    expect(broken(run)).toMatch(/takes snap-\w+ away, whose blocks were still read afterwards/);
  });

  it('does not judge a run in which no block was read', () => {
    expect(broken(goodRun())).toBe('');
  });
});
