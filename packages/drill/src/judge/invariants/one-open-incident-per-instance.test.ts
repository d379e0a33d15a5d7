import { describe, expect, it } from 'vitest';
import { putOpenRow } from '../testing/furnish-security.ts';
import { goodRun } from '../testing/good-run.ts';
import { SIBLING, SUSPECT } from '../testing/places.ts';
import { brokenIn, event, type Tampering } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'a second incident was opened for the instance',
    tamper: (run) => event(run, 900, { kind: 'incident-opened', incidentId: 'inc-second00' }),
    says: /was opened as \[inc-0123456789abcdef0123, inc-second00\]/,
    also: ['bounded-and-told', 'every-volume-in-custody-or-reasoned'],
  },
  {
    when: 'the table holds another incident',
    tamper: (run) => putOpenRow(run.world, SUSPECT, 'inc-another0'),
    says: /held by \[inc-another0\]/,
  },
  {
    when: 'an instance is held by an incident that nobody was told of',
    tamper: (run) => putOpenRow(run.world, SIBLING, 'inc-silent00'),
    says: /inc-silent00/,
  },
];

describe('one-open-incident-per-instance', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(
      ['one-open-incident-per-instance', ...also].toSorted(),
    );
    expect(broken.find(({ id }) => id === 'one-open-incident-per-instance')?.detail).toMatch(says);
  });
});
