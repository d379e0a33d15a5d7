import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFailedCopy,
  DISK_DEADLINE_SECONDS,
  enterDisk,
  judgeLook,
  recheckAfterSeconds,
  type DiskState,
} from './disk.ts';

const NOW = '2026-11-21T03:00:00.000Z';
const encrypted = {
  volumeId: 'vol-1',
  sizeGiB: 8,
  encrypted: true,
  kmsKeyArn: 'arn:aws:kms:eu-west-1:602011160021:key/k',
};
const later = (seconds: number): string => new Date(Date.parse(NOW) + seconds * 1000).toISOString();

describe('a disk on its way into custody', () => {
  it('goes straight to the hand-over when it is not encrypted, and asks about its key when it is', () => {
    expect(enterDisk({ ...encrypted, encrypted: false }, 'snap-1', NOW).phase).toBe('hand-over');
    expect(enterDisk(encrypted, 'snap-1', NOW).phase).toBe('look-at-key');
  });

  it('is a stated failure, not a silence, when no snapshot was made', () => {
    const disk = enterDisk(encrypted, undefined, NOW);
    expect(disk.phase).toBe('failed');
    expect(disk.because).toContain('no snapshot');
  });

  it('has its key looked at again when a copy failed, and keeps why, and what came to nothing', () => {
    const copied: DiskState = {
      ...enterDisk(encrypted, 'snap-1', NOW),
      route: 'transit',
      phase: 'take-custody',
      transitSnapshotId: 'snap-t',
      handedSnapshotId: 'snap-t',
      evidenceSnapshotId: 'snap-2',
      locked: true,
    };
    const failed = afterFailedCopy(copied, 'Given key ID is not accessible');
    expect(failed).toMatchObject({
      phase: 'look-at-key',
      locked: false,
      leftovers: ['snap-t'],
      tried: [{ route: 'transit', because: 'Given key ID is not accessible' }],
    });
    expect(failed).not.toHaveProperty('evidenceSnapshotId');
    expect(failed).not.toHaveProperty('transitSnapshotId');
  });

  it('does not re-encrypt what was never encrypted', () => {
    expect(afterFailedCopy(enterDisk({ ...encrypted, encrypted: false }, 'snap-1', NOW), 'no').phase).toBe(
      'failed',
    );
  });

  it.each([
    ['completed', 'go-on'],
    ['error', { failed: 'the copy ended in error: no message' }],
    ['gone', { failed: 'the snapshot has disappeared' }],
  ] as const)('judges a %s snapshot', (state, expected) => {
    expect(judgeLook(enterDisk(encrypted, 'snap-1', NOW), { state }, later(60))).toEqual(expected);
  });

  it('gives up a copy that is still pending after its deadline', () => {
    const disk = enterDisk(encrypted, 'snap-1', NOW);
    expect(judgeLook(disk, { state: 'pending' }, later(DISK_DEADLINE_SECONDS))).toHaveProperty('wait');
    expect(judgeLook(disk, { state: 'pending' }, later(DISK_DEADLINE_SECONDS + 1))).toHaveProperty('failed');
  });

  it('waits longer the longer it has waited, and looks fewer than a hundred times in a day', () => {
    let waited = 0;
    let looks = 0;
    while (waited <= DISK_DEADLINE_SECONDS) {
      waited += recheckAfterSeconds(waited);
      looks += 1;
    }
    expect(looks).toBeLessThan(100);
    fc.assert(
      fc.property(
        fc.nat(DISK_DEADLINE_SECONDS),
        fc.nat(1_000),
        (a, b) => recheckAfterSeconds(a) <= recheckAfterSeconds(a + b),
      ),
    );
  });
});
