import { describe, expect, it } from 'vitest';
import { whyNotYet, type Disposable } from './why-not-yet.ts';

const now = '2027-03-01T00:00:00Z';
const [before, after] = ['2027-02-28T23:59:59Z', '2027-03-01T00:00:01Z'];
const ended: Disposable = {
  held: false,
  ledgers: [
    { ledgerId: 'inc-1', sealed: true, keptUntil: before },
    { ledgerId: 'inc-1-r2', sealed: true },
  ],
  objects: [{ key: 'incidents/inc-1/objects/a', versions: 1, retainUntil: now }],
  snapshots: [{ snapshotId: 'snap-1', lockedUntil: before }, { snapshotId: 'snap-2' }],
};

describe('evidence may be destroyed', () => {
  it('when every ledger is sealed and all that kept it has ended', () => {
    expect(whyNotYet(ended, now)).toBeUndefined();
  });

  it.each<readonly [string, Partial<Disposable>, RegExp]>([
    ['under a hold', { held: true }, /legal hold/],
    [
      'with a ledger that is open',
      { ledgers: [...ended.ledgers, { ledgerId: 'inc-1-r3', sealed: false }] },
      /inc-1-r3 is not sealed/,
    ],
    ['without any ledger', { ledgers: [] }, /no ledger/],
    [
      'before the end of its class',
      { ledgers: [{ ledgerId: 'inc-1', sealed: true, keptUntil: after }] },
      /kept until 2027-03-01T00:00:01Z/,
    ],
    [
      'with a copy that is locked',
      { snapshots: [...ended.snapshots, { snapshotId: 'snap-3', lockedUntil: after }] },
      /snap-3 is locked/,
    ],
    [
      'with a lock whose end nobody knows',
      { snapshots: [{ snapshotId: 'snap-3', lockedUntil: 'never' }] },
      /snap-3 is locked/,
    ],
    [
      'with an object that is retained',
      { objects: [{ key: 'k', versions: 1, retainUntil: after }] },
      /k is retained/,
    ],
    [
      'with a version that nobody can have written',
      { objects: [{ key: 'k', versions: 2, retainUntil: before }] },
      /2 versions/,
    ],
  ])('but not %s', (_name, more, why) => {
    expect(whyNotYet({ ...ended, ...more }, now)).toMatch(why);
  });
});
