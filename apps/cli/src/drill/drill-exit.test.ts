import type { DrillResult } from '@cordon/drill';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../exit-codes.ts';
import { exitOf } from './drill-exit.ts';

const result = (
  held: boolean,
  dispositions: readonly DrillResult['findings'][number]['disposition'][],
): DrillResult => ({
  schemaVersion: 1,
  scenario: 'richest',
  seed: '1',
  through: 'seal',
  findings: dispositions.map((disposition, index) => ({ id: String(index), disposition, reasons: [] })),
  verdict: { decision: 'respond', reasons: [] },
  incidents: [],
  calls: { total: 0, serial: [] },
  invariants: [
    { id: 'a', held: true, detail: '' },
    { id: 'b', held, detail: '' },
  ],
  notJudged: [],
  assumptions: [],
});

describe('exitOf', () => {
  it.each([
    ['all held', result(true, ['responded', 'observed', 'ignored', 'duplicate', 'attached']), [], EXIT.ok],
    ['a finding was set aside', result(true, ['responded', 'set-aside']), [], EXIT.badInput],
    [
      'something is not built, whatever was set aside',
      result(true, ['set-aside']),
      ['ec2 CopyImage'],
      EXIT.incomplete,
    ],
    ['an invariant is broken, whatever else', result(false, ['set-aside']), ['ec2 CopyImage'], EXIT.broken],
  ])('when %s', (_, ended, notBuilt, exit) => {
    expect(exitOf(ended, notBuilt)).toBe(exit);
  });
});
