import type { DrillResult, RunRecord } from '@cordon/drill';
import { describe, expect, it } from 'vitest';
import { setAsideLines } from './set-aside-lines.ts';

type Row = DrillResult['findings'][number];
type Delivery = RunRecord['deliveries'][number];

const aside = (reasons: string[]): Row => ({ id: 'f', disposition: 'set-aside', reasons });
const delivery = (more: Partial<Delivery>): Delivery => ({
  findingId: 'f',
  region: 'eu-west-1',
  arrivedAt: 0,
  event: {},
  ...more,
});

describe('setAsideLines', () => {
  it.each<[string, Row, Partial<Delivery>, string]>([
    [
      'code, reason and hint of intake',
      aside(['forged', 'GuardDuty knows no finding f', 'ask who sent it']),
      {},
      'finding f (1 of 1) was set aside: forged: GuardDuty knows no finding f; ask who sent it',
    ],
    [
      'what to do where intake gave no hint',
      aside(['bad-type', 'no type']),
      {},
      'finding f (1 of 1) was set aside: bad-type: no type; correct it, or look for who sent it',
    ],
    [
      'the queue’s word where intake gave none',
      aside(['intake could not take it']),
      {},
      'finding f (1 of 1) was set aside: not-taken: intake could not take it; correct it, or look for who sent it',
    ],
    [
      'the position of one without an id',
      aside(['a', 'b', 'c']),
      { findingId: undefined },
      'finding without an id (1 of 1) was set aside: a: b; c',
    ],
    [
      'why the drill itself could not plant it',
      aside(['not-found', 'GuardDuty knows no finding f', 'ask who sent it']),
      { notPlanted: 'Severity is missing' },
      'finding f (1 of 1) was set aside: not-found: GuardDuty knows no finding f; it was not planted in GuardDuty: Severity is missing; correct the finding and run the drill again',
    ],
  ])('says %s', (_name, row, more, line) => {
    expect(setAsideLines({ findings: [row] }, [delivery(more)])).toEqual([line]);
  });

  it('says nothing of findings that were taken', () => {
    const taken: Row = { id: 'f', disposition: 'responded', reasons: [] };
    const findings = [taken, aside(['a', 'b', 'c'])];
    expect(setAsideLines({ findings }, [delivery({}), delivery({ findingId: 'g' })])).toEqual([
      'finding g (2 of 2) was set aside: a: b; c',
    ]);
  });
});
