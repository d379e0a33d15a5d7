import { describe, expect, it } from 'vitest';
import type { Difference } from './compare.ts';
import { at, differ, localLacks, motoLacks, motoTakes, outcomes, type Divergence } from './divergence.ts';
import { DIVERGENCES } from './divergences/index.ts';
import { differencesOf, judge } from './judge.ts';

const reason = { page: 'https://docs.aws.amazon.com/x', because: 'left out' };
const right = 'neither-documented' as const;

/** One entry of each kind. */
const KINDS: Readonly<Record<string, Divergence>> = {
  motoLacks: motoLacks([at(['ec2: creates'], { 'Volumes[].Iops': 3000 })], reason),
  localLacks: localLacks([at(['ec2: creates'], { 'Volumes[].Iops': 3000 })], reason),
  motoTakes: motoTakes(['ec2: refuses'], 'VolumeInUse', reason),
  outcomes: outcomes(['ec2: refuses'], { local: 'answered', moto: 'refused X' }, { right, ...reason }),
  differ: differ([at(['ec2: creates'], { State: { local: 'creating', moto: 'available' } })], {
    right,
    ...reason,
  }),
};

/** What a mistake would plant beside a known difference: in another place or step, or another word of one side. */
const beside = (one: Difference): readonly Difference[] => [
  { ...one, path: `${one.path}.Planted` },
  { ...one, path: one.path.slice(1) },
  { ...one, step: `${one.step}, planted` },
  { ...one, local: '"planted"' },
  { ...one, moto: '"planted"' },
  { ...one, local: one.moto, moto: one.local },
];

describe('judge', () => {
  it.each(Object.entries(KINDS))(
    'knows what an entry by %s names, and nothing else of it is stale',
    (_, entry) => {
      const found = differencesOf(entry);
      expect(judge(found, [entry])).toEqual({ open: [], known: found, stale: [] });
    },
  );

  it.each(Object.entries(KINDS))('notices what is planted beside an entry by %s', (_, entry) => {
    const found = differencesOf(entry);
    for (const planted of found.flatMap(beside))
      expect(judge([...found, planted], [entry])).toEqual({ open: [planted], known: found, stale: [] });
  });

  it('finds each place and step of an entry that does not differ any more', () => {
    const entry = motoLacks([at(['a', 'b'], { X: 1, Y: 'y' })], reason);
    const [first, ...others] = differencesOf(entry);
    expect(judge(others, [entry]).stale).toEqual([
      `${first?.step}: X (local-aws 1, moto absent) of the entry "left out"`,
    ]);
    expect(judge([], [entry]).stale).toHaveLength(4);
  });

  it('writes what is said as it is compared: JSON with sorted members, or absent', () => {
    const [one] = differencesOf(
      differ([at(['s'], { X: { local: { b: 1, a: [true] } } })], { right, ...reason }),
    );
    expect(one).toEqual({ step: 's', path: 'X', local: '{"a":[true],"b":1}', moto: 'absent' });
  });
});

describe('the table', () => {
  const all = DIVERGENCES.flatMap(differencesOf);

  it('names a page of AWS and a reason in every entry', () => {
    for (const { page, because } of DIVERGENCES) {
      expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+$/);
      expect(because.length).toBeGreaterThan(15);
    }
  });

  it('has every divergence once, and none where both say the same', () => {
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(all.length);
    expect(all.filter(({ local, moto }) => local === moto)).toEqual([]);
  });

  it('excuses nothing that is planted beside any of its divergences', () => {
    const planted = all
      .flatMap(beside)
      .filter((one) => !all.some((known) => JSON.stringify(known) === JSON.stringify(one)));
    expect(judge([...all, ...planted], DIVERGENCES).open).toHaveLength(planted.length);
  });
});
