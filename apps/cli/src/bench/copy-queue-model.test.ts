import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyQueueFigures } from './copy-queue-figure.ts';
import { playCopyQueue, type ModelVolume } from './copy-queue-model.ts';

const MINUTE = 60_000;
const volume = (index: number, more: Partial<ModelVolume> = {}): ModelVolume => ({
  volumeId: `vol-${String(index).padStart(3, '0')}`,
  account: 'a',
  isRoot: false,
  arrivesAt: 0,
  copyMs: 5 * MINUTE,
  ...more,
});

describe('the queue of copies, played', () => {
  it('meets its goals with five hundred volumes', () => {
    for (const { figure } of copyQueueFigures()) expect(figure).toMatchObject({ met: true });
  });

  it('is never over its limit, and ends with every volume copied, whatever comes when', () => {
    const volumes = fc.array(
      fc.record({
        account: fc.constantFrom('a', 'b', 'c'),
        isRoot: fc.boolean(),
        arrivesAt: fc.nat(30 * MINUTE),
        copyMs: fc.integer({ min: 5_000, max: 90 * MINUTE }),
        dies: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(volumes, fc.integer({ min: 1, max: 6 }), (some, limit) => {
        const played = playCopyQueue(
          some.map(({ dies, ...one }, index) =>
            volume(index, { ...one, ...(dies ? { diesGranted: true as const } : {}) }),
          ),
          limit,
        );
        expect(played.most).toBeLessThanOrEqual(limit);
        expect(played.order).toHaveLength(some.length);
      }),
      { numRuns: 100 },
    );
  });

  it('takes the slots of disks that die as they are granted one, and goes on', () => {
    const dying = Array.from({ length: 4 }, (_, index) => volume(index, { diesGranted: true }));
    const { order, used } = playCopyQueue(
      [...dying, ...Array.from({ length: 8 }, (_, n) => volume(4 + n))],
      4,
    );
    expect(order).toHaveLength(12);
    // Two minutes of lease are lost of the seven in which anybody waited, and next to nothing else.
    expect(used).toBeGreaterThan(0.68);
  });

  it('serves an account of three volumes beside one of sixty, and root disks first', () => {
    const many = Array.from({ length: 60 }, (_, index) => volume(index, { isRoot: index === 59 }));
    const few = Array.from({ length: 3 }, (_, index) =>
      volume(100 + index, { account: 'b', arrivesAt: 1_000 }),
    );
    const { order } = playCopyQueue([...many, ...few], 4);
    const after = order.slice(4).map(({ volumeId }) => volumeId);
    expect(after.slice(0, 4).toSorted()).toEqual(['vol-059', 'vol-100', 'vol-101', 'vol-102']);
  });
});
