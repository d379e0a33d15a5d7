import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import { goodRun } from '../testing/good-run.ts';
import { COPIES, FREEZE, MEMBER, REGION, VOLUMES } from '../testing/places.ts';
import { writeLedger } from '../testing/write-ledger.ts';
import { brokenIn, calls, evidence, event, found, type Tampering } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'a copy is missing',
    tamper: (run) => void evidence(run).snapshots.delete(COPIES[1]),
    says: /vol-0aaaaaaaaaaaaaaa2: it has no copy/,
    also: ['source-evidence-untouched'],
  },
  {
    when: 'a copy is not locked',
    tamper: (run) => void delete found(evidence(run).snapshots.get(COPIES[0])).lock,
    says: /is not locked/,
    also: ['source-evidence-untouched'],
  },
  {
    when: 'a copy is still pending',
    tamper: (run) => void (found(evidence(run).snapshots.get(COPIES[0])).state = 'pending'),
    says: /is pending/,
    also: ['source-evidence-untouched'],
  },
  {
    when: 'a copy holds other bytes',
    tamper: (run) =>
      void evidence(run).snapshots.set(COPIES[0], {
        ...found(evidence(run).snapshots.get(COPIES[0])),
        content: 'other',
      }),
    says: /holds other bytes/,
  },
  {
    when: 'a copy is under another key',
    tamper: (run) =>
      void evidence(run).snapshots.set(COPIES[0], {
        ...found(evidence(run).snapshots.get(COPIES[0])),
        kmsKeyArn: `arn:aws:kms:${REGION}:${MEMBER}:key/other`,
      }),
    says: /not the evidence key/,
    also: ['source-evidence-untouched'],
  },
];

describe('every-volume-in-custody-or-reasoned', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(
      ['every-volume-in-custody-or-reasoned', ...also].toSorted(),
    );
    expect(broken.find(({ id }) => id === 'every-volume-in-custody-or-reasoned')?.detail).toMatch(says);
  });

  it('holds when a reason is told before the seal', () => {
    const run = goodRun();
    evidence(run).snapshots.delete(COPIES[1]);
    calls(run).splice(
      calls(run).findIndex(
        ({ operation, input }) => operation === 'DeleteSnapshot' && input['SnapshotId'] === FREEZE[1],
      ),
      1,
    );
    event(run, 10_600, {
      kind: 'evidence-missing',
      subject: VOLUMES[1].volumeId,
      reasons: ['its key cannot be used'],
    });
    const { invariants, incidents } = judge(
      { ...run.remains, through: 'evidence' },
      { scenario: 'reasoned', listCalls: false },
    );
    expect(invariants.filter(({ held }) => !held)).toEqual([]);
    expect(incidents[0]?.missing).toEqual([
      { subject: VOLUMES[1].volumeId, because: 'its key cannot be used' },
    ]);
  });

  it('holds when the sealed ledger states the reason', () => {
    const run = goodRun();
    evidence(run).snapshots.delete(COPIES[1]);
    calls(run).splice(
      calls(run).findIndex(
        ({ operation, input }) => operation === 'DeleteSnapshot' && input['SnapshotId'] === FREEZE[1],
      ),
      1,
    );
    writeLedger(run.world, run.vault, [
      { kind: 'evidence-missing', subject: VOLUMES[1].volumeId, because: 'its key cannot be used' },
    ]);
    expect(brokenIn(run.remains)).toEqual([]);
  });

  it('is broken when a reason was told and the sealed ledger does not state it', () => {
    const run = goodRun();
    evidence(run).snapshots.delete(COPIES[1]);
    calls(run).splice(
      calls(run).findIndex(
        ({ operation, input }) => operation === 'DeleteSnapshot' && input['SnapshotId'] === FREEZE[1],
      ),
      1,
    );
    event(run, 10_600, {
      kind: 'evidence-missing',
      subject: VOLUMES[1].volumeId,
      reasons: ['its key cannot be used'],
    });
    expect(brokenIn(run.remains).map(({ id }) => id)).toEqual(['every-volume-in-custody-or-reasoned']);
  });
});
